package org.phonemirror.core.tape;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A WAP push in a short message that came over IMS (TS 24.341): RP-DATA (TS 24.011 §7.3.1.1) around
 * SMS-DELIVER (TS 23.040 §9.2.2.1) around a connectionless WSP push (WAP-230 §8.2.4) to port 2948.
 */
final class WapPush {
  /** MIME type of short messages in SIP. */
  static final String SHORT_MESSAGE = "application/vnd.3gpp.sms";

  private static final int RP_DATA_TO_PHONE = 1;
  private static final int SMS_DELIVER = 0;
  private static final int USER_DATA_HEADER = 0x40;
  private static final int PID_DCS_SCTS_UDL = 1 + 1 + 7 + 1;
  private static final int CONCATENATED = 0x00;
  private static final int CONCATENATED_16_BIT = 0x08;
  private static final int APPLICATION_PORT_16_BIT = 0x05;
  private static final int PUSH_PORT = 2948;
  private static final int WSP_PUSH = 0x06;

  /** Well-known media type of MMS, as a short-integer. */
  private static final int MMS = 0x3e | 0x80;

  /** A value-length beyond 30 stands in a uintvar after this. */
  private static final int LENGTH_QUOTE = 31;

  private WapPush() {}

  /**
   * Whether it is the first or only part of a push with an MMS notification. A body that ends too
   * soon, or lies about a length, is none.
   */
  static boolean isMmsNotification(byte[] body) {
    try {
      ByteBuffer rpdu = ByteBuffer.wrap(body);
      if ((next(rpdu) & 7) != RP_DATA_TO_PHONE) {
        return false;
      }
      next(rpdu); // RP-Message-Reference
      skip(rpdu, next(rpdu)); // RP-Originator-Address
      skip(rpdu, next(rpdu)); // RP-Destination-Address
      return isDeliver(part(rpdu, next(rpdu)));
    } catch (BufferUnderflowException e) {
      return false;
    }
  }

  private static boolean isDeliver(ByteBuffer tpdu) {
    int first = next(tpdu);
    if ((first & 3) != SMS_DELIVER || (first & USER_DATA_HEADER) == 0) {
      return false;
    }
    int digits = next(tpdu);
    skip(tpdu, 1 + (digits + 1) / 2); // TP-Originating-Address
    skip(tpdu, PID_DCS_SCTS_UDL);
    return isToPushPort(part(tpdu, next(tpdu))) && isWspPush(tpdu);
  }

  private static boolean isToPushPort(ByteBuffer header) {
    boolean found = false;
    while (header.hasRemaining()) {
      int identifier = next(header);
      ByteBuffer element = part(header, next(header));
      switch (identifier) {
        case APPLICATION_PORT_16_BIT -> found = (element.getShort() & 0xffff) == PUSH_PORT;
        case CONCATENATED, CONCATENATED_16_BIT -> {
          if (!element.hasRemaining() || element.get(element.limit() - 1) != 1) {
            return false; // a later part
          }
        }
        default -> {}
      }
    }
    return found;
  }

  private static boolean isWspPush(ByteBuffer wsp) {
    next(wsp); // transaction
    if (next(wsp) != WSP_PUSH) {
      return false;
    }
    ByteBuffer headers = part(wsp, uintvar(wsp));
    return isMms(headers) && SessionContent.startsNotification(wsp);
  }

  private static boolean isMms(ByteBuffer headers) {
    int first = next(headers);
    if (first == LENGTH_QUOTE) {
      return isMms(part(headers, uintvar(headers)));
    } else if (first < LENGTH_QUOTE) {
      return isMms(part(headers, first));
    } else if (first >= 0x80) {
      return first == MMS;
    }
    byte[] text = new byte[SessionContent.MMS.length()];
    headers.position(headers.position() - 1).get(text);
    return new String(text, StandardCharsets.US_ASCII).equalsIgnoreCase(SessionContent.MMS)
        && next(headers) == 0;
  }

  private static int uintvar(ByteBuffer from) {
    int value = 0;
    int octet;
    do {
      octet = next(from);
      value = (value << 7) | (octet & 0x7f);
    } while (octet >= 0x80 && value <= SessionContent.MAX_BODY_BYTES);
    return value;
  }

  private static int next(ByteBuffer from) {
    return from.get() & 0xff;
  }

  private static void skip(ByteBuffer from, int bytes) {
    part(from, bytes);
  }

  private static ByteBuffer part(ByteBuffer from, int bytes) {
    if (bytes > from.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer part = from.slice(from.position(), bytes);
    from.position(from.position() + bytes);
    return part;
  }
}
