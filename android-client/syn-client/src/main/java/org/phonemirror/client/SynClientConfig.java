package org.phonemirror.client;

import java.nio.file.Path;
import java.time.Duration;
import org.phonemirror.client.repair.LinuxConditions;
import org.phonemirror.client.repair.PhoneConditions;

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
 */
public record SynClientConfig(
    String model,
    Path userStorage,
    Path rejectedDirectory,
    Duration interval,
    Duration grace,
    RetryPolicy retry,
    PhoneConditions conditions) {
  /** Of a phone on a mobile network and on its battery. */
  public SynClientConfig(
      String model,
      Path userStorage,
      Path rejectedDirectory,
      Duration interval,
      Duration grace,
      RetryPolicy retry) {
    this(model, userStorage, rejectedDirectory, interval, grace, retry, PhoneConditions.METERED);
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
        LinuxConditions.system());
  }
}
