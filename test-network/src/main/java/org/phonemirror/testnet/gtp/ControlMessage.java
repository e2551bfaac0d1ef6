package org.phonemirror.testnet.gtp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A message of the control plane: a header with a sequence number (TS 29.060 §6), and information
 * elements in ascending order of their types.
 *
 * @param type as in {@link Gtp}
 * @param teid tunnel endpoint of the receiver, unsigned; 0 while there is none
 * @param sequence by which a response is known to be a request's
 */
public record ControlMessage(int type, long teid, int sequence, List<Element> elements) {
  private static final int HEADER_BYTES = 12;

  /** Octets that the header's length does not count. */
  private static final int UNCOUNTED = 8;

  /** Version 1, GTP (and not GTP'). */
  private static final int VERSION_AND_PROTOCOL = 0x30;

  private static final int VERSION_AND_PROTOCOL_MASK = 0xf0;
  private static final int HAS_SEQUENCE = 0x02;
  private static final int HAS_OPTIONAL_FIELDS = 0x07;

  /** From here on, elements have a length of their own. */
  private static final int FIRST_WITH_LENGTH = 128;

  /** Octets of the values without a length (TS 29.060 §7.7, table 37). */
  private static final Map<Integer, Integer> FIXED_LENGTHS =
      Map.ofEntries(
          Map.entry(Element.CAUSE, 1),
          Map.entry(Element.IMSI, 8),
          Map.entry(3, 6),
          Map.entry(4, 4),
          Map.entry(5, 4),
          Map.entry(8, 1),
          Map.entry(9, 3),
          Map.entry(11, 1),
          Map.entry(12, 3),
          Map.entry(13, 1),
          Map.entry(Element.RECOVERY, 1),
          Map.entry(Element.SELECTION_MODE, 1),
          Map.entry(Element.TEID_DATA, 4),
          Map.entry(Element.TEID_CONTROL, 4),
          Map.entry(18, 5),
          Map.entry(Element.TEARDOWN, 1),
          Map.entry(Element.NSAPI, 1),
          Map.entry(21, 1),
          Map.entry(22, 1),
          Map.entry(23, 1),
          Map.entry(24, 1),
          Map.entry(25, 2),
          Map.entry(26, 2),
          Map.entry(27, 2),
          Map.entry(28, 2),
          Map.entry(29, 1),
          Map.entry(Element.CHARGING_ID, 4));

  public ControlMessage {
    elements = List.copyOf(elements);
  }

  /**
   * An information element.
   *
   * @param value without type and length
   */
  public record Element(int type, byte[] value) {
    public static final int CAUSE = 1;
    public static final int IMSI = 2;
    public static final int RECOVERY = 14;
    public static final int SELECTION_MODE = 15;
    public static final int TEID_DATA = 16;
    public static final int TEID_CONTROL = 17;
    public static final int TEARDOWN = 19;
    public static final int NSAPI = 20;
    public static final int CHARGING_ID = 127;
    public static final int END_USER_ADDRESS = 128;
    public static final int APN = 131;
    public static final int GSN_ADDRESS = 133;
    public static final int MSISDN = 134;
    public static final int QOS = 135;

    /** With a value of one octet. */
    public static Element of(int type, int value) {
      return new Element(type, new byte[] {(byte) value});
    }

    /** With a value of four octets. */
    public static Element ofTeid(int type, long teid) {
      return new Element(type, ByteBuffer.allocate(4).putInt((int) teid).array());
    }
  }

  /** The first element of a type. */
  public Optional<byte[]> find(int elementType) {
    return elements.stream()
        .filter(element -> element.type() == elementType)
        .map(Element::value)
        .findFirst();
  }

  /**
   * A value of one octet.
   *
   * @throws GtpException if there is none
   */
  public int octet(String name, int elementType) throws GtpException {
    return require(name, elementType)[0] & 0xff;
  }

  /**
   * A tunnel endpoint.
   *
   * @throws GtpException if there is none
   */
  public long teid(String name, int elementType) throws GtpException {
    return Integer.toUnsignedLong(ByteBuffer.wrap(require(name, elementType)).getInt());
  }

  /**
   * A value.
   *
   * @throws GtpException if there is none
   */
  public byte[] require(String name, int elementType) throws GtpException {
    return find(elementType)
        .orElseThrow(() -> new GtpException("message of type " + type + " has no " + name));
  }

  /** The message as a datagram. */
  public byte[] encode() {
    int length = HEADER_BYTES;
    for (Element element : elements) {
      length += 1 + (element.type() < FIRST_WITH_LENGTH ? 0 : 2) + element.value().length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    out.put((byte) (VERSION_AND_PROTOCOL | HAS_SEQUENCE)).put((byte) type);
    out.putShort((short) (length - UNCOUNTED)).putInt((int) teid);
    out.putShort((short) sequence).putShort((short) 0);
    for (Element element : elements) {
      out.put((byte) element.type());
      if (element.type() >= FIRST_WITH_LENGTH) {
        out.putShort((short) element.value().length);
      }
      out.put(element.value());
    }
    return out.array();
  }

  /**
   * Reads a datagram.
   *
   * @throws GtpException if it is not of this version, or a length leads beyond its end
   */
  public static ControlMessage decode(ByteBuffer datagram) throws GtpException {
    ByteBuffer in = datagram.slice();
    if (in.remaining() < HEADER_BYTES) {
      throw new GtpException("datagram of " + in.remaining() + " octets is too short for GTP-C");
    }
    int flags = in.get() & 0xff;
    if ((flags & VERSION_AND_PROTOCOL_MASK) != VERSION_AND_PROTOCOL
        || (flags & HAS_OPTIONAL_FIELDS) != HAS_SEQUENCE) {
      throw new GtpException("flags 0x%02x are not those of GTP-C version 1".formatted(flags));
    }
    int type = in.get() & 0xff;
    int length = Short.toUnsignedInt(in.getShort());
    if (length > in.limit() - UNCOUNTED || length < HEADER_BYTES - UNCOUNTED) {
      throw new GtpException(
          "length is %d, of a datagram of %d octets".formatted(length, in.limit()));
    }
    in.limit(UNCOUNTED + length);
    long teid = Integer.toUnsignedLong(in.getInt());
    int sequence = Short.toUnsignedInt(in.getShort());
    in.getShort();
    List<Element> elements = new ArrayList<>();
    while (in.hasRemaining()) {
      elements.add(element(in));
    }
    return new ControlMessage(type, teid, sequence, elements);
  }

  private static Element element(ByteBuffer in) throws GtpException {
    int type = in.get() & 0xff;
    int length;
    if (type < FIRST_WITH_LENGTH) {
      Integer fixed = FIXED_LENGTHS.get(type);
      if (fixed == null) {
        throw new GtpException("element of type " + type + " is unknown, and so is its length");
      }
      length = fixed;
    } else if (in.remaining() >= 2) {
      length = Short.toUnsignedInt(in.getShort());
    } else {
      length = Integer.MAX_VALUE;
    }
    if (length > in.remaining()) {
      throw new GtpException("element of type " + type + " leads beyond the end");
    }
    byte[] value = new byte[length];
    in.get(value);
    return new Element(type, value);
  }
}
