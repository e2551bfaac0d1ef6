package org.phonemirror.core.mms;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads messages. Fields that are not known are passed over, as are their values; of a field that
 * may be there once, the last one counts.
 */
public final class MmsDecoder {
  private final WspReader in;
  private final int end;
  private OptionalInt type = OptionalInt.empty();
  private Optional<String> transactionId = Optional.empty();
  private boolean versioned;
  private Optional<String> from = Optional.empty();
  private final List<String> to = new ArrayList<>();
  private final List<String> cc = new ArrayList<>();
  private final List<String> bcc = new ArrayList<>();
  private Optional<Instant> date = Optional.empty();
  private Optional<String> subject = Optional.empty();
  private Optional<MessageClass> messageClass = Optional.empty();
  private Optional<Priority> priority = Optional.empty();
  private boolean deliveryReport;
  private boolean readReport;
  private boolean reportAllowed = true;
  private Optional<Expiry> expiry = Optional.empty();
  private OptionalLong size = OptionalLong.empty();
  private Optional<String> contentLocation = Optional.empty();
  private Optional<String> messageId = Optional.empty();
  private OptionalInt responseStatus = OptionalInt.empty();
  private OptionalInt retrieveStatus = OptionalInt.empty();
  private Optional<String> statusText = Optional.empty();
  private Optional<Status> status = Optional.empty();
  private Optional<Content> content = Optional.empty();

  private MmsDecoder(byte[] bytes) {
    this.in = new WspReader(bytes);
    this.end = bytes.length;
  }

  /**
   * Reads a message.
   *
   * @throws MalformedMmsException if it is none, is of an unknown type, lacks a field that it must
   *     have, or is beyond {@link MmsLimits}
   */
  public static MmsMessage decode(byte[] bytes) throws MalformedMmsException {
    return decode(bytes, MmsLimits.MESSAGE_BYTES);
  }

  /** As the other, where an operator takes longer or only shorter messages. */
  public static MmsMessage decode(byte[] bytes, int most) throws MalformedMmsException {
    if (bytes.length > most) {
      throw new MalformedMmsException("message has more than " + most + " bytes", most);
    }
    MmsDecoder decoder = new MmsDecoder(bytes);
    decoder.fields();
    return decoder.message();
  }

  /**
   * The transaction that broken bytes belong to, as far as they tell, so that they can be refused.
   */
  public static Optional<String> transactionId(byte[] bytes) {
    MmsDecoder decoder = new MmsDecoder(bytes);
    try {
      decoder.fields();
    } catch (MalformedMmsException e) {
      return decoder.transactionId; // what was read before that place
    }
    return decoder.transactionId;
  }

  /** Whether the bytes begin as an M-Send.req, however they go on. */
  public static boolean isSendRequest(byte[] bytes) {
    return bytes.length >= 2
        && (bytes[0] & 0xFF) == (Field.MESSAGE_TYPE | 0x80)
        && (bytes[1] & 0xFF) == (Field.SEND_REQ | 0x80);
  }

  /** Content-Type ends the header, whatever follows it. */
  private void fields() throws MalformedMmsException {
    for (int fields = 0; in.hasMore() && content.isEmpty(); fields++) {
      if (fields == MmsLimits.FIELDS) {
        throw in.malformed("message has more than " + fields + " header fields");
      }
      if (in.atShort("header field")) {
        field(in.shortInteger("header field"));
      } else {
        in.skipValue("name of a header field");
        in.skipValue("header field");
      }
    }
  }

  private void field(int field) throws MalformedMmsException {
    switch (field) {
      case Field.MESSAGE_TYPE -> type = OptionalInt.of(in.shortInteger("message type"));
      case Field.TRANSACTION_ID -> transactionId = Optional.of(in.text("transaction id"));
      case Field.VERSION -> version();
      case Field.FROM -> from = from();
      case Field.TO -> to.add(recipient("To"));
      case Field.CC -> cc.add(recipient("Cc"));
      case Field.BCC -> bcc.add(recipient("Bcc"));
      case Field.DATE -> date = Optional.of(Instant.ofEpochSecond(in.integer("date")));
      case Field.SUBJECT -> subject = Optional.of(in.encodedString("subject"));
      case Field.MESSAGE_CLASS -> messageClass = messageClass();
      case Field.PRIORITY -> priority = oneOf("priority", Priority.values());
      case Field.DELIVERY_REPORT -> deliveryReport = flag("delivery report");
      case Field.READ_REPORT -> readReport = flag("read report");
      case Field.REPORT_ALLOWED -> reportAllowed = flag("report allowed");
      case Field.EXPIRY -> expiry = Optional.of(expiry());
      case Field.MESSAGE_SIZE -> size = OptionalLong.of(in.integer("message size"));
      case Field.CONTENT_LOCATION -> contentLocation = Optional.of(in.text("content location"));
      case Field.MESSAGE_ID -> messageId = Optional.of(in.text("message id"));
      case Field.RESPONSE_STATUS ->
          responseStatus = OptionalInt.of(in.shortInteger("response status") | 0x80);
      case Field.RETRIEVE_STATUS ->
          retrieveStatus = OptionalInt.of(in.shortInteger("retrieve status") | 0x80);
      case Field.RESPONSE_TEXT, Field.RETRIEVE_TEXT ->
          statusText = Optional.of(in.encodedString("status text"));
      case Field.STATUS -> status = oneOf("status", Status.values());
      case Field.CONTENT_TYPE ->
          content = Optional.of(ContentCodec.read(in, ContentTypeCodec.read(in)));
      default -> in.skipValue("header field");
    }
  }

