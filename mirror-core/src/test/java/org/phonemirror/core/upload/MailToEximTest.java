package org.phonemirror.core.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.tls.TestKeys;

/**
 * Mails are submitted to an Exim that takes none without TLS and a password. It runs as in the test
 * network: a copy without the set-uid bit, as an ordinary user of a user namespace.
 */
class MailToEximTest {
  private static final Path EXIM = Path.of("/usr/sbin/exim4");
  private static final String HOST = "127.45.7.1";

  @TempDir Path directory;
  private Process exim;
  private int submission;
  private int submissions;
  private SSLContext tls;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isExecutable(EXIM), "Exim is not installed");
    TestKeys keys = TestKeys.ofRsa(directory.resolve("keys.p12"), "ip:" + HOST);
    tls = keys.context();
    keys.writePem(directory.resolve("server.pem"));
    try (ServerSocket one = free();
        ServerSocket other = free()) {
      submission = one.getLocalPort();
      submissions = other.getLocalPort();
    }
    Path copy = Files.copy(EXIM, directory.resolve("exim4"));
    assertThat(copy.toFile().setExecutable(true)).isTrue();
    Path config = Files.writeString(directory.resolve("exim.conf"), config());
    exim =
        new ProcessBuilder(
                "unshare",
                "--user",
                "--map-user=1000",
                "--map-group=1000",
                copy.toString(),
                "-C",
                config.toString(),
                "-bdf")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("exim.out").toFile())
            .start();
    awaitListening(submission);
    awaitListening(submissions);
  }

  private static ServerSocket free() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getByName(HOST));
  }

  private String config() {
    return """
        primary_hostname = mail.example
        exim_path = DIR/exim4
        spool_directory = DIR/spool
        log_file_path = DIR/%slog
        pid_file_path = DIR/exim.pid
        local_interfaces = HOST
        daemon_smtp_ports = SUBMISSION : SUBMISSIONS
        tls_on_connect_ports = SUBMISSIONS
        tls_advertise_hosts = *
        tls_certificate = DIR/server.pem
        tls_privatekey = DIR/server.pem
        daemon_startup_retries = 0
        exim_user = 1000
        exim_group = 1000
        deliver_drop_privilege
        host_lookup =
        rfc1413_query_timeout = 0s
        keep_environment =
        acl_smtp_mail = known
        acl_smtp_rcpt = accept

        begin acl
        known:
          accept encrypted = *
                 authenticated = *
          deny message = TLS and a password, please

        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_advertise_condition = ${if def:tls_in_cipher}
          server_condition = ${if and {{eq{$auth2}{relay}}{eq{$auth3}{secret}}}}
          server_set_id = $auth2

        begin routers
        everyone:
          driver = accept
          transport = maildir

        begin transports
        maildir:
          driver = appendfile
          directory = DIR/mail
          maildir_format
          create_directory
          mode = 0600
        """
        .replace("DIR", directory.toString())
        .replace("HOST", HOST)
        .replace("SUBMISSIONS", Integer.toString(submissions))
        .replace("SUBMISSION", Integer.toString(submission));
  }

  private void awaitListening(int port) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < deadline) {
      assertThat(exim.isAlive()).as(() -> "Exim: " + output()).isTrue();
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(HOST, port), 1000);
        return;
      } catch (ConnectException | SocketTimeoutException e) {
        Thread.sleep(50);
      }
    }
    throw new AssertionError("Exim does not listen: " + output());
  }

  private String output() {
    try {
      return Files.readString(directory.resolve("exim.out"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @AfterEach
  void stop() throws Exception {
    if (exim != null) {
      List<ProcessHandle> family =
          Stream.concat(Stream.of(exim.toHandle()), exim.descendants()).toList();
      family.forEach(ProcessHandle::destroy);
      for (ProcessHandle one : family) {
        one.onExit().get(20, TimeUnit.SECONDS);
      }
    }
  }

  private Outcome bring(int port, MailSettings.Security security, String password)
      throws Exception {
    Parcel parcel =
        Parcels.of(Files.write(directory.resolve("f.jpg"), new byte[9_000]), "mailto:b@m.test");
    return new MailCarrier(
            new MailSettings(
                HOST,
                port,
                security,
                Optional.of(new MailSettings.Login("relay", password)),
                "{number}@mail.example",
                "mirror.example",
                1 << 20,
                Duration.ofSeconds(60)),
            tls.getSocketFactory())
        .bring(parcel);
  }

  private void assertDelivered(String protocol) throws Exception {
    Path delivered = directory.resolve("mail/new");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.isDirectory(delivered) && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
    List<Path> mails = List.of();
    while (mails.isEmpty() && System.nanoTime() < deadline) {
      try (Stream<Path> files = Files.list(delivered)) {
        mails = files.toList();
      }
    }
    assertThat(mails).hasSize(1);
    assertThat(Files.readString(mails.get(0)))
        .contains("with " + protocol, "Content-Type: image/jpeg");
  }

  /** Authenticated and encrypted: ESMTPSA (RFC 3848). */
  @Test
  void afterStartTls() throws Exception {
    assertThat(bring(submission, MailSettings.Security.STARTTLS, "secret"))
        .isEqualTo(new Outcome.Sent());
    assertDelivered("esmtpsa");
  }

  @Test
  void byTlsFromTheFirstByte() throws Exception {
    assertThat(bring(submissions, MailSettings.Security.TLS, "secret"))
        .isEqualTo(new Outcome.Sent());
    assertDelivered("esmtpsa");
  }

  @Test
  void withAWrongPasswordOrWithoutTlsNothingIsSent() throws Exception {
    assertThat(bring(submission, MailSettings.Security.STARTTLS, "guess"))
        .isNotInstanceOf(Outcome.Sent.class);
    assertThat(bring(submission, MailSettings.Security.NONE, "secret"))
        .isNotInstanceOf(Outcome.Sent.class);
    assertThat(directory.resolve("mail")).doesNotExist();
  }
}
