package org.phonemirror.sync.delta;

import java.io.IOException;
import java.io.InputStream;
import java.util.Random;

/**
 * Cuts content into chunks where the content itself says, so that content that was shifted has the
 * same chunks but for those around the change: FastCDC (W. Xia et al., USENIX ATC 2016) with its
 * gear hash and normalized chunking. Phone, template and server must cut alike, so that all numbers
 * here are part of the protocol.
 */
public final class Chunker {
  /** No chunk but the last is shorter, in bytes. */
  public static final int MIN_BYTES = 4 * 1024;

  /** Most chunks are about this long, in bytes. */
  public static final int USUAL_BYTES = 16 * 1024;

  /** No chunk is longer, in bytes. */
  public static final int MAX_BYTES = 64 * 1024;

  /** Two bits more than log2 of the usual length before it, two fewer after: both are high bits. */
  private static final long HARD = 0xffffL << 48;

  private static final long EASY = 0xfffL << 52;
  private static final long[] GEAR = gear();

  private final InputStream in;
  private final byte[] buffer = new byte[2 * MAX_BYTES];
  private int from;
  private int to;
  private boolean ended;

  /** Cuts what a stream has; the caller closes it. */
  public Chunker(InputStream in) {
    this.in = in;
  }

  private static long[] gear() {
    Random random = new Random(0x676561722d313032L); // java.util.Random's sequence is specified
    long[] gear = new long[256];
    for (int i = 0; i < gear.length; i++) {
      gear[i] = random.nextLong();
    }
    return gear;
  }

  /** The next chunk; empty at the end. */
  public byte[] next() throws IOException {
    if (to - from < MAX_BYTES && !ended) {
      fill();
    }
    byte[] chunk = java.util.Arrays.copyOfRange(buffer, from, from + cut(buffer, from, to));
    from += chunk.length;
    return chunk;
  }

  private void fill() throws IOException {
    System.arraycopy(buffer, from, buffer, 0, to - from);
    to -= from;
    from = 0;
    while (to < buffer.length && !ended) {
      int n = in.read(buffer, to, buffer.length - to);
      ended = n < 0;
      to += Math.max(0, n);
    }
  }

  /** Length of the chunk that begins at {@code from}. */
  private static int cut(byte[] bytes, int from, int to) {
    int length = Math.min(to - from, MAX_BYTES);
    long hash = 0;
    for (int i = Math.min(MIN_BYTES, length); i < length; i++) {
      hash = (hash << 1) + GEAR[bytes[from + i] & 0xff];
      if ((hash & (i < USUAL_BYTES ? HARD : EASY)) == 0) {
        return i + 1;
      }
    }
    return length;
  }
}
