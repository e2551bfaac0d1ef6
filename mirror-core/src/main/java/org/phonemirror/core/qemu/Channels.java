package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads and writes that are complete. */
final class Channels {
  private Channels() {}

  /** Fills the buffer from a position on. */
  static void readFully(FileChannel from, ByteBuffer to, long position) throws IOException {
    long at = position;
    while (to.hasRemaining()) {
      int n = from.read(to, at);
      if (n <= 0) {
        throw new IOException("unexpected end at " + Long.toHexString(at));
      }
      at += n;
    }
  }

  /** Writes all of the buffer at a position. */
  static void writeFully(FileChannel to, ByteBuffer from, long position) throws IOException {
    long at = position;
    while (from.hasRemaining()) {
      at += to.write(from, at);
    }
  }
}
