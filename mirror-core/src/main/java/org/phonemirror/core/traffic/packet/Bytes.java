package org.phonemirror.core.traffic.packet;

/** Numbers in network byte order. */
public final class Bytes {
  private Bytes() {}

  public static int u8(byte[] data, int at) {
    return data[at] & 0xff;
  }

  public static int u16(byte[] data, int at) {
    return (data[at] & 0xff) << 8 | (data[at + 1] & 0xff);
  }

  public static int u24(byte[] data, int at) {
    return (data[at] & 0xff) << 16 | u16(data, at + 1);
  }

  public static int i32(byte[] data, int at) {
    return u16(data, at) << 16 | u16(data, at + 2);
  }

  public static long u32(byte[] data, int at) {
    return i32(data, at) & 0xffff_ffffL;
  }

  public static long i64(byte[] data, int at) {
    return u32(data, at) << 32 | u32(data, at + 4);
  }
}
