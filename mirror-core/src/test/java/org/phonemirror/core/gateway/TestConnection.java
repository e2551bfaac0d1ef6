package org.phonemirror.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.traffic.Packets;

/** The guest's end of one TCP connection, which does as it is told. */
final class TestConnection {
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int RST = 4;
  private static final int ACK = 16;
  private static final byte[] NOTHING = {};

  /** A segment that has come. */
  record Segment(int sequence, int acknowledgement, int flags, byte[] data) {
    boolean isSynAck() {
      return (flags & (SYN | ACK)) == (SYN | ACK);
    }

    boolean isFin() {
      return (flags & FIN) != 0;
    }

    boolean isRst() {
      return (flags & RST) != 0;
    }
  }

  private final TestGuest guest;
  private final int port;
  private final String remote;
  private final int remotePort;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  /** Near the end of the numbers, so that all tests go over it. */
  int sequence = -4;

  int expected;
  int window = 65_535;
  boolean ended;
  boolean reset;

  TestConnection(TestGuest guest, int port, String remote, int remotePort) {
    this.guest = guest;
    this.port = port;
    this.remote = remote;
    this.remotePort = remotePort;
  }

  /** Sends a segment as told, without further ado. */
  void segment(int from, int ack, String flags, byte[] data) {
    guest.frame(frame(from, ack, flags, data));
  }

  private byte[] frame(int from, int ack, String flags, byte[] data) {
    byte[] tcp =
        Packets.tcp(port, remotePort, from & 0xffff_ffffL, ack & 0xffff_ffffL, flags, data);
    tcp[14] = (byte) (window >> 8);
    tcp[15] = (byte) window;
    String phone = remote.contains(":") ? TestGuest.PHONE6 : TestGuest.PHONE;
    return TestGuest.frameOf(TestGuest.ip(phone, remote, 6, tcp));
  }

  /** A frame with text, which counts as sent. */
  byte[] data(String text) {
    byte[] frame = frame(sequence, expected, "A", TestGuest.bytes(text));
    sequence += text.length();
    return frame;
  }

  /** What has come on it since the last look; nothing is acknowledged. */
  List<Segment> segments() {
    List<Segment> segments = new ArrayList<>();
    for (TestGuest.Packet packet : guest.all()) {
      if (packet.protocol() == 6 && packet.u16(2) == port) {
        assertThat(packet.from()).isEqualTo(TestGuest.address(remote));
        assertThat(packet.u16(0)).isEqualTo(remotePort);
        int header = (packet.payload()[12] >> 4 & 0xf) * 4;
        segments.add(
            new Segment(packet.i32(4), packet.i32(8), packet.payload()[13], packet.data(header)));
      }
    }
    return segments;
  }

  void syn() {
    segment(sequence, 0, "S", NOTHING);
  }

  /** Opens it, which must succeed. */
  TestConnection open() {
    syn();
    List<Segment> answer = segments();
    assertThat(answer).hasSize(1);
    assertThat(answer.get(0).isSynAck()).isTrue();
    sequence++;
    assertThat(answer.get(0).acknowledgement()).isEqualTo(sequence);
    expected = answer.get(0).sequence() + 1;
    acknowledge();
    return this;
  }

  void acknowledge() {
    segment(sequence, expected, "A", NOTHING);
  }

  /** Sends text, in segments of any size. */
  TestConnection send(String text) {
    byte[] data = TestGuest.bytes(text);
    segment(sequence, expected, "A", data);
    sequence += data.length;
    return this;
  }

  /** Ends the guest's side. */
  TestConnection finish() {
    segment(sequence, expected, "FA", NOTHING);
    sequence++;
    return this;
  }

  /** Takes what has come in order, and acknowledges it, as long as more comes; gives all so far. */
  String receive() {
    while (true) {
      boolean isNew = false;
      for (Segment segment : segments()) {
        reset |= segment.isRst();
        if (segment.sequence() == expected && !segment.isRst()) {
          received.writeBytes(segment.data());
          expected += segment.data().length + (segment.isFin() ? 1 : 0);
          ended |= segment.isFin();
          isNew |= segment.data().length > 0 || segment.isFin();
        }
      }
      if (!isNew || reset) {
        return received.toString(StandardCharsets.ISO_8859_1);
      }
      acknowledge();
    }
  }
}
