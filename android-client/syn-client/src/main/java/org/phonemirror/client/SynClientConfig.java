package org.phonemirror.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import org.phonemirror.client.repair.LinuxConditions;
import org.phonemirror.client.repair.PhoneConditions;
import org.phonemirror.client.services.ServicesConfig;

/**
 * What a {@link SynClient} is made with.
 *
 * @param model the phone's model, which names the mirror's factory template
 * @param userStorage top directory of what is mirrored and compared
 * @param rejectedDirectory where messages are kept that the server called malformed
 * @param interval t_syn_int until the first settings come
 * @param grace how long after an interval's end its events may still arrive
 * @param retry when to try again after the server was not reached
 * @param conditions what sending costs
 * @param privateStorage a directory on the same file system as the user storage that is no part of
 *     it: for files on their way into it, and in quarantine
 * @param watch of the user storage
 */
public record SynClientConfig(
    String model,
    Path userStorage,
    Path rejectedDirectory,
    Duration interval,
    Duration grace,
    RetryPolicy retry,
    PhoneConditions conditions,
    Path privateStorage,
    StorageWatch watch) {
  /** Name of the private storage in a user storage whose model excludes it. */
  public static final String PRIVATE = ".syn-client";

  private static final Path SOFTWARE = Paths.get("/usr/local/share/phone/software");

  /** Of a phone whose user storage can't be watched. */
  public SynClientConfig(
      String model,
      Path userStorage,
      Path rejectedDirectory,
      Duration interval,
      Duration grace,
      RetryPolicy retry,
      PhoneConditions conditions,
      Path privateStorage) {
    this(
        model,
        userStorage,
        rejectedDirectory,
        interval,
        grace,
        retry,
        conditions,
        privateStorage,
        StorageWatch.NONE);
  }

  /** Of a phone on a mobile network and on its battery. */
  public SynClientConfig(
      String model,
      Path userStorage,
      Path rejectedDirectory,
      Duration interval,
      Duration grace,
      RetryPolicy retry) {
    this(
        model,
        userStorage,
        rejectedDirectory,
        interval,
        grace,
        retry,
        PhoneConditions.METERED,
        userStorage.resolve(PRIVATE));
  }

  /** With an interval of 30 s and waits that suit mobile networks, on this machine. */
  public static SynClientConfig of(String model, Path userStorage, Path rejectedDirectory) {
    return new SynClientConfig(
        model,
        userStorage,
        rejectedDirectory,
        Duration.ofSeconds(30),
        Duration.ofMillis(300),
        RetryPolicy.DEFAULT,
        LinuxConditions.system(),
        userStorage.resolve(PRIVATE));
  }

  /** Version of the phone's software; empty if its images have no file that tells it. */
  String software() throws IOException {
    return Files.isRegularFile(SOFTWARE)
        ? new String(Files.readAllBytes(SOFTWARE), StandardCharsets.UTF_8).trim()
        : "";
  }

  /** Of the services: their lists are beside the rejected messages. */
  ServicesConfig services() {
    return new ServicesConfig(
        userStorage,
        privateStorage,
        rejectedDirectory.resolveSibling("services"),
        conditions,
        retry);
  }
}
