package org.phonemirror.core.traffic.gtp;

import static org.phonemirror.core.traffic.packet.Bytes.i32;
import static org.phonemirror.core.traffic.packet.Bytes.u16;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.traffic.packet.Addresses;

/**
 * The information elements of a GTPv2-C message of S5/S8 that tell whose packets are whose (TS
 * 29.274 §8).
 */
final class SessionMessage {
  static final int CREATE_SESSION_REQUEST = 32;
  static final int MODIFY_BEARER_REQUEST = 34;
  static final int DELETE_SESSION_REQUEST = 36;
  static final int CREATE_BEARER_REQUEST = 95;
  static final int DELETE_BEARER_REQUEST = 99;

  private static final int IMSI = 1;
  private static final int CAUSE = 2;
  private static final int EPS_BEARER_ID = 73;
  private static final int MSISDN = 76;
  private static final int PDN_ADDRESS = 79;
  private static final int F_TEID = 87;
  private static final int BEARER_CONTEXT = 93;

  /** Interface types of F-TEIDs (§8.22). */
  private static final int SGW_USER = 4;

  private static final int PGW_USER = 5;
  private static final int SGW_CONTROL = 6;
  private static final int PGW_CONTROL = 7;

  private static final int HEADER = 4;

  /** Causes from here on accept the request, below {@link #REJECTED} (§8.4). */
  private static final int ACCEPTED = 16;

  private static final int REJECTED = 64;

  /** A bearer's number has four bits. */
  private static final int MAX_BEARERS = 16;

  private static final int PREFIX_BYTES = 1;

  private int cause;
  private Optional<String> imsi = Optional.empty();
  private Optional<String> msisdn = Optional.empty();
  private Optional<Tunnel> sgwControl = Optional.empty();
  private Optional<Tunnel> pgwControl = Optional.empty();
  private Optional<Tunnel> sgwUser = Optional.empty();
  private Optional<Tunnel> pgwUser = Optional.empty();
  private final List<Integer> numbers = new ArrayList<>();
  private Optional<Integer> linked = Optional.empty();
  private final List<Long> phoneKeys = new ArrayList<>();
  private final List<SessionMessage> bearers = new ArrayList<>();

  /**
   * One end of a tunnel.
   *
   * @param key its address as a number, as {@link TunnelEnd#userKey}
   */
  record Tunnel(int identifier, long key) {}

  private SessionMessage() {}

  /** Reads the elements; empty if one is cut off. */
  static Optional<SessionMessage> parse(byte[] data, int from, int to) {
    return parse(data, from, to, true);
  }

  private static Optional<SessionMessage> parse(byte[] data, int from, int to, boolean outer) {
    SessionMessage message = new SessionMessage();
    int at = from;
    while (at < to) {
      if (to - at < HEADER) {
        return Optional.empty();
      }
      int type = u8(data, at);
      int length = u16(data, at + 1);
      int instance = data[at + 3] & 0xf;
      at += HEADER;
      if (length > to - at || !message.element(type, instance, data, at, length, outer)) {
        return Optional.empty();
      }
      at += length;
    }
    return Optional.of(message);
  }

  /** False if it can't be read. */
  private boolean element(int type, int instance, byte[] data, int at, int length, boolean outer) {
    switch (type) {
      case IMSI -> imsi = number(data, at, length);
      case MSISDN -> msisdn = number(data, at, length);
      case CAUSE -> {
        if (length < 1) {
          return false;
        }
        cause = u8(data, at);
      }
      case EPS_BEARER_ID -> {
        if (length < 1) {
          return false;
        }
        bearerNumber(data[at] & 0xf, instance, outer);
      }
      case PDN_ADDRESS -> pdnAddress(data, at, length);
      case F_TEID -> {
        return tunnel(data, at, length);
      }
      case BEARER_CONTEXT -> {
        if (outer && bearers.size() < MAX_BEARERS) {
          Optional<SessionMessage> bearer = parse(data, at, at + length, false);
          bearer.ifPresent(bearers::add);
          return bearer.isPresent();
        }
      }
      default -> {}
    }
    return true;
  }

