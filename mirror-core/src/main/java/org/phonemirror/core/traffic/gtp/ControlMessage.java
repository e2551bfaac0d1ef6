package org.phonemirror.core.traffic.gtp;

import static org.phonemirror.core.traffic.packet.Bytes.i32;
import static org.phonemirror.core.traffic.packet.Bytes.u16;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.phonemirror.core.traffic.packet.Addresses;
import org.phonemirror.core.traffic.packet.Bytes;

/** The information elements of a GTP-C message that tell whose packets are whose (§7.7). */
final class ControlMessage {
  static final int CREATE_REQUEST = 16;
  static final int CREATE_RESPONSE = 17;
  static final int UPDATE_REQUEST = 18;
  static final int UPDATE_RESPONSE = 19;
  static final int DELETE_REQUEST = 20;
  static final int DELETE_RESPONSE = 21;

  private static final int CAUSE = 1;
  private static final int IMSI = 2;
  static final int TEID_DATA = 16;
  private static final int TEID_CONTROL = 17;
  private static final int NSAPI = 20;
  private static final int TEARDOWN = 19;
  private static final int END_USER_ADDRESS = 128;
  static final int GSN_ADDRESS = 133;
  private static final int MSISDN = 134;

  /** Causes from here on accept the request, up to 191 (§7.7.1). */
  private static final int ACCEPTED = 128;

  private static final int REJECTED = 192;
  private static final int IETF = 1;
  private static final int IPV4 = 0x21;
  private static final int IPV6 = 0x57;
  private static final int IPV4V6 = 0x8d;

  private int cause;
  private boolean teardown;
  private Optional<String> imsi = Optional.empty();
  private Optional<String> msisdn = Optional.empty();
  private OptionalInt dataTunnel = OptionalInt.empty();
  private OptionalInt controlTunnel = OptionalInt.empty();
  private OptionalInt nsapi = OptionalInt.empty();
  private final List<Long> phoneKeys = new ArrayList<>();
  private final List<Long> gsnKeys = new ArrayList<>();

  private ControlMessage() {}

  /** Reads the elements; empty if one is cut off or can't be stepped over. */
  static Optional<ControlMessage> parse(byte[] data, int from, int to) {
    ControlMessage message = new ControlMessage();
    int at = from;
    while (at < to) {
      int type = u8(data, at++);
      int length;
      if (type < 128) {
        length = ElementLengths.of(type);
      } else if (to - at >= 2) {
        length = u16(data, at);
        at += 2;
      } else {
        return Optional.empty();
      }
      if (length < 0 || length > to - at) {
        return Optional.empty();
      }
      message.element(type, data, at, length);
      at += length;
    }
    return Optional.of(message);
  }

  private void element(int type, byte[] data, int at, int length) {
    switch (type) {
      case CAUSE -> cause = u8(data, at);
      case IMSI -> imsi = Optional.of(digits(data, at, length));
      case TEID_DATA -> dataTunnel = OptionalInt.of(i32(data, at));
      case TEID_CONTROL -> controlTunnel = OptionalInt.of(i32(data, at));
      case TEARDOWN -> teardown = (data[at] & 1) != 0;
      case NSAPI -> {
        if (nsapi.isEmpty()) { // a second one is that of a linked context
          nsapi = OptionalInt.of(data[at] & 0xf);
        }
      }
      case END_USER_ADDRESS -> endUserAddress(data, at, length);
      case GSN_ADDRESS -> address(data, at, length, gsnKeys);
      case MSISDN -> {
        if (length > 1) { // the first byte is the numbering plan
          msisdn = Optional.of(digits(data, at + 1, length - 1));
        }
      }
      default -> {}
    }
  }

  /** Semi-octets, the first digit in the lower half, filled with 15 (TS 29.002 TBCD-STRING). */
  static String digits(byte[] data, int at, int length) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < 2 * length; i++) {
      int digit = u8(data, at + i / 2) >> (4 * (i % 2)) & 0xf;
      if (digit > 9) {
        break;
      }
      digits.append((char) ('0' + digit));
    }
    return digits.toString();
  }

  /** Absent from a request where the network is to choose it (§7.7.27). */
  private void endUserAddress(byte[] data, int at, int length) {
    if (length < 2 || (data[at] & 0xf) != IETF) {
      return;
    }
    int type = u8(data, at + 1);
    int begin = at + 2;
    int left = length - 2;
    if (type == IPV4V6 && left == 20) {
      address(data, begin, 4, phoneKeys);
      address(data, begin + 4, 16, phoneKeys);
    } else if (type == IPV4 || type == IPV6 || type == IPV4V6) {
      address(data, begin, left, phoneKeys);
    }
  }

  /** Adds an address of 4 or 16 bytes; one of another length is left out. */
  static void address(byte[] data, int at, int length, List<Long> keys) {
    if (length == 4) {
      keys.add(Addresses.mapped(Bytes.u32(data, at)));
    } else if (length == 16) {
      keys.add(Bytes.i64(data, at));
    }
  }

  boolean isAccepted() {
    return cause >= ACCEPTED && cause < REJECTED;
  }

  /** Whether all contexts with the same address go. */
  boolean isTeardown() {
    return teardown;
  }

  Optional<String> imsi() {
    return imsi;
  }

  Optional<String> msisdn() {
    return msisdn;
  }

  /** Where the sender wants packets sent to. */
  OptionalInt dataTunnel() {
    return dataTunnel;
  }

  /** Where the sender wants messages sent to. */
  OptionalInt controlTunnel() {
    return controlTunnel;
  }

  OptionalInt nsapi() {
    return nsapi;
  }

  /** The phone's addresses, as {@link Addresses#phoneKey(long, long)}. */
  List<Long> phoneKeys() {
    return phoneKeys;
  }

  /** The sender's addresses, for messages and for packets, likewise. */
  List<Long> gsnKeys() {
    return gsnKeys;
  }
}
