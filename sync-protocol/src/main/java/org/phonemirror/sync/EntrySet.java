package org.phonemirror.sync;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * What one side has, told so that the other side can name what differs: hashes of all entries of a
 * tree, a few bits each. It is a Golomb-coded set (F. Putze, P. Sanders, J. Singler, "Cache-, Hash-
 * and Space-Efficient Bloom Filters", 2007): 18 bits tell of an entry, whatever its name's length.
 *
 * <p>An entry that is not in the set has no equal on the other side; one in 2^{@link #spareBits}
 * that has none seems to have one. The salt is another the next time, and so are those.
 *
 * @param salt goes into all hashes
 * @param depth how many levels of the tree are in it, 1 for a directory's own entries; {@link
 *     #ALL_LEVELS} if there are no more
 * @param spareBits what a hash has beyond those that number the entries
 * @param hashes sorted
 */
public record EntrySet(int salt, int depth, int spareBits, long[] hashes) {
  /** Highest salt; it is the lowest that is used anew. */
  public static final int MAX_SALT = 0xffff;

  /** The depth of a set that all of a tree is in. */
  public static final int ALL_LEVELS = 0;

  private static final int MAX_SPARE_BITS = 16;
  private static final int MAX_DEPTH = 1024;

  public EntrySet {
    Check.range("salt", salt, 0, MAX_SALT);
    Check.range("depth", depth, ALL_LEVELS, MAX_DEPTH);
    Check.range("spare bits", spareBits, 1, MAX_SPARE_BITS);
    Check.range("number of entries", hashes.length, 0, Limits.MAX_KNOWN_ENTRIES);
    hashes = hashes.clone();
    for (int i = 0; i < hashes.length; i++) {
      Check.range(
          "hash", hashes[i], i == 0 ? 0 : hashes[i - 1], 1L << bits(hashes.length, spareBits));
    }
  }

  private static int bits(int count, int spareBits) {
    return 32 - Integer.numberOfLeadingZeros(count) + spareBits;
  }

  /**
   * Of what is below a directory, level by level, as far as the length goes: the first level in any
   * case, if need be with fewer bits for each entry.
   *
   * @param path of the directory in user storage
   */
  public static EntrySet of(int salt, String path, StorageTree directory, int maxBytes) {
    List<long[]> levels = new ArrayList<>();
    List<Map.Entry<String, StorageTree>> level = entries(path, directory);
    int count = 0;
    int depth = 0;
    while (depth < MAX_DEPTH && (depth == 0 || !level.isEmpty())) {
      int sum = count + level.size();
      boolean fits =
          sum * (MAX_SPARE_BITS + 2L) <= maxBytes * 8L && sum <= Limits.MAX_KNOWN_ENTRIES;
      if (depth > 0 && !fits) {
        break;
      }
      long[] hashes = new long[Math.min(level.size(), Limits.MAX_KNOWN_ENTRIES)];
      List<Map.Entry<String, StorageTree>> below = new ArrayList<>();
      for (int i = 0; i < hashes.length; i++) {
        String name = level.get(i).getKey();
        hashes[i] = hash(salt, name, level.get(i).getValue());
        below.addAll(entries(name, level.get(i).getValue()));
      }
      levels.add(hashes);
      count += hashes.length;
      depth++;
      level = below;
    }
    long room = count == 0 ? MAX_SPARE_BITS : maxBytes * 8L / count - 2;
    int spareBits = (int) Math.max(1, Math.min(MAX_SPARE_BITS, room));
    long[] all = new long[count];
    int at = 0;
    for (long[] hashes : levels) {
      for (long hash : hashes) {
        all[at++] = hash >>> (64 - bits(count, spareBits));
      }
    }
    Arrays.sort(all);
    return new EntrySet(salt, level.isEmpty() ? ALL_LEVELS : depth, spareBits, all);
  }

  /** Whether entries of a level are in it. */
  public boolean reaches(int level) {
    return depth == ALL_LEVELS || level <= depth;
  }

  private static List<Map.Entry<String, StorageTree>> entries(String path, StorageTree tree) {
    List<Map.Entry<String, StorageTree>> entries = new ArrayList<>();
    for (Map.Entry<String, StorageTree> child : tree.children().entrySet()) {
      String name = path.isEmpty() ? child.getKey() : path + "/" + child.getKey();
      entries.add(new java.util.AbstractMap.SimpleImmutableEntry<>(name, child.getValue()));
    }
    return entries;
  }

  /** Whether the other side has just this at the path, as far as one can tell. */
  public boolean contains(String path, StorageTree entry) {
    long hash = hash(salt, path, entry) >>> (64 - bits(hashes.length, spareBits));
    return Arrays.binarySearch(hashes, hash) >= 0;
  }

  private static long hash(int salt, String path, StorageTree entry) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update((byte) (salt >> 8));
      hash.update((byte) salt);
      hash.update((byte) entry.kind().letter());
      hash.update(path.getBytes(StandardCharsets.UTF_8));
      hash.update((byte) 0);
      hash.update(entry.hash());
      return ByteBuffer.wrap(hash.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * 16 bits that stand for a name: two names of a directory may have the same, and another salt
   * tells them apart the next time.
   */
  public static int nameHash(int salt, String name) {
    CRC32 crc = new CRC32();
    crc.update(salt >> 8);
    crc.update(salt);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    crc.update(bytes, 0, bytes.length);
    return (int) (crc.getValue() & 0xffff);
  }

  @Override
  public long[] hashes() {
    return hashes.clone();
  }

  void write(BitWriter out) {
    out.varint(salt);
    out.varint(depth);
    out.varint(spareBits);
    out.varint(hashes.length);
    long previous = 0;
    for (long hash : hashes) {
      out.rice(hash - previous, spareBits);
      previous = hash;
    }
  }

  static EntrySet read(BitReader in) throws MalformedMessageException {
    int salt = in.count("salt", MAX_SALT);
    int depth = in.count("depth", MAX_DEPTH);
    int spareBits = in.count("spare bits", MAX_SPARE_BITS);
    int count = in.count("number of entries", Limits.MAX_KNOWN_ENTRIES);
    long[] hashes = new long[count];
    long previous = 0;
    for (int i = 0; i < count; i++) {
      previous += in.rice(spareBits);
      hashes[i] = previous;
    }
    return new EntrySet(salt, depth, spareBits, hashes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntrySet that
        && salt == that.salt
        && depth == that.depth
        && spareBits == that.spareBits
        && Arrays.equals(hashes, that.hashes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hashes);
  }

  @Override
  public String toString() {
    return "EntrySet[" + hashes.length + " entries on " + depth + " levels]";
  }
}