  private static Optional<String> number(byte[] data, int at, int length) {
    return Optional.of(ControlMessage.digits(data, at, length)).filter(text -> !text.isEmpty());
  }

  private void bearerNumber(int number, int instance, boolean outer) {
    if (outer && instance == 0) {
      linked = Optional.of(number);
    } else if (numbers.size() < MAX_BEARERS) {
      numbers.add(number);
    }
  }

  private boolean tunnel(byte[] data, int at, int length) {
    if (length < 5) {
      return false;
    }
    boolean v4 = (data[at] & 0x80) != 0;
    boolean v6 = (data[at] & 0x40) != 0;
    if (length < 5 + (v4 ? 4 : 0) + (v6 ? 16 : 0)) {
      return false;
    }
    List<Long> keys = new ArrayList<>(1);
    if (v4 || v6) {
      ControlMessage.address(data, at + 5, v4 ? 4 : 16, keys);
    }
    Tunnel tunnel = new Tunnel(i32(data, at + 1), keys.isEmpty() ? 0 : keys.get(0));
    switch (data[at] & 0x3f) {
      case SGW_CONTROL -> sgwControl = Optional.of(tunnel);
      case PGW_CONTROL -> pgwControl = Optional.of(tunnel);
      case SGW_USER -> sgwUser = Optional.of(tunnel);
      case PGW_USER -> pgwUser = Optional.of(tunnel);
      default -> {} // of another interface
    }
    return true;
  }

  /** Type of the address, for IPv6 the length of its prefix before it; IPv6 before IPv4 (§8.14). */
  private void pdnAddress(byte[] data, int at, int length) {
    int type = length < 1 ? 0 : data[at] & 7;
    int begin = at + 1;
    int left = length - 1;
    if (type == 1 && left >= 4) {
      ControlMessage.address(data, begin, 4, phoneKeys);
    } else if ((type == 2 || type == 3) && left >= PREFIX_BYTES + 16) {
      ControlMessage.address(data, begin + PREFIX_BYTES, 16, phoneKeys);
      if (type == 3 && left >= PREFIX_BYTES + 20) {
        ControlMessage.address(data, begin + PREFIX_BYTES + 16, 4, phoneKeys);
      }
    }
    // what the network is to choose is told as zeros
    phoneKeys.removeIf(SessionMessage::isUnspecified);
  }

  private static boolean isUnspecified(long key) {
    return key == 0 || key == Addresses.mapped(0);
  }

  boolean isAccepted() {
    return cause >= ACCEPTED && cause < REJECTED;
  }

  Optional<String> imsi() {
    return imsi;
  }

  Optional<String> msisdn() {
    return msisdn;
  }

  /** The serving gateway's end for messages. */
  Optional<Tunnel> sgwControl() {
    return sgwControl;
  }

  /** The packet gateway's end for messages. */
  Optional<Tunnel> pgwControl() {
    return pgwControl;
  }

  /** Of a bearer: the serving gateway's end. */
  Optional<Tunnel> sgwUser() {
    return sgwUser;
  }

  /** Of a bearer: the packet gateway's end. */
  Optional<Tunnel> pgwUser() {
    return pgwUser;
  }

  /** Numbers of bearers that a message names, beside the linked one; of a bearer, its own. */
  List<Integer> numbers() {
    return numbers;
  }

  /** The default bearer of the connection that is meant. */
  Optional<Integer> linked() {
    return linked;
  }

  /** The phone's addresses, as {@link ControlMessage#phoneKeys}. */
  List<Long> phoneKeys() {
    return phoneKeys;
  }

  List<SessionMessage> bearers() {
    return bearers;
  }

  /** The bearer with a number. */
  Optional<SessionMessage> bearer(int number) {
    return bearers.stream().filter(bearer -> bearer.numbers.contains(number)).findFirst();
  }
}
