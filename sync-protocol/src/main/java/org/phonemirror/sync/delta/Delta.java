package org.phonemirror.sync.delta;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A stretch of a file's new version: pieces of the version that the other side has, and what is in
 * neither.
 *
 * <p>What is told is deflated (RFC 1951) with what stands around it as the dictionary, which the
 * other side has by then: a changed line compresses by the text that it stands in.
 *
 * @param blockSize of the blocks that are copied; a power of two, and 1 if there are none
 * @param baseLength how many bytes the blocks cover in all, from the stretch's offset on
 * @param length of what it makes
 * @param parts in order
 * @param deflated whether {@code told} is deflated
 * @param told what the parts tell, one after the other
 */
public record Delta(
    int blockSize, int baseLength, int length, List<Part> parts, boolean deflated, byte[] told) {
  private static final int DICTIONARY_BYTES = 32 * 1024;

  /** A part's fields take no more on the wire. */
  private static final int LONGEST_PART = 15;

  public Delta {
    parts = List.copyOf(parts);
    blockSize = baseLength == 0 ? 1 : blockSize;
    if (Integer.bitCount(blockSize) != 1
        || blockSize < 1
        || baseLength < 0
        || baseLength > Signature.WINDOW
        || length < 0
        || length > Signature.WINDOW) {
      throw new IllegalArgumentException(
          "delta makes "
              + length
              + " bytes of "
              + baseLength
              + " in blocks of "
              + blockSize
              + ", at most "
              + Signature.WINDOW);
    }
    long sum = 0;
    int blocks = Signature.blocks(baseLength, blockSize);
    for (Part part : parts) {
      if ((long) part.block() + part.blocks() > blocks) {
        throw new IllegalArgumentException("delta copies a block beyond the last, " + blocks);
      }
      sum += part.literal() + copied(part, blockSize, baseLength);
    }
    if (sum != length) {
      throw new IllegalArgumentException("delta of " + length + " bytes has parts for " + sum);
    }
  }

  /** All of these bytes, by reference to the blocks of a signature. */
  public static Delta of(Signature base, byte[] data) {
    Matcher matcher = new Matcher(base, data);
    Delta rolling = pack(base.blockSize(), base.length(), matcher.rolling(), data);
    if (base.blocks() == 0) {
      return rolling;
    }
    Delta fixed = pack(base.blockSize(), base.length(), matcher.fixed(), data);
    return fixed.cost() < rolling.cost() ? fixed : rolling;
  }

  /**
   * As many of the first of these bytes as can be told in so many bytes.
   *
   * @param full what {@link #of} makes of them
   * @return empty if that is none of them
   */
  public static Optional<Delta> first(int maxBytes, Delta full, byte[] data) {
    if (full.cost() <= maxBytes) {
      return Optional.of(full);
    }
    int low = 0;
    int high = full.reach(8L * maxBytes);
    Optional<Delta> best = Optional.empty();
    while (high - low > Math.max(16, low / 64)) {
      int middle = (low + high) / 2;
      Delta tried = full.prefix(middle, data);
      if (tried.cost() <= maxBytes && tried.length > 0) {
        best = Optional.of(tried);
        low = middle;
      } else {
        high = middle;
      }
    }
    return best;
  }

  /** How far it gets with so many bytes told: deflate rarely makes more of them than eight. */
  private int reach(long literals) {
    long left = literals;
    long at = 0;
    for (Part part : parts) {
      if (part.literal() >= left) {
        return (int) Math.min(length, at + left);
      }
      left -= part.literal();
      at += part.literal() + copied(part, blockSize, baseLength);
    }
    return length;
  }

  private Delta prefix(int end, byte[] data) {
    List<Part> kept = new ArrayList<>();
    int at = 0;
    for (Part part : parts) {
      int literal = Math.min(part.literal(), end - at);
      at += literal;
      int blocks = literal < part.literal() ? 0 : Math.min(part.blocks(), (end - at) / blockSize);
      if (literal > 0 || blocks > 0) {
        kept.add(new Part(literal, blocks == 0 ? 0 : part.block(), blocks));
      }
      at += copied(new Part(0, part.block(), blocks), blockSize, baseLength);
      if (blocks < part.blocks() || at >= end) {
        break;
      }
    }
    return pack(blockSize, baseLength, kept, Arrays.copyOf(data, at));
  }

  private static Delta pack(int blockSize, int baseLength, List<Part> parts, byte[] data) {
    ByteArrayOutputStream literals = new ByteArrayOutputStream();
    int at = 0;
    for (Part part : parts) {
      literals.write(data, at, part.literal());
      at += part.literal() + copied(part, blockSize, baseLength);
    }
    byte[] plain = literals.toByteArray();
    byte[] packed = deflate(plain, dictionary(blockSize, baseLength, parts, data));
    boolean smaller = packed.length < plain.length;
    return new Delta(blockSize, baseLength, data.length, parts, smaller, smaller ? packed : plain);
  }

  private static int copied(Part part, int blockSize, int baseLength) {
    if (part.blocks() == 0) {
      return 0;
    }
    long start = (long) part.block() * blockSize;
    return (int) Math.min((long) part.blocks() * blockSize, baseLength - start);
  }

  /** What stands beside the told bytes, as far as it was copied, up to the same length for each. */
  private static byte[] dictionary(int blockSize, int baseLength, List<Part> parts, byte[] data) {
    long told = parts.stream().filter(part -> part.literal() > 0).count();
    int share = (int) (DICTIONARY_BYTES / Math.max(1, 2 * told));
    ByteArrayOutputStream dictionary = new ByteArrayOutputStream();
    int start = 0; // of the copied bytes before
    int at = 0;
    for (int i = 0; i < parts.size() && dictionary.size() + 2 * share <= DICTIONARY_BYTES; i++) {
      Part part = parts.get(i);
      int copied = at + part.literal();
      int end = copied + copied(part, blockSize, baseLength);
      if (part.literal() > 0) {
        int before = Math.min(share, at - start);
        dictionary.write(data, at - before, before);
        dictionary.write(data, copied, Math.min(share, end - copied));
        start = copied + Math.min(share, end - copied);
      }
      at = end;
    }
    return dictionary.toByteArray();
  }

  private static byte[] deflate(byte[] plain, byte[] dictionary) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try {
      if (dictionary.length > 0) {
        deflater.setDictionary(dictionary);
      }
      deflater.setInput(plain);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /** About what it takes on the wire, and not less, in bytes. */
  public int cost() {
    int cost = LONGEST_PART + told.length;
    for (int i = 0, next = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      cost += varint(part.literal()) + varint(2L * Math.abs(part.block() - next));
      cost += varint(part.blocks());
      next = part.block() + part.blocks();
    }
    return cost;
  }

  private static int varint(long value) {
    return 1 + (63 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  /** How many bytes the parts tell. */
  public int literals() {
    return parts.stream().mapToInt(Part::literal).sum();
  }

  /**
   * The new bytes.
   *
   * @param base the other version's bytes, from the stretch's offset on
   * @return empty if the base is too short for it, or what is told does not inflate to what it
   *     should: it was made for another base, or forged
   */
  public Optional<byte[]> apply(byte[] base) {
    byte[] data = new byte[length];
    int at = 0;
    for (Part part : parts) {
      at += part.literal();
      int from = part.block() * blockSize;
      int copied = copied(part, blockSize, baseLength);
      if (part.blocks() > 0) {
        if (from + copied > base.length) {
          return Optional.empty();
        }
        System.arraycopy(base, from, data, at, copied);
        at += copied;
      }
    }
    Optional<byte[]> plain =
        deflated ? inflate(dictionary(blockSize, baseLength, parts, data)) : Optional.of(told);
    if (!plain.isPresent() || plain.get().length != literals()) {
      return Optional.empty();
    }
    int to = 0;
    int next = 0;
    for (Part part : parts) {
      System.arraycopy(plain.get(), next, data, to, part.literal());
      next += part.literal();
      to += part.literal() + copied(part, blockSize, baseLength);
    }
    return Optional.of(data);
  }

  private Optional<byte[]> inflate(byte[] dictionary) {
    Inflater inflater = new Inflater(true);
    try {
      if (dictionary.length > 0) {
        inflater.setDictionary(dictionary);
      }
      // zlib may want a byte beyond the end when there is no header
      inflater.setInput(Arrays.copyOf(told, told.length + 1));
      byte[] plain = new byte[literals()];
      int n = 0;
      while (n < plain.length) {
        int more = inflater.inflate(plain, n, plain.length - n);
        if (more == 0) {
          return Optional.empty();
        }
        n += more;
      }
      return Optional.of(plain);
    } catch (DataFormatException | IllegalArgumentException e) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Delta that
        && blockSize == that.blockSize
        && baseLength == that.baseLength
        && length == that.length
        && parts.equals(that.parts)
        && deflated == that.deflated
        && Arrays.equals(told, that.told);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(told);
  }

  @Override
  public String toString() {
    return "Delta[" + length + " bytes, " + parts.size() + " parts, " + told.length + " told]";
  }
}
