package org.phonemirror.core.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.tls.TestKeys;

/** Mail servers that are spoken to by TLS, and some that are not who they should be. */
class MailOverTlsTest {
  private static final String HOST = "127.37.1.1";

  private static SSLContext tls;
  private static SSLContext other;

  @TempDir Path directory;
  private Parcel parcel;

  @BeforeAll
  static void makeKeys(@TempDir Path keys) throws Exception {
    tls = TestKeys.of(keys.resolve("own.p12"), "ip:" + HOST).context();
    other = TestKeys.of(keys.resolve("other.p12"), "dns:elsewhere.test").context();
  }

  @BeforeEach
  void makeParcel() throws Exception {
    parcel =
        Parcels.of(Files.write(directory.resolve("f.jpg"), new byte[9_000]), "mailto:b@m.test");
  }

  private static MailCarrier carrier(
      SmtpPeer peer, MailSettings.Security security, SSLSocketFactory trusting) {
    return new MailCarrier(
        new MailSettings(
            HOST,
            peer.port(),
            security,
            Optional.of(new MailSettings.Login("relay", "secret")),
            "{number}@mail.example",
            "mirror.example",
            1 << 20,
            Duration.ofSeconds(60)),
        trusting);
  }

  private static String login() {
    return "AUTH PLAIN "
        + Base64.getEncoder()
            .encodeToString("relay\0relay\0secret".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aMailIsSubmittedByTlsFromTheFirstByte() throws Exception {
    try (SmtpPeer peer = SmtpPeer.withTls(HOST, tls)) {
      MailCarrier carrier = carrier(peer, MailSettings.Security.TLS, tls.getSocketFactory());
      assertThat(carrier.bring(parcel)).isEqualTo(new Outcome.Sent());
      assertThat(peer.messages).singleElement().asString().contains("Content-Type: image/jpeg");
      assertThat(peer.commands).contains(login());
    }
  }

  @Test
  void aMailIsSubmittedAfterStartTlsAndNothingBefore() throws Exception {
    try (SmtpPeer peer = SmtpPeer.withStartTls(HOST, tls)) {
      MailCarrier carrier = carrier(peer, MailSettings.Security.STARTTLS, tls.getSocketFactory());
      assertThat(carrier.bring(parcel)).isEqualTo(new Outcome.Sent());
      assertThat(peer.messages).hasSize(1);
      assertThat(peer.commands)
          .startsWith("EHLO mirror.example", "STARTTLS", "EHLO mirror.example", login())
          .anyMatch(command -> command.startsWith("MAIL FROM:"));
    }
  }

  @Test
  void whoIsNotWhoItShouldBeGetsNothing() throws Exception {
    try (SmtpPeer peer = SmtpPeer.withStartTls(HOST, other)) {
      assertGetsNothing(peer, MailSettings.Security.STARTTLS, other.getSocketFactory());
    }
    try (SmtpPeer peer = SmtpPeer.withTls(HOST, other)) {
      assertGetsNothing(peer, MailSettings.Security.TLS, other.getSocketFactory());
    }
    try (SmtpPeer peer = SmtpPeer.withStartTls(HOST, tls)) {
      SSLSocketFactory usual = (SSLSocketFactory) SSLSocketFactory.getDefault();
      assertGetsNothing(peer, MailSettings.Security.STARTTLS, usual);
    }
  }

  private void assertGetsNothing(
      SmtpPeer peer, MailSettings.Security security, SSLSocketFactory trusting) throws Exception {
    assertThat(carrier(peer, security, trusting).bring(parcel)).isInstanceOf(Outcome.Later.class);
    assertThat(peer.commands).noneMatch(command -> command.matches("(AUTH|MAIL|DATA).*"));
  }
}
