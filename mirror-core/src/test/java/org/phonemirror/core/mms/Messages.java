package org.phonemirror.core.mms;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One message of each kind, with all that it can have. */
final class Messages {
  static final Instant DATE = Instant.ofEpochSecond(0x4b3d3b0aL);
  static final String BOB = "+15550002/TYPE=PLMN";

  private static final byte[] PHOTO = {(byte) 0xFF, (byte) 0xD8, 0, 1, 2, (byte) 0xFF, (byte) 0xD9};
  private static final String SMIL =
      "<smil><body><par><img src=\"photo.jpg\"/></par></body></smil>";

  private Messages() {}

  static Content text(String text) {
    return Content.mixed(
        List.of(
            new Part(
                ContentType.of("text/plain").with("charset", "utf-8"),
                Optional.empty(),
                Optional.of("text.txt"),
                text.getBytes(StandardCharsets.UTF_8))));
  }

  static Content related() {
    return Content.related(
        "<smil>",
        "application/smil",
        List.of(
            new Part(
                ContentType.of("application/smil"),
                Optional.of("<smil>"),
                Optional.of("message.smil"),
                SMIL.getBytes(StandardCharsets.UTF_8)),
            new Part(
                new ContentType("image/jpeg", Map.of("name", "photo.jpg")),
                Optional.of("<photo>"),
                Optional.of("photo.jpg"),
                PHOTO)));
  }

  static MmsMessage.SendRequest sendRequest(Content content) {
    return new MmsMessage.SendRequest(
        "T1",
        new Envelope(
            Optional.empty(),
            List.of(BOB, "carol@example.com"),
            List.of("+15550003/TYPE=PLMN"),
            Optional.of(DATE),
            Optional.of("Grüße"),
            Optional.of(MessageClass.INFORMATIONAL),
            Optional.of(Priority.HIGH),
            true,
            true),
        List.of("+15550004/TYPE=PLMN"),
        Optional.of(new Expiry.At(DATE.plusSeconds(3600))),
        content);
  }

  static MmsMessage.Notification notification() {
    return new MmsMessage.Notification(
        "N77",
        Optional.of("+46702000001/TYPE=PLMN"),
        Optional.of("Hi"),
        MessageClass.PERSONAL,
        0x7f28,
        new Expiry.After(Duration.ofDays(3)),
        "http://mmsc.example.com/mm1/N77");
  }

  static MmsMessage.RetrieveConfirmation retrieveConfirmation(Content content) {
    return new MmsMessage.RetrieveConfirmation(
        Optional.of("R77"),
        Optional.of("mid-0001@mmsc.example.com"),
        Envelope.of(List.of(BOB), "Hi").sent(Optional.of("+15550001/TYPE=PLMN"), DATE),
        Optional.of(RetrieveStatus.OK),
        Optional.of("all is well"),
        content);
  }

  static MmsMessage.DeliveryReport deliveryReport() {
    return new MmsMessage.DeliveryReport(
        "mid-0001@mmsc.example.com", "+46702000001/TYPE=PLMN", DATE, Status.RETRIEVED);
  }

  static List<MmsMessage> all() {
    return List.of(
        sendRequest(text("Blåbærsyltetøj")),
        sendRequest(related()),
        sendRequest(Content.single(ContentType.of("text/plain"), new byte[] {'h', 'i'})),
        new MmsMessage.SendConfirmation(
            "T1", ResponseStatus.OK, Optional.of("Ok"), Optional.of("mid-0001@mmsc.example.com")),
        notification(),
        new MmsMessage.NotifyResponse("N77", Status.DEFERRED, false),
        retrieveConfirmation(related()),
        retrieveConfirmation(text("plain")),
        new MmsMessage.Acknowledgement("R77", true),
        deliveryReport());
  }
}
