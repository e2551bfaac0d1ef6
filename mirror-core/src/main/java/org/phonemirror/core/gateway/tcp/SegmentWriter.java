package org.phonemirror.core.gateway.tcp;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import org.phonemirror.core.gateway.link.IpOutput;
import org.phonemirror.core.traffic.packet.IpPacket;

/** Sends segments to the guest. */
final class SegmentWriter {
  private static final int HEADER = 20;
  private static final int CHECKSUM_AT = 16;
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int RST = 4;
  private static final int PSH = 8;
  private static final int ACK = 16;
  private static final short MAXIMUM_SEGMENT_SIZE = 0x0204;
  private static final int SMALLEST_IPV4_SEGMENT = 536;
  private static final int SMALLEST_IPV6_SEGMENT = 1220;

  private final IpOutput output;

  SegmentWriter(IpOutput output) {
    this.output = output;
  }

  boolean hasRoom() {
    return output.hasRoom();
  }

  /** What goes into a packet between two ends. */
  int largestSegment(TcpEnds ends) {
    int header = isIpv4(ends) ? IpOutput.IPV4_HEADER : IpOutput.IPV6_HEADER;
    return IpOutput.MTU - header - HEADER;
  }

  /** What one takes who does not tell (RFC 9293 §3.7.1). */
  int smallestSegment(TcpEnds ends) {
    return isIpv4(ends) ? SMALLEST_IPV4_SEGMENT : SMALLEST_IPV6_SEGMENT;
  }

  private static boolean isIpv4(TcpEnds ends) {
    return ends.guest().getAddress() instanceof Inet4Address;
  }

  void synAck(TcpEnds ends, int sequence, int acknowledgement) {
    byte[] segment = header(ends, sequence, acknowledgement, SYN | ACK, 4);
    ByteBuffer.wrap(segment)
        .putShort(HEADER, MAXIMUM_SEGMENT_SIZE)
        .putShort(HEADER + 2, (short) largestSegment(ends));
    send(ends, segment);
  }

  /** A segment with bytes of a queue, or without. */
  void segment(
      TcpEnds ends,
      int sequence,
      int acknowledgement,
      boolean fin,
      SendQueue queue,
      long place,
      int length) {
    int flags = ACK | (length > 0 ? PSH : 0) | (fin ? FIN : 0);
    byte[] segment = header(ends, sequence, acknowledgement, flags, length);
    queue.copy(place, segment, HEADER, length);
    send(ends, segment);
  }

  void reset(TcpEnds ends, int sequence, int acknowledgement) {
    send(ends, header(ends, sequence, acknowledgement, RST | ACK, 0));
  }

  /** Answers a segment that acknowledges what was never sent. */
  void reject(TcpEnds ends, int sequence) {
    send(ends, header(ends, sequence, 0, RST, 0));
  }

  /** Header and room for what follows; without options, but for a SYN's. */
  private static byte[] header(
      TcpEnds ends, int sequence, int acknowledgement, int flags, int more) {
    int words = HEADER / 4 + ((flags & SYN) != 0 ? 1 : 0);
    ByteBuffer segment = ByteBuffer.allocate(HEADER + more);
    segment.putShort((short) ends.remote().getPort()).putShort((short) ends.guest().getPort());
    segment.putInt(sequence).putInt(acknowledgement).put((byte) (words << 4)).put((byte) flags);
    return segment.putShort((short) TcpConnection.WINDOW).array();
  }

  private void send(TcpEnds ends, byte[] segment) {
    output.send(
        ends.remote().getAddress(), ends.guest().getAddress(), IpPacket.TCP, segment, CHECKSUM_AT);
  }
}
