package org.phonemirror.core.mms;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A PDU of MM1 (OMA-TS-MMS_ENC-V1_2 §6). Addresses are as on the wire: {@code +15550001/TYPE=PLMN}
 * or a mail address.
 */
public sealed interface MmsMessage {
  /** MIME type of all of them. */
  String MEDIA_TYPE = "application/vnd.wap.mms-message";

  /**
   * M-Send.req: a phone hands a message in. Has at least one recipient.
   *
   * @param bcc recipients that the others do not see
   * @param expiry how long the relay shall keep it
   */
  record SendRequest(
      String transactionId,
      Envelope envelope,
      List<String> bcc,
      Optional<Expiry> expiry,
      Content content)
      implements MmsMessage {
    public SendRequest {
      Check.text("transaction id", transactionId);
      bcc = List.copyOf(bcc);
      bcc.forEach(address -> Check.text("Bcc", address));
      int recipients = envelope.to().size() + envelope.cc().size() + bcc.size();
      if (recipients == 0 || recipients > MmsLimits.RECIPIENTS) {
        throw new IllegalArgumentException(
            recipients + " recipients, must be 1 to " + MmsLimits.RECIPIENTS);
      }
    }
  }

  /**
   * M-Send.conf: whether the relay took it.
   *
   * @param text of the status, for people
   * @param messageId if it was taken
   */
  record SendConfirmation(
      String transactionId,
      ResponseStatus status,
      Optional<String> text,
      Optional<String> messageId)
      implements MmsMessage {
    public SendConfirmation {
      Check.text("transaction id", transactionId);
      text.ifPresent(value -> Check.text("response text", value));
      messageId.ifPresent(value -> Check.text("message id", value));
    }
  }

  /**
   * M-Notification.ind: a message waits for the phone.
   *
   * @param from empty if the sender wants to be hidden
   * @param size of the message, bytes
   * @param contentLocation where to get it, a URI
   */
  record Notification(
      String transactionId,
      Optional<String> from,
      Optional<String> subject,
      MessageClass messageClass,
      long size,
      Expiry expiry,
      String contentLocation)
      implements MmsMessage {
    public Notification {
      Check.text("transaction id", transactionId);
      from.ifPresent(value -> Check.text("From", value));
      subject.ifPresent(value -> Check.text("subject", value));
      Check.number("size", size);
      Check.text("content location", contentLocation);
    }
  }

  /**
   * M-NotifyResp.ind: what the phone does about a notification.
   *
   * @param reportAllowed whether the sender may learn of the delivery
   */
  record NotifyResponse(String transactionId, Status status, boolean reportAllowed)
      implements MmsMessage {
    public NotifyResponse {
      Check.text("transaction id", transactionId);
    }
  }

  /**
   * M-Retrieve.conf: the message itself, or why it cannot be had.
   *
   * @param transactionId if there, the phone is to acknowledge
   * @param status absent means that all is well
   */
  record RetrieveConfirmation(
      Optional<String> transactionId,
      Optional<String> messageId,
      Envelope envelope,
      Optional<RetrieveStatus> status,
      Optional<String> statusText,
      Content content)
      implements MmsMessage {
    public RetrieveConfirmation {
      transactionId.ifPresent(value -> Check.text("transaction id", value));
      messageId.ifPresent(value -> Check.text("message id", value));
      statusText.ifPresent(value -> Check.text("retrieve text", value));
      if (envelope.date().isEmpty()) {
        throw new IllegalArgumentException("M-Retrieve.conf must have a date");
      }
    }
  }

  /** M-Acknowledge.ind: the phone has the message. */
  record Acknowledgement(String transactionId, boolean reportAllowed) implements MmsMessage {
    public Acknowledgement {
      Check.text("transaction id", transactionId);
    }
  }

  /**
   * M-Delivery.ind: what became of a message at one recipient.
   *
   * @param date when it happened
   */
  record DeliveryReport(String messageId, String to, Instant date, Status status)
      implements MmsMessage {
    public DeliveryReport {
      Check.text("message id", messageId);
      Check.text("To", to);
      date = Check.date(date);
    }
  }
}
