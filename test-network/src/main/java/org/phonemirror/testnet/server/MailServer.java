package org.phonemirror.testnet.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.phonemirror.testnet.program.Daemon;
import org.phonemirror.testnet.program.Program;

/**
 * An Exim that takes mail for everyone (SMTP) and delivers it into one Maildir.
 *
 * <p>It runs as an ordinary program, of whoever starts it. Debian's binary is set-uid root and
 * refuses to deliver as root, so a copy of it runs without that bit, in a user namespace in which
 * its user is an ordinary one.
 */
public final class MailServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);
  private static final String NOT_INSTALLED =
      "Exim is not installed: install the package exim4-daemon-light";

  private final Path directory;
  private final Daemon daemon;

  private MailServer(Path directory, Daemon daemon) {
    this.directory = directory;
    this.daemon = daemon;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @throws IOException if it is not installed or cannot listen; with the end of its log
   */
  public static MailServer start(Site site, int port) throws IOException {
    Path binary = Program.find("exim4").orElseThrow(() -> new IOException(NOT_INSTALLED));
    Path directory = site.directory();
    Files.createDirectories(directory.resolve("spool"));
    Path copy = directory.resolve("exim4");
    Files.copy(binary, copy, StandardCopyOption.REPLACE_EXISTING);
    if (!copy.toFile().setExecutable(true)) {
      throw new IOException(copy + " cannot be made executable");
    }
    Path config = directory.resolve("exim.conf");
    Files.writeString(
        config,
        Program.configuration(
            MailServer.class,
            "exim.conf",
            Map.of(
                "DIR",
                directory.toString(),
                "ADDRESS",
                site.address(),
                "PORT",
                Integer.toString(port))));
    List<String> runner = new ArrayList<>(site.runner());
    runner.addAll(List.of("unshare", "--user", "--map-user=1000", "--map-group=1000"));
    Daemon daemon =
        Daemon.start(
            "exim4",
            runner,
            List.of(copy.toString(), "-C", config.toString(), "-bdf", "-q1m"),
            directory);
    return new MailServer(directory, daemon.whenListening(Daemon.Protocol.TCP, port, START));
  }

  /** Whether it is there, without which {@link #start} fails. */
  public static boolean isInstalled() {
    return Program.find("exim4").isPresent();
  }

  /** Where it delivers; not there before the first message. */
  public Path maildir() {
    return directory.resolve("mail");
  }

  /** The messages that have been delivered, oldest first, each with its envelope's addresses. */
  public List<Path> messages() throws IOException {
    List<Path> messages = new ArrayList<>();
    // who looks at a mailbox moves what is new
    for (String part : List.of("new", "cur")) {
      Path delivered = maildir().resolve(part);
      if (Files.isDirectory(delivered)) {
        try (Stream<Path> files = Files.list(delivered)) {
          files.forEach(messages::add);
        }
      }
    }
    messages.sort(Comparator.comparing(Path::getFileName));
    return messages;
  }

  @Override
  public void close() {
    daemon.close();
  }
}
