package org.phonemirror.core.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.mms.Content;
import org.phonemirror.core.mms.ContentType;
import org.phonemirror.core.mms.Envelope;
import org.phonemirror.core.mms.MalformedMmsException;
import org.phonemirror.core.mms.MmsDecoder;
import org.phonemirror.core.mms.MmsEncoder;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.mms.Part;
import org.phonemirror.core.mms.ResponseStatus;

/**
 * Hands messages to the MMS relay as the subscriber's phone would (MM1, M-Send.req by POST). The
 * transaction id is the same for each attempt, and so are all the bytes: a relay recognises the
 * repetition by them.
 */
final class MmsCarrier implements Carrier {
  private static final String TYPE = "/TYPE=PLMN";

  /** error-unspecified and error-network-problem of version 1.0 (OMA-TS-MMS_ENC §7.3.48). */
  private static final List<Integer> OLD_TRANSIENT = List.of(0x81, 0x86);

  private final MmsSettings settings;
  private final PlainHttp http;
  private final Clock clock;

  MmsCarrier(MmsSettings settings, PlainHttp http, Clock clock) {
    this.settings = settings;
    this.http = http;
    this.clock = clock;
  }

  @Override
  public Outcome bring(Parcel parcel) throws Parcel.RecalledException {
    Optional<String> number = Senders.number(parcel.sender());
    if (number.isEmpty()) {
      return new Outcome.Never(
          Reason.NOT_ALLOWED, parcel.sender() + " has no telephone number to send from");
    }
    byte[] head = MmsEncoder.encodeHead(request(parcel, number.get()), parcel.upload().size());
    long length = head.length + parcel.upload().size();
    if (length > settings.messageBytes()) {
      return new Outcome.Never(
          Reason.TOO_BIG,
          "a multimedia message has at most "
              + settings.messageBytes()
              + " bytes, this one would have "
              + length
              + ": send it by mail");
    }
    try {
      HttpAnswer answer =
          http.send(
              "POST",
              settings.relay(),
              Map.of("Content-Type", MmsMessage.MEDIA_TYPE, settings.numberHeader(), number.get()),
              body(head, parcel),
              false,
              relay -> true);
      return answer.status() == 200 ? outcome(parcel, answer.body()) : refused(answer);
    } catch (Parcel.RecalledException e) {
      throw e;
    } catch (IOException e) {
      return Outcome.Later.unknown("the MMS relay can't be reached: " + e.getMessage());
    }
  }

  private static MmsMessage.SendRequest request(Parcel parcel, String number) {
    Upload upload = parcel.upload();
    Envelope envelope =
        Envelope.of(List.of(parcel.recipient().address() + TYPE), shortened(upload.title()))
            .sent(Optional.of(number + TYPE), parcel.ordered());
    List<Part> parts = new ArrayList<>();
    if (!upload.text().isBlank()) {
      byte[] text = upload.text().getBytes(StandardCharsets.UTF_8);
      parts.add(part(ContentType.of("text/plain").with("charset", "utf-8"), "text.txt", text));
    }
    String name = upload.fileName().replaceAll("[^ -~]", "_");
    parts.add(part(ContentType.of(parcel.mediaType()).with("name", name), name, new byte[0]));
    return new MmsMessage.SendRequest(
        parcel.key(), envelope, List.of(), Optional.empty(), Content.mixed(parts));
  }

  private static Part part(ContentType type, String location, byte[] data) {
    return new Part(type, Optional.empty(), Optional.of(location), data);
  }

  /** Phones show 40 characters (OMA-TS-MMS-CONF §7.1.7). */
  private static String shortened(String title) {
    return title.codePointCount(0, title.length()) > 40
        ? title.substring(0, title.offsetByCodePoints(0, 40))
        : title;
  }

  private static PlainHttp.Body body(byte[] head, Parcel parcel) {
    return new PlainHttp.Body() {
      @Override
      public long length() {
        return head.length + parcel.upload().size();
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        try (InputStream content = parcel.open()) {
          out.write(head);
          content.transferTo(out);
        }
      }
    };
  }

  private static Outcome outcome(Parcel parcel, byte[] body) {
    MmsMessage message;
    try {
      message = MmsDecoder.decode(body);
    } catch (MalformedMmsException e) {
      return Outcome.Later.unknown("the MMS relay's answer can't be read: " + e.getMessage());
    }
    if (!(message instanceof MmsMessage.SendConfirmation confirmation)
        || !confirmation.transactionId().equals(parcel.key())) {
      return Outcome.Later.unknown("the MMS relay answers something else");
    }
    int code = confirmation.status().code();
    String text =
        "the MMS relay refuses it: "
            + confirmation.text().orElse("status " + Integer.toHexString(code));
    if (code == ResponseStatus.OK.code()) {
      return new Outcome.Sent();
    } else if ((code >= 0xC0 && code < 0xE0) || OLD_TRANSIENT.contains(code)) {
      return Outcome.Later.answered(text);
    }
    return new Outcome.Never(Reason.REFUSED, text);
  }

  /** What is no M-Send.conf comes from something in front of the relay. */
  private Outcome refused(HttpAnswer answer) {
    String text = "the MMS relay answers with HTTP status " + answer.status();
    if (answer.status() == 413) {
      return new Outcome.Never(Reason.TOO_BIG, text);
    }
    return new Outcome.Later(text, true, answer.retryAfter(clock.instant()));
  }
}
