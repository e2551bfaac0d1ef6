package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import org.phonemirror.core.tape.UdpFlow;

/**
 * Identifiers of the messages on a connection to a name server (RFC 1035 §4.2.2: each behind its
 * length). What a resolver asks is the same on phone and mirror but for them, which it makes at
 * random: they are left out of what is compared, and answers get the mirror's own.
 */
final class DnsIds {
  /** That wait for their answers. */
  private static final int MAX_QUESTIONS = 16;

  private static final int LENGTH_BYTES = 2;
  private static final int ID_END = 4;

  private final Questions mirror = new Questions();
  private final Questions phone = new Questions();
  private final Place network = new Place();

  /** Where in a message of a stream one is. */
  private static final class Place {
    private int at;
    private int length;

    /** Steps over a byte: 0 or 1 if it is the first or second one of an identifier, else -1. */
    int step(byte octet) {
      int place = at++;
      if (place < LENGTH_BYTES) {
        length = place == 0 ? (octet & 0xff) << 8 : length | (octet & 0xff);
      }
      if (at >= LENGTH_BYTES && at == LENGTH_BYTES + length) {
        at = 0;
      }
      return place >= LENGTH_BYTES && place < ID_END ? place - LENGTH_BYTES : -1;
    }
  }

  /** The latest identifiers of a stream of questions. */
  private static final class Questions {
    private final Place place = new Place();
    private final int[] ids = new int[MAX_QUESTIONS];
    private long count;

    void hide(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        int which = place.step(bytes[i]);
        if (which >= 0) {
          int at = (int) (count % MAX_QUESTIONS);
          ids[at] = which == 0 ? (bytes[i] & 0xff) << 8 : ids[at] | (bytes[i] & 0xff);
          count += which;
          bytes[i] = 0;
        }
      }
    }

    boolean has(long question) {
      return question < count && question >= count - MAX_QUESTIONS;
    }

    int id(long question) {
      return ids[(int) (question % MAX_QUESTIONS)];
    }
  }

  /** For a connection to a name server. */
  static Optional<DnsIds> of(InetSocketAddress remote) {
    return isDns(remote) ? Optional.of(new DnsIds()) : Optional.empty();
  }

  private static boolean isDns(InetSocketAddress remote) {
    return remote.getPort() == UdpFlow.DNS_PORT;
  }

  /** The next bytes that the mirror sends, with zeros for identifiers. */
  byte[] sent(byte[] data, int from, int length) {
    byte[] copy = Arrays.copyOfRange(data, from, from + length);
    mirror.hide(copy);
    return copy;
  }

  /** The next bytes that the phone has sent, likewise. */
  byte[] expected(byte[] data) {
    byte[] copy = data.clone();
    phone.hide(copy);
    return copy;
  }

  /**
   * The next bytes that the phone got, with the identifiers of the mirror's questions. One that is
   * cut in two stays as it is.
   */
  byte[] answer(byte[] data) {
    byte[] copy = data.clone();
    for (int i = 0; i < copy.length; i++) {
      if (network.step(copy[i]) == 1 && i > 0) {
        int id = own((copy[i - 1] & 0xff) << 8 | (copy[i] & 0xff));
        copy[i - 1] = (byte) (id >> 8);
        copy[i] = (byte) id;
      }
    }
    return copy;
  }

  private int own(int id) {
    for (long question = phone.count - 1; phone.has(question) && question >= 0; question--) {
      if (phone.id(question) == id && mirror.has(question)) {
        return mirror.id(question);
      }
    }
    return id;
  }

  /**
   * Whether what two resolvers send begins with the same question, as far as both have it.
   *
   * @param length how far
   */
  static boolean beginAlike(byte[] one, byte[] other, int length) {
    int before = Math.min(length, LENGTH_BYTES);
    if (!Arrays.equals(one, 0, before, other, 0, before)) {
      return false;
    }
    if (length <= ID_END) {
      return true;
    }
    int message = LENGTH_BYTES + ((one[0] & 0xff) << 8 | (one[1] & 0xff));
    int end = Math.max(ID_END, Math.min(length, message));
    return Arrays.equals(one, ID_END, end, other, ID_END, end);
  }

  /** As {@link #beginAlike} at a name server, byte for byte at any other. */
  static boolean beginAlike(InetSocketAddress remote, byte[] one, byte[] other, int length) {
    return isDns(remote)
        ? beginAlike(one, other, length)
        : Arrays.equals(one, 0, length, other, 0, length);
  }
}
