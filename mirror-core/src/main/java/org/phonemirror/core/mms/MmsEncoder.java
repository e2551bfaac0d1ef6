package org.phonemirror.core.mms;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Writes messages; the same message always becomes the same bytes. */
public final class MmsEncoder {
  private final WspWriter out = new WspWriter();

  private MmsEncoder(int type, Optional<String> transactionId) {
    number(Field.MESSAGE_TYPE, type);
    transactionId.ifPresent(id -> text(Field.TRANSACTION_ID, id));
    number(Field.VERSION, Field.VERSION_1_2);
  }

  /** The message as it goes onto the wire. */
  public static byte[] encode(MmsMessage message) {
    // pattern matching for switch is not in Java 17
    if (message instanceof MmsMessage.SendRequest request) {
      return encode(request);
    } else if (message instanceof MmsMessage.SendConfirmation confirmation) {
      return encode(confirmation);
    } else if (message instanceof MmsMessage.Notification notification) {
      return encode(notification);
    } else if (message instanceof MmsMessage.NotifyResponse response) {
      return new MmsEncoder(Field.NOTIFYRESP_IND, Optional.of(response.transactionId()))
          .token(Field.STATUS, response.status())
          .flag(Field.REPORT_ALLOWED, response.reportAllowed())
          .out
          .toBytes();
    } else if (message instanceof MmsMessage.RetrieveConfirmation confirmation) {
      return encode(confirmation);
    } else if (message instanceof MmsMessage.Acknowledgement acknowledgement) {
      return new MmsEncoder(Field.ACKNOWLEDGE_IND, Optional.of(acknowledgement.transactionId()))
          .flag(Field.REPORT_ALLOWED, acknowledgement.reportAllowed())
          .out
          .toBytes();
    }
    return encode((MmsMessage.DeliveryReport) message);
  }

  private static byte[] encode(MmsMessage.SendRequest request) {
    return encodeHead(request, 0);
  }

  /**
   * A message whose last part is too long for memory, up to where the rest of it follows.
   *
   * @param following how many bytes that are, at most 2^32 - 1
   */
  public static byte[] encodeHead(MmsMessage.SendRequest request, long following) {
    MmsEncoder encoder = new MmsEncoder(Field.SEND_REQ, Optional.of(request.transactionId()));
    encoder.from(request.envelope().from());
    encoder.envelope(request.envelope());
    encoder.addresses(Field.BCC, request.bcc());
    request.expiry().ifPresent(encoder::expiry);
    encoder.contentType(request.content());
    ContentCodec.write(encoder.out, request.content(), following);
    return encoder.out.toBytes();
  }

  private static byte[] encode(MmsMessage.SendConfirmation confirmation) {
    MmsEncoder encoder = new MmsEncoder(Field.SEND_CONF, Optional.of(confirmation.transactionId()));
    encoder.number(Field.RESPONSE_STATUS, confirmation.status().code() & 0x7F);
    confirmation.text().ifPresent(text -> encoder.encoded(Field.RESPONSE_TEXT, text));
    confirmation.messageId().ifPresent(id -> encoder.text(Field.MESSAGE_ID, id));
    return encoder.out.toBytes();
  }

  private static byte[] encode(MmsMessage.Notification notification) {
    MmsEncoder encoder =
        new MmsEncoder(Field.NOTIFICATION_IND, Optional.of(notification.transactionId()));
    if (notification.from().isPresent()) {
      encoder.from(notification.from());
    }
    notification.subject().ifPresent(subject -> encoder.encoded(Field.SUBJECT, subject));
    encoder.token(Field.MESSAGE_CLASS, notification.messageClass());
    encoder.out.integer(Field.MESSAGE_SIZE).longInteger(notification.size());
    encoder.expiry(notification.expiry());
    encoder.text(Field.CONTENT_LOCATION, notification.contentLocation());
    return encoder.out.toBytes();
  }

  private static byte[] encode(MmsMessage.RetrieveConfirmation confirmation) {
    MmsEncoder encoder = new MmsEncoder(Field.RETRIEVE_CONF, confirmation.transactionId());
    confirmation.messageId().ifPresent(id -> encoder.text(Field.MESSAGE_ID, id));
    if (confirmation.envelope().from().isPresent()) {
      encoder.from(confirmation.envelope().from());
    }
    encoder.envelope(confirmation.envelope());
    confirmation
        .status()
        .ifPresent(status -> encoder.number(Field.RETRIEVE_STATUS, status.code() & 0x7F));
    confirmation.statusText().ifPresent(text -> encoder.encoded(Field.RETRIEVE_TEXT, text));
    return encoder.content(confirmation.content());
  }

  private static byte[] encode(MmsMessage.DeliveryReport report) {
    MmsEncoder encoder = new MmsEncoder(Field.DELIVERY_IND, Optional.empty());
    encoder.text(Field.MESSAGE_ID, report.messageId());
    encoder.encoded(Field.TO, report.to());
    encoder.date(report.date());
    encoder.token(Field.STATUS, report.status());
    return encoder.out.toBytes();
  }

  private void envelope(Envelope envelope) {
    addresses(Field.TO, envelope.to());
    addresses(Field.CC, envelope.cc());
    envelope.date().ifPresent(this::date);
    envelope.subject().ifPresent(subject -> encoded(Field.SUBJECT, subject));
    envelope.messageClass().ifPresent(value -> token(Field.MESSAGE_CLASS, value));
    envelope.priority().ifPresent(value -> token(Field.PRIORITY, value));
    if (envelope.deliveryReport()) {
      flag(Field.DELIVERY_REPORT, true);
    }
    if (envelope.readReport()) {
      flag(Field.READ_REPORT, true);
    }
  }

  private MmsEncoder number(int field, int value) {
    out.integer(field).integer(value);
    return this;
  }

  private MmsEncoder token(int field, Token value) {
    out.integer(field).octet(value.code());
    return this;
  }

  private MmsEncoder flag(int field, boolean value) {
    return number(field, value ? Field.YES : Field.NO);
  }

  private void text(int field, String value) {
    out.integer(field).text(value);
  }

  private void encoded(int field, String value) {
    out.integer(field).encodedString(value);
  }

  private void addresses(int field, List<String> addresses) {
    addresses.forEach(address -> encoded(field, address));
  }

  private void date(Instant date) {
    out.integer(Field.DATE).longInteger(date.getEpochSecond());
  }

  private void from(Optional<String> from) {
    WspWriter value = new WspWriter();
    if (from.isPresent()) {
      value.integer(Field.FIRST_TOKEN).encodedString(from.get());
    } else {
      value.integer(Field.SECOND_TOKEN);
    }
    out.integer(Field.FROM).value(value);
  }

  private void expiry(Expiry expiry) {
    WspWriter value = new WspWriter();
    if (expiry instanceof Expiry.At at) {
      value.integer(Field.FIRST_TOKEN).longInteger(at.time().getEpochSecond());
    } else {
      long seconds = ((Expiry.After) expiry).time().toSeconds();
      value.integer(Field.SECOND_TOKEN).longInteger(seconds);
    }
    out.integer(Field.EXPIRY).value(value);
  }

  private void contentType(Content content) {
    out.integer(Field.CONTENT_TYPE);
    ContentTypeCodec.write(out, content.type());
  }

  private byte[] content(Content content) {
    contentType(content);
    ContentCodec.write(out, content);
    return out.toBytes();
  }
}
