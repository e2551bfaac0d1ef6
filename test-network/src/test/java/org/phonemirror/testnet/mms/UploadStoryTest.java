package org.phonemirror.testnet.mms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.upload.MailSettings;
import org.phonemirror.core.upload.MmsSettings;
import org.phonemirror.core.upload.UploadService;
import org.phonemirror.core.upload.UploadSettings;
import org.phonemirror.core.upload.WebSettings;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.testnet.bench.DirectoryMirror;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.server.MailServer;
import org.phonemirror.testnet.server.Site;
import org.phonemirror.testnet.server.WebServer;

/** Alice's photo goes to three people: by the MMS relay, by Exim, and by nginx. */
class UploadStoryTest {
  private static final String RELAY = "127.64.2.1";
  private static final String SERVERS = "127.64.2.2";
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");

  @TempDir Path directory;

  @Test
  void onePhotoToThreePeople() throws Exception {
    assumeTrue(MailServer.isInstalled(), "Exim is not installed");
    assumeTrue(WebServer.isInstalled(), "nginx is not installed");
    int webPort = RelayAtWork.free(SERVERS).getPort();
    int mailPort = RelayAtWork.free(SERVERS).getPort();
    List<Notice> notices = new CopyOnWriteArrayList<>();
    try (RelayAtWork mms = new RelayAtWork(RELAY, Consultation.NONE);
        MailServer mail = MailServer.start(site("mail"), mailPort);
        WebServer web = WebServer.start(site("web"), webPort);
        UploadService uploads =
            UploadService.open(
                directory.resolve("uploads"),
                settings(mms, mailPort),
                (subscriber, notice) -> {
                  notices.add(notice);
                  return CompletableFuture.completedFuture(null);
                },
                Clock.systemUTC())) {
      // the relay knows Alice by what the mirror server says, as by a gateway's word
      mms.relay.callers().detach(InetAddress.getLoopbackAddress());
      mms.relay.callers().trust(InetAddress.getLoopbackAddress());

      // the phone has taken a photo, and its mirror has it too
      byte[] photo = new byte[200_000];
      new Random(4).nextBytes(photo);
      Path storage = Files.createDirectories(directory.resolve("storage/dcim")).getParent();
      Files.write(storage.resolve("dcim/sea.jpg"), photo);
      String put = "http://" + SERVERS + ":" + webPort + "/upload/sea.jpg";
      settle(uploads, storage, order(photo, "mms:+15550002", "mailto:carol@mail.example", put));

      // everybody gets it, once, and Alice is told of each
      Story.await("receipts", Duration.ofSeconds(60), () -> !notices.isEmpty());
      assertThat(notices).extracting(Notice::topic).containsExactly("upload-sent");
      assertThat(notices.get(0).text()).isEqualTo("sea.jpg is sent to all 3 recipients");
      assertThat(web.uploads().resolve("sea.jpg")).hasBinaryContent(photo);
      MmsMessage.Notification forBob = mms.notification(RelayAtWork.BOB);
      assertThat(forBob.from()).contains("+15550001/TYPE=PLMN");
      mms.phoneIs(RelayAtWork.BOB);
      assertThat(mms.get(forBob.contentLocation()).content().parts().get(1).data())
          .isEqualTo(photo);
      Story.await("mail", Duration.ofSeconds(60), () -> !mail.messages().isEmpty());
      assertThat(attachment(mail.messages().get(0))).isEqualTo(photo);
      assertThat(mail.messages()).hasSize(1);
    }
  }

  private Site site(String name) throws Exception {
    return Site.here(SERVERS, Files.createDirectories(directory.resolve(name)));
  }

  private static UploadSettings settings(RelayAtWork mms, int mailPort) {
    Duration timeout = Duration.ofSeconds(20);
    return new UploadSettings(
        new UploadSettings.Limits(100, 1 << 20, 1 << 20, 8, 1 << 20, 0),
        UploadSettings.Times.usual(),
        4,
        Optional.of(new MmsSettings(URI.create(mms.url()), "X-MSISDN", 300 * 1024, timeout)),
        Optional.of(
            new MailSettings(
                SERVERS,
                mailPort,
                MailSettings.Security.STARTTLS_IF_OFFERED,
                Optional.empty(),
                "{number}@mail.example",
                "mirror.example",
                20L << 20,
                timeout)),
        Optional.of(new WebSettings(address -> address.getHostAddress().equals(SERVERS), timeout)));
  }

  private static Order order(byte[] photo, String... to) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(photo);
    var fields = new java.util.ArrayList<Field>();
    fields.add(new Field("action", "send"));
    fields.add(new Field("path", "dcim/sea.jpg"));
    fields.add(new Field("size", Integer.toString(photo.length)));
    fields.add(new Field("sha256", HexFormat.of().formatHex(digest)));
    fields.add(new Field("subject", "The sea"));
    fields.add(new Field("text", "As blue as this."));
    for (String one : to) {
      fields.add(new Field("to", one));
    }
    return new Order(1, "upload", fields);
  }

  private static void settle(UploadService uploads, Path storage, Order order) throws Exception {
    StorageScanner scanner = new StorageScanner(storage);
    scanner.scan(List.of());
    uploads.settled(
        new DirectoryMirror(ALICE, storage),
        new ReplayedInterval(2, 0, 1, List.of(order)),
        new SettledStorage(scanner.tree(), true));
  }

  private static byte[] attachment(Path message) throws Exception {
    try (InputStream in = Files.newInputStream(message)) {
      MimeMessage mail = new MimeMessage(Session.getInstance(new Properties()), in);
      assertThat(mail.getFrom()[0]).hasToString("15550001@mail.example");
      MimeMultipart parts = (MimeMultipart) mail.getContent();
      assertThat(parts.getBodyPart(1).getFileName()).isEqualTo("sea.jpg");
      return parts.getBodyPart(1).getInputStream().readAllBytes();
    }
  }
}