  /** Another minor version is read all the same (OMA-TS-MMS_ENC-V1_2 §9). */
  private void version() throws MalformedMmsException {
    int version = in.shortInteger("version");
    int major = version >> 4;
    if (major != Field.VERSION_1_2 >> 4) {
      throw in.malformed("MMS version is " + major + "." + (version & 0xF) + ", must be 1.x");
    }
    versioned = true;
  }

  private Optional<String> from() throws MalformedMmsException {
    WspReader value = in.value("From");
    return value.shortInteger("From") == Field.FIRST_TOKEN
        ? Optional.of(value.encodedString("From"))
        : Optional.empty();
  }

  private String recipient(String what) throws MalformedMmsException {
    if (to.size() + cc.size() + bcc.size() == MmsLimits.RECIPIENTS) {
      throw in.malformed("more than " + MmsLimits.RECIPIENTS + " recipients");
    }
    return in.encodedString(what);
  }

  /** A class may also be a text, which means nothing here (§7.3.27). */
  private Optional<MessageClass> messageClass() throws MalformedMmsException {
    if (!in.atShort("message class")) {
      in.skipValue("message class");
      return Optional.empty();
    }
    return oneOf("message class", MessageClass.values());
  }

  /** Values of later versions are passed over. */
  private <T extends Token> Optional<T> oneOf(String what, T[] values)
      throws MalformedMmsException {
    int code = in.shortInteger(what) | 0x80;
    return Arrays.stream(values).filter(value -> value.code() == code).findFirst();
  }

  private boolean flag(String what) throws MalformedMmsException {
    return in.shortInteger(what) == Field.YES;
  }

  private Expiry expiry() throws MalformedMmsException {
    WspReader value = in.value("expiry");
    int token = value.shortInteger("expiry");
    long seconds = value.integer("expiry");
    return token == Field.FIRST_TOKEN
        ? new Expiry.At(Instant.ofEpochSecond(seconds))
        : new Expiry.After(Duration.ofSeconds(seconds));
  }

  private MmsMessage message() throws MalformedMmsException {
    if (type.isEmpty()) {
      throw missing("message type");
    }
    if (!versioned) {
      throw missing("version");
    }
    return switch (type.getAsInt()) {
      case Field.SEND_REQ -> {
        if (to.isEmpty() && cc.isEmpty() && bcc.isEmpty()) {
          throw missing("recipient");
        }
        yield new MmsMessage.SendRequest(
            need("transaction id", transactionId),
            envelope(),
            bcc,
            expiry,
            need("content type", content));
      }
      case Field.SEND_CONF ->
          new MmsMessage.SendConfirmation(
              need("transaction id", transactionId),
              new ResponseStatus(responseStatus.orElseThrow(() -> missing("response status"))),
              statusText,
              messageId);
      case Field.NOTIFICATION_IND ->
          new MmsMessage.Notification(
              need("transaction id", transactionId),
              from,
              subject,
              messageClass.orElse(MessageClass.PERSONAL),
              size.orElseThrow(() -> missing("message size")),
              need("expiry", expiry),
              need("content location", contentLocation));
      case Field.NOTIFYRESP_IND ->
          new MmsMessage.NotifyResponse(
              need("transaction id", transactionId), need("status", status), reportAllowed);
      case Field.RETRIEVE_CONF -> {
        need("date", date);
        yield new MmsMessage.RetrieveConfirmation(
            transactionId,
            messageId,
            envelope(),
            retrieveStatus.isPresent()
                ? Optional.of(new RetrieveStatus(retrieveStatus.getAsInt()))
                : Optional.empty(),
            statusText,
            need("content type", content));
      }
      case Field.ACKNOWLEDGE_IND ->
          new MmsMessage.Acknowledgement(need("transaction id", transactionId), reportAllowed);
      case Field.DELIVERY_IND ->
          new MmsMessage.DeliveryReport(
              need("message id", messageId),
              to.stream().findFirst().orElseThrow(() -> missing("To")),
              need("date", date),
              need("status", status));
      default ->
          throw new MalformedMmsException("message type " + type.getAsInt() + " is not known", 0);
    };
  }

  private Envelope envelope() {
    return new Envelope(
        from, to, cc, date, subject, messageClass, priority, deliveryReport, readReport);
  }

  private <T> T need(String what, Optional<T> value) throws MalformedMmsException {
    return value.orElseThrow(() -> missing(what));
  }

  private MalformedMmsException missing(String what) {
    return new MalformedMmsException(what + " is missing", end);
  }
}
