package org.phonemirror.core.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailCarrierTest {
  private static final String HOST = "127.64.1.1";
  private static final String BOB = "mailto:bob@mail.example";

  @TempDir Path directory;
  private SmtpPeer peer;
  private MailCarrier carrier;
  private Path file;
  private final byte[] content = new byte[300_000];

  @BeforeEach
  void start() throws Exception {
    peer = new SmtpPeer(HOST);
    carrier = carrier(MailSettings.Security.STARTTLS_IF_OFFERED, Optional.empty(), 1 << 20);
    new Random(1).nextBytes(content);
    file = Files.write(directory.resolve("f\u00eate.jpg"), content);
  }

  @AfterEach
  void stop() throws Exception {
    peer.close();
  }

  private MailCarrier carrier(
      MailSettings.Security security, Optional<MailSettings.Login> login, long most) {
    return new MailCarrier(
        new MailSettings(
            HOST,
            peer.port(),
            security,
            login,
            "{number}@mail.example",
            "mirror.example",
            most,
            Duration.ofSeconds(20)),
        (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  private Parcel parcel() throws Exception {
    return Parcels.of(file, BOB);
  }

  @Test
  void aMailHasTheFileAttachedAndComesFromTheSubscriber() throws Exception {
    assertThat(carrier.bring(parcel())).isEqualTo(new Outcome.Sent());
    assertThat(peer.commands).contains("EHLO mirror.example", "RCPT TO:<bob@mail.example>");
    assertThat(peer.commands)
        .anyMatch(line -> line.startsWith("MAIL FROM:<15550001@mail.example> SIZE="));
    MimeMessage mail = parsed(peer.messages.get(0));
    assertThat(mail.getFrom()[0]).hasToString("15550001@mail.example");
    assertThat(mail.getSubject()).isEqualTo("H\u00f6lidays Bcc: x");
    assertThat(mail.getHeader("Bcc")).isNull();
    assertThat(mail.getSentDate()).isEqualTo(Parcels.ORDERED);
    MimeMultipart parts = (MimeMultipart) mail.getContent();
    assertThat(parts.getBodyPart(0).getContent()).isEqualTo("Look");
    assertThat(parts.getBodyPart(1).getContentType()).startsWith("image/jpeg");
    assertThat(parts.getBodyPart(1).getFileName()).isEqualTo("f\u00eate.jpg");
    assertThat(parts.getBodyPart(1).getInputStream().readAllBytes()).isEqualTo(content);
  }

  private static MimeMessage parsed(String text) throws Exception {
    return new MimeMessage(
        Session.getInstance(new Properties()), new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  @Test
  void aRepetitionHasTheSameMessageId() throws Exception {
    peer.answers(SmtpPeer.END, SmtpPeer.HANG_UP);
    assertThat(carrier.bring(parcel()))
        .isInstanceOfSatisfying(
            Outcome.Later.class, later -> assertThat(later.answered()).isFalse());
    assertThat(carrier.bring(parcel())).isEqualTo(new Outcome.Sent());
    assertThat(parsed(peer.messages.get(0)).getMessageID())
        .isEqualTo(parsed(peer.messages.get(1)).getMessageID())
        .endsWith("@mirror.example>");
  }

  @Test
  void repliesTellWhetherItIsWorthAnotherAttempt() throws Exception {
    peer.answers("RCPT", "450 mailbox busy", "550 no such user");
    assertLater("mailbox busy");
    assertNever(Reason.REFUSED, "no such user");
    peer.answers("MAIL", "451 later", "553 not from there");
    assertLater("later");
    assertNever(Reason.REFUSED, "not from there");
    peer.answers(SmtpPeer.END, "452 disk full", "552 too long", "554 no viruses here");
    assertLater("disk full");
    assertNever(Reason.TOO_BIG, "too long");
    assertNever(Reason.REFUSED, "no viruses here");
    peer.answers("DATA", "421 going down");
    assertLater("going down");
    peer.answers("connect", "554 go away", SmtpPeer.HANG_UP);
    assertThat(carrier.bring(parcel())).isInstanceOf(Outcome.Later.class);
    assertThat(carrier.bring(parcel())).isInstanceOf(Outcome.Later.class);
    assertThat(carrier.bring(parcel())).isEqualTo(new Outcome.Sent());
  }

  private void assertLater(String text) throws Exception {
    assertThat(carrier.bring(parcel()))
        .isInstanceOfSatisfying(
            Outcome.Later.class,
            later -> {
              assertThat(later.answered()).isTrue();
              assertThat(later.text()).contains(text);
            });
  }

  private void assertNever(Reason reason, String text) throws Exception {
    assertThat(carrier.bring(parcel()))
        .isInstanceOfSatisfying(
            Outcome.Never.class,
            never -> {
              assertThat(never.reason()).isEqualTo(reason);
              assertThat(never.text()).contains(text);
            });
  }

  @Test
  void aFileThatTheServerWillNotTakeIsNotSentAtAll() throws Exception {
    peer.takes(350_000);
    assertNever(Reason.TOO_BIG, "350000");
    carrier = carrier(MailSettings.Security.NONE, Optional.empty(), 250_000);
    assertNever(Reason.TOO_BIG, "250000");
    assertThat(peer.commands).doesNotContain("DATA");
  }

  @Test
  void withoutTheProtectionThatIsWantedNothingIsSent() throws Exception {
    carrier = carrier(MailSettings.Security.STARTTLS, Optional.empty(), 1 << 20);
    assertThat(carrier.bring(parcel())).isInstanceOf(Outcome.Later.class);
    carrier =
        carrier(
            MailSettings.Security.NONE,
            Optional.of(new MailSettings.Login("relay", "secret")),
            1 << 20);
    peer.answers("EHLO", "250-peer\r\n250 AUTH PLAIN").answers("AUTH", "535 no");
    assertThat(carrier.bring(parcel())).isInstanceOf(Outcome.Later.class);
    assertThat(peer.commands).doesNotContain("DATA");
  }

  @Test
  void whatIsRecalledDoesNotArrive() throws Exception {
    Parcel lastMoment = Parcels.of(file, BOB, () -> false, () -> false);
    assertThatThrownBy(() -> carrier.bring(lastMoment))
        .isInstanceOf(Parcel.RecalledException.class);
    AtomicBoolean recalled = new AtomicBoolean(true);
    Parcel early = Parcels.of(file, BOB, () -> true, recalled::get);
    assertThatThrownBy(() -> carrier.bring(early)).isInstanceOf(Parcel.RecalledException.class);
    recalled.set(false);
    assertThat(carrier.bring(early)).isEqualTo(new Outcome.Sent());
    assertThat(peer.messages).hasSize(1);
  }

  @Test
  void whoHasNoAddressSendsNoMail() throws Exception {
    Parcel alices = parcel();
    Parcel nobodys =
        new Parcel(
            new org.phonemirror.core.subscriber.Impu("sip:a%20b@ims.test"),
            alices.recipient(),
            alices.upload(),
            alices.ordered(),
            alices.content(),
            alices.key(),
            alices.leave(),
            alices.recalled());
    MailCarrier byUser =
        new MailCarrier(
            new MailSettings(
                HOST,
                peer.port(),
                MailSettings.Security.NONE,
                Optional.empty(),
                "{user}@mail.example",
                "mirror.example",
                1 << 20,
                Duration.ofSeconds(20)),
            (SSLSocketFactory) SSLSocketFactory.getDefault());
    assertThat(byUser.bring(alices)).isEqualTo(new Outcome.Sent());
    assertThat(peer.commands)
        .anyMatch(line -> line.startsWith("MAIL FROM:<+15550001@mail.example>"));
    assertThat(new MmsCarrierTest.NoRelay().bring(nobodys)).isInstanceOf(Outcome.Never.class);
  }
}
