package org.phonemirror.testnet.packet;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.phonemirror.testnet.gtp.Gtp;
import org.phonemirror.testnet.program.Daemon;
import org.phonemirror.testnet.program.Program;

/** An osmo-ggsn in a namespace, and the routes to phones. It needs root: it makes TUN devices. */
final class Ggsn implements AutoCloseable {
  /** Addresses of phones on the access point {@code internet}. */
  static final String INTERNET = "10.0.3.0/24";

  /** Addresses of phones on the access point {@code mms}. */
  static final String MMS = "10.0.4.0/24";

  private static final Duration START = Duration.ofSeconds(20);
  private static final String NOT_INSTALLED =
      "osmo-ggsn is not installed: install the package osmo-ggsn";

  private final Daemon daemon;

  private Ggsn(Daemon daemon) {
    this.daemon = daemon;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param namespace where it runs
   * @param address where the SGSN sends to
   * @param directory for its configuration, state and log
   * @throws IOException if it is not installed or ends; with the end of its log
   */
  static Ggsn start(String namespace, Inet4Address address, Path directory) throws IOException {
    Path binary = Program.find("osmo-ggsn").orElseThrow(() -> new IOException(NOT_INSTALLED));
    Files.createDirectories(directory);
    Path config = directory.resolve("osmo-ggsn.cfg");
    Files.writeString(
        config,
        Program.configuration(
            Ggsn.class,
            "osmo-ggsn.cfg",
            Map.of(
                "DIR",
                directory.toAbsolutePath().toString(),
                "ADDRESS",
                address.getHostAddress(),
                "INTERNET",
                INTERNET,
                "MMS",
                MMS)));
    Daemon daemon =
        Daemon.start(
                "osmo-ggsn",
                Namespaces.runner(namespace),
                List.of(binary.toString(), "-c", config.toAbsolutePath().toString()),
                directory)
            .whenListening(Daemon.Protocol.UDP, Gtp.USER_PORT, START);
    try {
      route(namespace, "apn0", INTERNET);
      route(namespace, "apn1", MMS);
      return new Ggsn(daemon);
    } catch (IOException | RuntimeException e) {
      daemon.close();
      throw e;
    }
  }

  private static void route(String namespace, String device, String phones) throws IOException {
    Namespaces.ip("-n", namespace, "link", "set", device, "mtu", "1500", "up");
    Namespaces.ip("-n", namespace, "route", "replace", phones, "dev", device);
  }

  static boolean isInstalled() {
    return Program.find("osmo-ggsn").isPresent();
  }

  @Override
  public void close() {
    daemon.close();
  }
}
