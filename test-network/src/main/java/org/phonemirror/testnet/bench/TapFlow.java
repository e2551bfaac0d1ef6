package org.phonemirror.testnet.bench;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A connection of a phone as a tap sees it: requests and responses in segments, of which the path
 * loses some before the tap and some behind it, swaps others, and all are acknowledged as they
 * arrive.
 */
final class TapFlow {
  private static final int SEGMENT = 1_360;
  private static final double PATH_LOSS = 0.02;
  private static final double REORDERED = 0.01;

  /**
   * What the tap sees of it at one moment.
   *
   * @param from place of its first byte in its side's stream
   * @param to place after its last byte
   * @param vital opening and closing, which the tap does not lose: without them there is no saying
   *     what else it lost
   */
  record Packet(
      TapFlow flow, byte[] datagram, boolean fromPhone, int from, int to, boolean vital) {}

  final int phone;
  final int port;
  final byte[] sent;
  final byte[] received;
  final List<Packet> packets = new ArrayList<>();
  private final Random random;
  private final int phoneStart;
  private final int serverStart;
  private final int[] position = new int[2];

  TapFlow(int phone, int port, Random random) {
    this.phone = phone;
    this.port = port;
    this.random = random;
    this.phoneStart = random.nextInt();
    this.serverStart = random.nextInt();
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    ByteArrayOutputStream responses = new ByteArrayOutputStream();
    int turns = 1 + random.nextInt(4);
    byte[][] messages = new byte[2 * turns][];
    for (int i = 0; i < turns; i++) {
      messages[2 * i] = message(100 + random.nextInt(1_500));
      // mostly small, some long, as on the web
      messages[2 * i + 1] = message(200 + (int) (60_000 * Math.pow(random.nextDouble(), 4)));
      requests.writeBytes(messages[2 * i]);
      responses.writeBytes(messages[2 * i + 1]);
    }
    sent = requests.toByteArray();
    received = responses.toByteArray();
    packet(true, -1, TapFrames.SYN, 0, true);
    packet(false, -1, TapFrames.SYN | TapFrames.ACK, 0, true);
    packet(true, 0, TapFrames.ACK, 0, true);
    for (int i = 0; i < messages.length; i++) {
      transfer(i % 2 == 0, messages[i].length);
    }
    close();
  }

  private byte[] message(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    bytes[0] = 'G'; // no TLS record
    return bytes;
  }

  private void transfer(boolean fromPhone, int length) {
    int begin = position[side(fromPhone)];
    int segments = (length + SEGMENT - 1) / SEGMENT;
    BitSet arrived = new BitSet();
    int unacknowledged = 0;
    for (int number : seenByTap(segments)) {
      boolean lost = number < 0;
      int segment = lost ? -number - 1 : number;
      int from = begin + segment * SEGMENT;
      packet(fromPhone, from, TapFrames.ACK, Math.min(SEGMENT, begin + length - from), false);
      if (!lost) {
        arrived.set(segment);
        if (++unacknowledged == 2) {
          unacknowledged = 0;
          int whole = Math.min(length, arrived.nextClearBit(0) * SEGMENT);
          acknowledge(fromPhone, begin + whole);
        }
      }
    }
    acknowledge(fromPhone, begin + length);
  }

  /** Numbers of segments in the order of the tap; -n-1 for one that is lost behind the tap. */
  private List<Integer> seenByTap(int segments) {
    List<Integer> seen = new ArrayList<>();
    List<Integer> again = new ArrayList<>();
    for (int i = 0; i < segments; i++) {
      double fate = random.nextDouble();
      if (fate < PATH_LOSS) {
        again.add(i);
        if (fate < PATH_LOSS / 2) {
          seen.add(-i - 1);
        }
      } else {
        seen.add(i);
      }
      if (seen.size() > 1 && random.nextDouble() < REORDERED) {
        Collections.swap(seen, seen.size() - 1, seen.size() - 2);
      }
      if (!again.isEmpty() && i >= again.get(0) + 3) {
        seen.add(again.remove(0));
      }
    }
    seen.addAll(again);
    return seen;
  }

  private void acknowledge(boolean toPhone, int place) {
    position[side(toPhone)] = place;
    packet(!toPhone, position[side(!toPhone)], TapFrames.ACK, 0, false);
  }

  private void close() {
    int flags = TapFrames.FIN | TapFrames.ACK;
    packet(true, sent.length, flags, 0, true);
    position[0]++;
    packet(false, received.length, flags, 0, true);
    position[1]++;
    packet(true, position[0], TapFrames.ACK, 0, true);
  }

  private static int side(boolean fromPhone) {
    return fromPhone ? 0 : 1;
  }

  private void packet(boolean fromPhone, int place, int flags, int length, boolean vital) {
    byte[] stream = fromPhone ? sent : received;
    byte[] payload = length == 0 ? new byte[0] : Arrays.copyOfRange(stream, place, place + length);
    int other = (fromPhone ? serverStart : phoneStart) + position[side(!fromPhone)];
    byte[] datagram =
        TapFrames.segment(
            phone,
            port,
            fromPhone,
            (fromPhone ? phoneStart : serverStart) + place,
            (flags & TapFrames.ACK) == 0 ? 0 : other,
            flags,
            payload);
    packets.add(new Packet(this, datagram, fromPhone, place, place + length, vital));
  }

  /** Ranges of bytes of which no packet is among these. */
  int holes(List<Packet> seen) {
    BitSet[] bytes = {new BitSet(), new BitSet()};
    for (Packet packet : seen) {
      if (packet.to > packet.from) {
        bytes[side(packet.fromPhone)].set(packet.from, packet.to);
      }
    }
    return gaps(bytes[0], sent.length) + gaps(bytes[1], received.length);
  }

  private static int gaps(BitSet seen, int length) {
    int gaps = 0;
    for (int at = seen.nextClearBit(0); at < length; at = seen.nextClearBit(at)) {
      gaps++;
      int next = seen.nextSetBit(at);
      at = next < 0 ? length : next;
    }
    return gaps;
  }
}
