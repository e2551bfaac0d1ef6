package org.phonemirror.core.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which parts of an image a file system has in use, by ext4's block bitmaps
 * (Documentation/filesystems/ext4/bitmaps.rst). A copy of these is a copy of the file system: what
 * lies in free blocks nobody reads.
 *
 * <p>Why not the holes of the image's file: Java can't ask for them, reading a hole costs as much
 * as reading data, and the blocks of deleted files are none.
 */
public final class BlocksInUse {
  private static final int SUPERBLOCK = 1024;
  private static final int MAGIC = 0xef53;
  private static final int FEWEST_PER_GROUP = 256;
  private static final int LARGEST_DESCRIPTOR = 1024;
  private static final int LARGEST_TABLE = 64 << 20;
  private static final int BLOCK_UNINIT = 0x2;

  private static final int INCOMPAT_RECOVER = 0x4;
  private static final int INCOMPAT_64BIT = 0x80;

  /** Names' types, extents, 64 bit, multiple mount protection, flexible groups, checksum seed. */
  private static final int INCOMPAT_KNOWN = 0x2 | 0x40 | INCOMPAT_64BIT | 0x100 | 0x200 | 0x2000;

  /** Bits of a bitmap then mean more than a block each. */
  private static final int RO_COMPAT_BIGALLOC = 0x200;

  private final FileChannel channel;
  private final ByteBuffer superblock;
  private final int blockSize;
  private final int first;
  private final int blocks;
  private final int perGroup;
  private final int descriptorSize;
  private final BitSet used;

  /**
   * A part of an image.
   *
   * @param start its first byte
   * @param end behind its last
   */
  public record Range(long start, long end) {}

  private BlocksInUse(FileChannel channel, ByteBuffer superblock) throws IOException {
    this.channel = channel;
    this.superblock = superblock;
    int logBlockSize = superblock.getInt(0x18);
    check(unsigned16(superblock, 0x38) == MAGIC && logBlockSize >= 0 && logBlockSize <= 5);
    int incompat = superblock.getInt(0x60);
    check((incompat & INCOMPAT_RECOVER) == 0 && (incompat & ~INCOMPAT_KNOWN) == 0);
    check((superblock.getInt(0x64) & RO_COMPAT_BIGALLOC) == 0);
    boolean wide = (incompat & INCOMPAT_64BIT) != 0;
    blockSize = 1024 << logBlockSize;
    first = superblock.getInt(0x14);
    blocks = superblock.getInt(4);
    perGroup = superblock.getInt(0x20);
    descriptorSize = wide ? unsigned16(superblock, 0xfe) : 32;
    check(!wide || superblock.getInt(0x150) == 0);
    check((first == 0 || first == 1) && blocks > first && blocks <= channel.size() / blockSize);
    check(perGroup >= FEWEST_PER_GROUP && perGroup <= 8 * blockSize);
    check(descriptorSize >= (wide ? 64 : 32) && descriptorSize <= LARGEST_DESCRIPTOR);
    used = new BitSet(blocks);
  }

  /**
   * Tells them in order. What holds no ext4 that is known here, or one that was not unmounted or
   * frozen, is in use as a whole.
   */
  public static List<Range> of(Path image) throws IOException {
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
      try {
        BlocksInUse found = new BlocksInUse(channel, read(channel, SUPERBLOCK, 1024));
        found.collect();
        return found.ranges(channel.size());
      } catch (UnknownLayoutException e) {
        return List.of(new Range(0, channel.size()));
      }
    }
  }

  private static final class UnknownLayoutException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private void collect() throws IOException {
    int groups = Math.toIntExact(((long) blocks - first + perGroup - 1) / perGroup);
    long table = (first + 1L) * blockSize;
    check((long) groups * descriptorSize <= LARGEST_TABLE);
    ByteBuffer descriptors = read(channel, table, groups * descriptorSize);
    boolean wide = descriptorSize >= 64;
    long inodeBytes = (long) superblock.getInt(0x28) * unsigned16(superblock, 0x58);
    long inodeBlocks = (inodeBytes + blockSize - 1) / blockSize;
    // a group's start may hold a copy of these, which a group without a bitmap does not tell of
    int heads = 1 + (descriptors.capacity() + blockSize - 1) / blockSize + reservedDescriptors();
    use(0, first + (long) heads);
    for (int group = 0; group < groups; group++) {
      int at = group * descriptorSize;
      long bitmap = block(descriptors, at, at + 0x20, wide);
      use(bitmap, 1);
      use(block(descriptors, at + 4, at + 0x24, wide), 1);
      use(block(descriptors, at + 8, at + 0x28, wide), inodeBlocks);
      long start = first + (long) group * perGroup;
      if ((unsigned16(descriptors, at + 0x12) & BLOCK_UNINIT) != 0) {
        use(start, heads);
      } else {
        check(bitmap > 0 && bitmap < blocks);
        ByteBuffer bits = read(channel, bitmap * blockSize, (perGroup + 7) / 8);
        BitSet here = BitSet.valueOf(bits);
        for (int bit = here.nextSetBit(0); bit >= 0; bit = here.nextSetBit(bit)) {
          int end = here.nextClearBit(bit);
          use(start + bit, end - bit);
          bit = end;
        }
      }
    }
  }

  private int reservedDescriptors() {
    return unsigned16(superblock, 0xce);
  }

  private void use(long start, long count) throws IOException {
    check(start >= 0 && count >= 0);
    // the bits behind the last block of the last group are set
    if (start < blocks) {
      used.set((int) start, (int) Math.min(blocks, start + count));
    }
  }

  private List<Range> ranges(long size) {
    List<Range> ranges = new ArrayList<>();
    for (int block = used.nextSetBit(0); block >= 0; block = used.nextSetBit(block)) {
      int end = used.nextClearBit(block);
      ranges.add(new Range((long) block * blockSize, (long) end * blockSize));
      block = end;
    }
    // whoever makes an image longer than its file system has put something there
    long behind = (long) blocks * blockSize;
    if (behind < size) {
      ranges.add(new Range(behind, size));
    }
    return ranges;
  }

  private static long block(ByteBuffer from, int low, int high, boolean wide) {
    long upper = wide ? Integer.toUnsignedLong(from.getInt(high)) : 0;
    return upper << 32 | Integer.toUnsignedLong(from.getInt(low));
  }

  private static int unsigned16(ByteBuffer buffer, int at) {
    return buffer.getShort(at) & 0xffff;
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    check(length >= 0 && position >= 0 && position + length <= channel.size());
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      check(channel.read(buffer, position + buffer.position()) > 0);
    }
    return buffer.flip();
  }

  private static void check(boolean known) throws UnknownLayoutException {
    if (!known) {
      throw new UnknownLayoutException();
    }
  }
}
