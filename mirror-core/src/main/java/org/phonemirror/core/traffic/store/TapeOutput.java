package org.phonemirror.core.traffic.store;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The elements of a tape, written. */
final class TapeOutput {
  /** Writes one entry of a list. */
  @FunctionalInterface
  interface Writer<T> {
    void write(TapeOutput out, T entry) throws IOException;
  }

  private final DataOutputStream out;

  TapeOutput(OutputStream stream) {
    out = new DataOutputStream(stream);
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  void u8(int value) throws IOException {
    out.writeByte(value);
  }

  void i32(int value) throws IOException {
    out.writeInt(value);
  }

  void i64(long value) throws IOException {
    out.writeLong(value);
  }

  void bytes(byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  void text(String text) throws IOException {
    bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  void constant(Enum<?> constant) throws IOException {
    text(constant.name());
  }

  void address(InetSocketAddress address) throws IOException {
    byte[] host = address.getAddress().getAddress();
    u8(host.length);
    raw(host);
    out.writeShort(address.getPort());
  }

  <T> void list(List<T> entries, Writer<T> writer) throws IOException {
    out.writeInt(entries.size());
    for (T entry : entries) {
      writer.write(this, entry);
    }
  }

  void flush() throws IOException {
    out.flush();
  }
}
