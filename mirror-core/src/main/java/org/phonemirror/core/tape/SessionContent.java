package org.phonemirror.core.tape;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a signalling message carried to or from the phone: the text of a MESSAGE (RFC 3428), a
 * session description (RFC 8866), an MMS notification.
 *
 * @param timeMicros when the server saw it, microseconds since the epoch
 * @param direction to the phone or from it
 * @param method of the message, for example {@code MESSAGE}; of the request, for a response
 * @param peer the other party's URI
 * @param contentType the body's MIME type with its parameters
 * @param body at most {@link #MAX_BODY_BYTES}
 */
public record SessionContent(
    long timeMicros,
    Direction direction,
    String method,
    String peer,
    String contentType,
    byte[] body) {
  /** Longest body kept; SIP over UDP has no longer ones (RFC 3261 §18.1.1). */
  public static final int MAX_BODY_BYTES = 64 * 1024;

  /** MIME type of MMS messages (OMA MMS Encapsulation). */
  public static final String MMS = "application/vnd.wap.mms-message";

  /** X-Mms-Message-Type: m-notification-ind, the first header field of a notification. */
  private static final byte[] NOTIFICATION = {(byte) 0x8c, (byte) 0x82};

  /** X-Mms-Message-Type: m-delivery-ind. */
  private static final byte DELIVERY_REPORT = (byte) 0x86;

  public SessionContent {
    if (body.length > MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "body has " + body.length + " bytes, at most " + MAX_BODY_BYTES + " are recorded");
    }
    body = body.clone();
  }

  /** Whose content it is. */
  public enum Direction {
    TO_PHONE,
    FROM_PHONE
  }

  @Override
  public byte[] body() {
    return body.clone();
  }

  /**
   * Whether it tells the phone of a multimedia message that waits for it: the notification itself,
   * or a WAP push of it in a short message (TS 24.341).
   */
  public boolean isMmsNotification() {
    if (direction != Direction.TO_PHONE) {
      return false;
    }
    String type = contentType.split(";", 2)[0].strip();
    return type.equalsIgnoreCase(MMS)
        ? startsNotification(ByteBuffer.wrap(body))
        : type.equalsIgnoreCase(WapPush.SHORT_MESSAGE) && WapPush.isMmsNotification(body);
  }

  /**
   * What arrives at the phone's MMS program by push, if this does: a notification or a delivery
   * report (TS 23.140 annex B: X-Mms-Message-Type is the first header field of each).
   */
  public Optional<byte[]> mmsPush() {
    boolean pushed =
        direction == Direction.TO_PHONE
            && contentType.split(";", 2)[0].strip().equalsIgnoreCase(MMS)
            && body.length >= NOTIFICATION.length
            && body[0] == NOTIFICATION[0]
            && (body[1] == NOTIFICATION[1] || body[1] == DELIVERY_REPORT);
    return pushed ? Optional.of(body()) : Optional.empty();
  }

  static boolean startsNotification(ByteBuffer message) {
    byte[] start = new byte[Math.min(NOTIFICATION.length, message.remaining())];
    message.get(start);
    return Arrays.equals(start, NOTIFICATION);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SessionContent that
        && timeMicros == that.timeMicros
        && direction == that.direction
        && method.equals(that.method)
        && peer.equals(that.peer)
        && contentType.equals(that.contentType)
        && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(body);
  }
}
