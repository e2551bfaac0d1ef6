package org.phonemirror.core.traffic.store;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The elements of a tape, read. Lengths are believed as far as bytes follow. */
final class TapeInput {
  /** Reads one entry of a list. */
  @FunctionalInterface
  interface Reader<T> {
    T read(TapeInput in) throws IOException;
  }

  private final DataInputStream in;
  private long left;

  TapeInput(InputStream stream, long limit) {
    in = new DataInputStream(stream);
    left = limit;
  }

  private void take(int bytes) throws IOException {
    if (bytes < 0 || bytes > left) {
      throw new IOException("is damaged: a length in it is " + Integer.toUnsignedString(bytes));
    }
    left -= bytes;
  }

  private byte[] raw(int length) throws IOException {
    take(length);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("is cut off");
    }
    return bytes;
  }

  void expect(byte[] magic, String otherwise) throws IOException {
    if (!Arrays.equals(raw(magic.length), magic)) {
      throw new IOException(otherwise);
    }
  }

  int u8() throws IOException {
    return raw(1)[0] & 0xff;
  }

  int i32() throws IOException {
    take(Integer.BYTES);
    return cutOff(in::readInt);
  }

  long i64() throws IOException {
    take(Long.BYTES);
    return cutOff(in::readLong);
  }

  /** A read of a number. */
  @FunctionalInterface
  private interface Read<T> {
    T read() throws IOException;
  }

  private static <T> T cutOff(Read<T> number) throws IOException {
    try {
      return number.read();
    } catch (EOFException e) {
      throw new IOException("is cut off", e);
    }
  }

  byte[] bytes() throws IOException {
    return raw(i32());
  }

  String text() throws IOException {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  <T extends Enum<T>> T constant(Class<T> type) throws IOException {
    String name = text();
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "is damaged: there is no " + type.getSimpleName() + " '" + name + "'", e);
    }
  }

  InetSocketAddress address() throws IOException {
    int length = u8();
    if (length != 4 && length != 16) {
      throw new IOException("is damaged: an address in it has " + length + " bytes");
    }
    InetAddress host = InetAddress.getByAddress(raw(length));
    return new InetSocketAddress(host, u8() << 8 | u8());
  }

  <T> List<T> list(Reader<T> reader) throws IOException {
    int size = i32();
    if (size < 0) {
      throw new IOException("is damaged: a list in it has " + size + " entries");
    }
    List<T> entries = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      entries.add(reader.read(this));
    }
    return entries;
  }
}
