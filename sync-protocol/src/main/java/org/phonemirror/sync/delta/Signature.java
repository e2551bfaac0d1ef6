package org.phonemirror.sync.delta;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Hashes of the blocks of one side's version of a file, from an offset on, so that the other side
 * can tell what of its own version is among them.
 *
 * <p>A block's hash has just so many bits that one wrong match in a thousand files is to be
 * expected; what is put together wrong does not have the file's hash, and is asked for again.
 *
 * @param offset where the first block begins in the file
 * @param length bytes covered; the last block may be shorter than the others. 0 if the file is not
 *     there, or told whole anyway
 * @param blockSize a power of two
 * @param strongBits of each of {@code strong}
 * @param weak rolling hash of each block, {@value RollingHash#WEAK_BITS} bits
 * @param strong first bits of each block's SHA-256
 */
public record Signature(
    long offset, int length, int blockSize, int strongBits, int[] weak, long[] strong) {
  /** What a signature covers, and a delta makes, at most; longer files take several. */
  public static final int WINDOW = 4 * 1024 * 1024;

  /** Bits of a weak hash. */
  public static final int WEAK_BITS = RollingHash.WEAK_BITS;

  /** Files shorter than this are told whole. */
  public static final int SMALLEST = 256;

  /** Most bits of a strong hash. */
  public static final int MAX_STRONG_BITS = 40;

  private static final int MIN_BLOCK_LOG = 6;
  private static final int MAX_BLOCK_LOG = 16;
  private static final int MIN_STRONG_BITS = 8;

  /** Bits beyond those that all pairs of places need: a wrong match in 2^10 files. */
  private static final int SPARE_BITS = 10;

  public Signature {
    if (offset < 0
        || length < 0
        || length > WINDOW
        || Integer.bitCount(blockSize) != 1
        || blockSize < 1 << MIN_BLOCK_LOG
        || blockSize > 1 << MAX_BLOCK_LOG
        || strongBits < 0
        || strongBits > MAX_STRONG_BITS) {
      throw new IllegalArgumentException(
          "signature of "
              + length
              + " bytes from "
              + offset
              + " in blocks of "
              + blockSize
              + " with "
              + strongBits
              + " bits is none");
    }
    int blocks = blocks(length, blockSize);
    if (weak.length != blocks || strong.length != blocks) {
      throw new IllegalArgumentException("signature must have " + blocks + " blocks");
    }
  }

  /** Of a file that is not there, or of no use. */
  public static Signature none(long offset) {
    return new Signature(offset, 0, 1 << MIN_BLOCK_LOG, 0, new int[0], new long[0]);
  }

  /**
   * Of these bytes of a file.
   *
   * @param window at most {@link #WINDOW} bytes; none are told of fewer than {@link #SMALLEST}
   * @param offset where they begin in the file
   */
  public static Signature of(byte[] window, long offset) {
    return of(window, offset, Integer.MAX_VALUE);
  }

  /** The same, by larger blocks if need be; none if that does not help. */
  public static Signature of(byte[] window, long offset, int maxBytes) {
    // of n bytes and a block size b, the signature grows with n / b and a change costs about b
    int log = Math.max(MIN_BLOCK_LOG, (log2(window.length) + 1) / 2 + 1);
    while (log <= MAX_BLOCK_LOG && bits(window.length, 1 << log) / 8 > maxBytes) {
      log++;
    }
    return window.length < SMALLEST || log > MAX_BLOCK_LOG
        ? none(offset)
        : of(window, offset, 1 << log, strongBits(window.length, 1 << log));
  }

  private static long bits(int length, int blockSize) {
    return (long) blocks(length, blockSize) * (WEAK_BITS + strongBits(length, blockSize));
  }

  private static int strongBits(int length, int blockSize) {
    int wanted = log2(length) + log2(blocks(length, blockSize)) + SPARE_BITS - WEAK_BITS;
    return Math.max(MIN_STRONG_BITS, Math.min(MAX_STRONG_BITS, wanted));
  }

  private static Signature of(byte[] window, long offset, int blockSize, int strongBits) {
    int blocks = blocks(window.length, blockSize);
    int[] weak = new int[blocks];
    long[] strong = new long[blocks];
    for (int i = 0; i < blocks; i++) {
      int at = i * blockSize;
      int length = Math.min(blockSize, window.length - at);
      weak[i] = new RollingHash(window, at, length).weak();
      strong[i] = strong(window, at, length, strongBits);
    }
    return new Signature(offset, window.length, blockSize, strongBits, weak, strong);
  }

  static int blocks(long length, int blockSize) {
    return (int) ((length + blockSize - 1) / blockSize);
  }

  /** How many blocks there are. */
  public int blocks() {
    return weak.length;
  }

  /** Bits that the hashes take on the wire. */
  public long bits() {
    return (long) blocks() * (WEAK_BITS + strongBits);
  }

  /** The length of a block. */
  int lengthOf(int block) {
    return Math.min(blockSize, length - block * blockSize);
  }

  static long strong(byte[] data, int at, int length, int bits) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(data, at, length);
      return ByteBuffer.wrap(hash.digest()).getLong() >>> (64 - bits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static int log2(int value) {
    return 32 - Integer.numberOfLeadingZeros(Math.max(1, value - 1));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature that
        && offset == that.offset
        && length == that.length
        && blockSize == that.blockSize
        && strongBits == that.strongBits
        && Arrays.equals(weak, that.weak)
        && Arrays.equals(strong, that.strong);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(weak);
  }

  @Override
  public String toString() {
    return "Signature[" + blocks() + " blocks of " + blockSize + " from " + offset + "]";
  }
}
