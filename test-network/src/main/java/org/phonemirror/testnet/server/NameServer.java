package org.phonemirror.testnet.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.phonemirror.testnet.program.Daemon;
import org.phonemirror.testnet.program.Program;

/**
 * A dnsmasq on port 53 that knows {@code www.example}, {@code mail.example} and {@code
 * mms.example}, and that nothing else exists under {@code example}.
 */
public final class NameServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);
  private static final int PORT = 53;
  private static final String NOT_INSTALLED =
      "dnsmasq is not installed: install the package dnsmasq-base";

  private final Daemon daemon;

  private NameServer(Daemon daemon) {
    this.daemon = daemon;
  }

  /**
   * Starts it and waits until it listens, which only root may on this port.
   *
   * @param servers address of the names
   * @throws IOException if it is not installed or cannot listen; with the end of its log
   */
  public static NameServer start(Site site, String servers) throws IOException {
    Path binary = Program.find("dnsmasq").orElseThrow(() -> new IOException(NOT_INSTALLED));
    Path directory = Files.createDirectories(site.directory());
    Path config = directory.resolve("dnsmasq.conf");
    Files.writeString(
        config,
        Program.configuration(
            NameServer.class,
            "dnsmasq.conf",
            Map.of(
                "DIR",
                directory.toString(),
                "USER",
                System.getProperty("user.name"),
                "ADDRESS",
                site.address(),
                "SERVERS",
                servers)));
    Daemon daemon =
        Daemon.start(
            "dnsmasq",
            site.runner(),
            List.of(binary.toString(), "--conf-file=" + config),
            directory);
    return new NameServer(daemon.whenListening(Daemon.Protocol.UDP, PORT, START));
  }

  /** Whether it is there, without which {@link #start} fails. */
  public static boolean isInstalled() {
    return Program.find("dnsmasq").isPresent();
  }

  @Override
  public void close() {
    daemon.close();
  }
}
