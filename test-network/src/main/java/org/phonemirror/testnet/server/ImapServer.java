package org.phonemirror.testnet.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.phonemirror.testnet.program.Daemon;
import org.phonemirror.testnet.program.Program;

/**
 * A Dovecot that shows what a {@link MailServer} has delivered, to the one user {@value #USER}
 * (IMAP4rev1, RFC 3501). It asks for CRAM-MD5 (RFC 2195), whose challenge is of the moment and of
 * chance.
 *
 * <p>It runs as an ordinary program, of whoever starts it: in a user namespace in which its user is
 * Debian's nobody, as its processes insist on users that have a name, and in a mount namespace with
 * a /run of its own, where their sockets are, whose paths must be short.
 */
public final class ImapServer implements AutoCloseable {
  /** Name of the mailbox's user. */
  public static final String USER = "user";

  /** The user's password. */
  public static final String PASSWORD = "secret";

  private static final Duration START = Duration.ofSeconds(20);
  private static final String NOT_INSTALLED =
      "Dovecot is not installed: install the package dovecot-imapd";

  /** Makes /run, then becomes nobody and the program. */
  private static final String OWN_RUN =
      "mount -t tmpfs tmpfs /run && mkdir /run/dovecot"
          + " && exec unshare --user --map-user=65534 --map-group=65534 \"$@\"";

  private final Daemon daemon;

  private ImapServer(Daemon daemon) {
    this.daemon = daemon;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param maildir that it shows; made if it is not there
   * @throws IOException if it is not installed or cannot listen; with the end of its log
   */
  public static ImapServer start(Site site, Path maildir, int port) throws IOException {
    Path binary = Program.find("dovecot").orElseThrow(() -> new IOException(NOT_INSTALLED));
    Path directory = Files.createDirectories(site.directory());
    Files.writeString(
        directory.resolve("dovecot.users"), USER + ":{PLAIN}" + PASSWORD + "::::::\n");
    Path config = directory.resolve("dovecot.conf");
    Files.writeString(
        config,
        Program.configuration(
            ImapServer.class,
            "dovecot.conf",
            Map.of(
                "DIR",
                directory.toString(),
                "MAIL",
                maildir.toString(),
                "ADDRESS",
                site.address(),
                "PORT",
                Integer.toString(port))));
    List<String> runner = new ArrayList<>(site.runner());
    runner.addAll(
        List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", OWN_RUN, "sh"));
    Daemon daemon =
        Daemon.start(
            "dovecot",
            runner,
            List.of(binary.toString(), "-F", "-c", config.toString()),
            directory);
    return new ImapServer(daemon.whenListening(Daemon.Protocol.TCP, port, START));
  }

  /** Whether it is there, without which {@link #start} fails. */
  public static boolean isInstalled() {
    return Program.find("dovecot").isPresent()
        && Files.isExecutable(Path.of("/usr/lib/dovecot/imap"));
  }

  @Override
  public void close() {
    daemon.close();
  }
}
