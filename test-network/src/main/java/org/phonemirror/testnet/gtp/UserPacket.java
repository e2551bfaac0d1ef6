package org.phonemirror.testnet.gtp;

import java.nio.ByteBuffer;

/**
 * A message of the user plane (TS 29.281 §5).
 *
 * @param type {@link Gtp#T_PDU} for a user's packet
 * @param teid tunnel endpoint of the receiver, unsigned
 * @param payload a view of the datagram
 */
public record UserPacket(int type, long teid, ByteBuffer payload) {
  /** Octets before the packet in what {@link #wrap} makes. */
  public static final int HEADER_BYTES = 8;

  private static final int VERSION_AND_PROTOCOL = 0x30;
  private static final int VERSION_AND_PROTOCOL_MASK = 0xf0;
  private static final int HAS_SEQUENCE = 0x02;
  private static final int HAS_EXTENSION = 0x04;
  private static final int HAS_OPTIONAL_FIELDS = 0x07;
  private static final int EXTENSION_UNIT = 4;

  /** A user's packet as a datagram; the buffer gets it from its position on, and is flipped. */
  public static void wrap(long teid, ByteBuffer packet, ByteBuffer into) {
    into.put((byte) VERSION_AND_PROTOCOL).put((byte) Gtp.T_PDU);
    into.putShort((short) packet.remaining()).putInt((int) teid);
    into.put(packet.duplicate()).flip();
  }

  /**
   * Reads a datagram.
   *
   * @throws GtpException if it is not of this version, or a length leads beyond its end
   */
  public static UserPacket decode(ByteBuffer datagram) throws GtpException {
    ByteBuffer in = datagram.slice();
    if (in.remaining() < HEADER_BYTES) {
      throw new GtpException("datagram of " + in.remaining() + " octets is too short for GTP-U");
    }
    int flags = in.get() & 0xff;
    if ((flags & VERSION_AND_PROTOCOL_MASK) != VERSION_AND_PROTOCOL) {
      throw new GtpException("flags 0x%02x are not those of GTP-U version 1".formatted(flags));
    }
    int type = in.get() & 0xff;
    int length = Short.toUnsignedInt(in.getShort());
    if (HEADER_BYTES + length > in.limit()) {
      throw new GtpException(
          "length is %d, of a datagram of %d octets".formatted(length, in.limit()));
    }
    in.limit(HEADER_BYTES + length);
    long teid = Integer.toUnsignedLong(in.getInt());
    if ((flags & HAS_OPTIONAL_FIELDS) != 0) {
      skipOptionalFields(in, (flags & HAS_EXTENSION) != 0);
    }
    return new UserPacket(type, teid, in.slice());
  }

  /**
   * The answer to an echo request (TS 29.281 §7.2): with its sequence number, and a restart counter
   * of 0.
   */
  public static ByteBuffer echoResponse(ByteBuffer request) {
    short sequence = request.limit() >= 10 ? request.getShort(8) : 0;
    ByteBuffer response = ByteBuffer.allocate(HEADER_BYTES + EXTENSION_UNIT + 2);
    response.put((byte) (VERSION_AND_PROTOCOL | HAS_SEQUENCE)).put((byte) Gtp.ECHO_RESPONSE);
    response
        .putShort((short) (EXTENSION_UNIT + 2))
        .putInt(0)
        .putShort(sequence)
        .putShort((short) 0);
    return response.put((byte) ControlMessage.Element.RECOVERY).put((byte) 0).flip();
  }

  private static void skipOptionalFields(ByteBuffer in, boolean extended) throws GtpException {
    if (in.remaining() < EXTENSION_UNIT) {
      throw new GtpException("optional fields lead beyond the end");
    }
    in.position(in.position() + EXTENSION_UNIT - 1);
    int next = in.get();
    while (extended && next != 0) {
      int octets = in.hasRemaining() ? EXTENSION_UNIT * (in.get(in.position()) & 0xff) : 0;
      if (octets == 0 || octets > in.remaining()) {
        throw new GtpException("an extension header leads beyond the end");
      }
      next = in.get(in.position() + octets - 1);
      in.position(in.position() + octets);
    }
  }
}
