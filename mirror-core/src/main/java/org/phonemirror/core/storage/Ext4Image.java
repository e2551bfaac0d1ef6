package org.phonemirror.core.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.phonemirror.sync.DistinctNames;

/**
 * Reads an ext4 file system (Documentation/filesystems/ext4), which nobody changes meanwhile. If it
 * has been unmounted or frozen its journal is empty; else it is shown as it is after recovery.
 *
 * <p>Why not {@code debugfs rdump}: it takes file names as they are in the image, and the guest can
 * write {@code ../../etc/passwd} there; it also leaves out pipes and sockets. Why not a loop mount:
 * it needs root, and gives the guest's bytes to the host's kernel.
 */
final class Ext4Image implements Closeable {
  static final int ROOT = 2;
  private static final int MAX_DEPTH = 5;
  private static final long MOST_READS = 8;
  private static final int MAX_EXTENTS = 1 << 20;
  private static final int MAX_DIRECTORY_BYTES = 64 << 20;
  private static final int MAX_LINK_BYTES = 4096;
  private static final long MAX_JOURNAL_BLOCKS = 1 << 18;

  private static final int SUPERBLOCK = 1024;
  private static final int MAGIC = 0xef53;
  private static final int EXTENT_MAGIC = 0xf30a;

  private static final int INCOMPAT_RECOVER = 0x4;
  private static final int INCOMPAT_64BIT = 0x80;

  /** Names' types, extents, 64 bit, multiple mount protection, flexible groups, checksum seed. */
  private static final int INCOMPAT_KNOWN = 0x2 | 0x40 | INCOMPAT_64BIT | 0x100 | 0x200 | 0x2000;

  private static final int EXTENTS_FLAG = 0x80000;
  private static final int INLINE_OR_ENCRYPTED_FLAGS = 0x10000000 | 0x800;

  private final Disk disk;
  private boolean journalHoldsChanges;
  private long journalInode;
  private int blockSize;
  private long blocks;
  private long inodes;
  private long inodesPerGroup;
  private int inodeSize;
  private int descriptorSize;
  private long descriptorTable;
  private boolean wide;

  /** Bytes of structures that may still be read: a forged image must not keep us busy forever. */
  private long budget;

  /** What an inode is. */
  enum Kind {
    DIRECTORY,
    FILE,
    LINK,
    OTHER
  }

  /**
   * An inode.
   *
   * @param modified when its content was written last, by the user's account
   * @param changed when anything of it was changed last, by the kernel's
   * @param content its block map, or a short link's target
   */
  record Inode(
      long number,
      Kind kind,
      long size,
      Instant modified,
      Instant changed,
      int flags,
      ByteBuffer content) {}

  /** A directory's entry; "." and ".." are left out. */
  record Entry(String name, long inode) {}

  /**
   * A stretch of a file.
   *
   * @param block its place in the file, in blocks
   * @param length in blocks
   * @param start its place in the image, in blocks
   */
  private record Extent(long block, int length, long start) {
    long end() {
      return block + length;
    }
  }

  private Ext4Image(Disk disk) {
    this.disk = disk;
    this.budget = MOST_READS * disk.size();
  }

  /**
   * Opens an image file.
   *
   * @throws IOException if it holds no ext4, one with features that are not known here, or one with
   *     changes in its journal
   */
  static Ext4Image open(Path file) throws IOException {
    return open(Disk.raw(file), false);
  }

  /**
   * Opens a disk, which is closed with it, or if it can't be opened.
   *
   * @param recover whether changes may be in its journal
   */
  static Ext4Image open(Disk disk, boolean recover) throws IOException {
    Ext4Image image = new Ext4Image(disk);
    try {
      image.readSuperblock();
      if (!image.journalHoldsChanges) {
        return image;
      }
      image.check(recover, "its journal holds changes: it was not frozen");
      Ext4Image after =
          new Ext4Image(Ext4Journal.recovered(disk, image.blockSize, image.journalBlocks()));
      after.readSuperblock();
      return after;
    } catch (IOException e) {
      disk.close();
      throw e;
    }
  }

  private long[] journalBlocks() throws IOException {
    Inode journal = inode(journalInode);
    check(journal.size / blockSize <= MAX_JOURNAL_BLOCKS, "its journal is too long");
    long[] places = new long[(int) (journal.size / blockSize)];
    int known = 0;
    for (Extent extent : extents(journal)) {
      check(extent.block == known && extent.end() <= places.length, "its journal has holes");
      for (int i = 0; i < extent.length; i++) {
        places[known++] = extent.start + i;
      }
    }
    check(known == places.length, "its journal has holes");
    return places;
  }

  private void readSuperblock() throws IOException {
    ByteBuffer superblock = read(SUPERBLOCK, 1024);
    check(unsigned16(superblock, 0x38) == MAGIC, "it holds no ext4 file system");
    int incompat = superblock.getInt(0x60);
    journalHoldsChanges = (incompat & INCOMPAT_RECOVER) != 0;
    journalInode = unsigned32(superblock, 0xe0);
    check(
        (incompat & ~(INCOMPAT_KNOWN | INCOMPAT_RECOVER)) == 0,
        "it has unknown features: 0x" + Integer.toHexString(incompat));
    int logBlockSize = superblock.getInt(0x18);
    check(logBlockSize >= 0 && logBlockSize <= 5, "its block size is wrong");
    blockSize = 1024 << logBlockSize;
    wide = (incompat & INCOMPAT_64BIT) != 0;
    blocks = unsigned32(superblock, 4) | (wide ? unsigned32(superblock, 0x150) << 32 : 0);
    check(blocks > 0 && blocks <= disk.size() / blockSize, "it is longer than its disk");
    inodes = unsigned32(superblock, 0);
    inodesPerGroup = unsigned32(superblock, 0x28);
    inodeSize = unsigned16(superblock, 0x58);
    descriptorSize = wide ? unsigned16(superblock, 0xfe) : 32;
    check(
        inodesPerGroup > 0
            && inodeSize >= 128
            && inodeSize <= blockSize
            && descriptorSize >= (wide ? 64 : 32)
            && descriptorSize <= blockSize,
        "its superblock is damaged");
    descriptorTable = (unsigned32(superblock, 0x14) + 1) * blockSize;
  }

  /** The length of the file system in bytes. */
  long bytes() {
    return blocks * blockSize;
  }

  Inode inode(long number) throws IOException {
    check(number >= 1 && number <= inodes, "there is no inode " + number);
    long group = (number - 1) / inodesPerGroup;
    ByteBuffer descriptor = read(descriptorTable + group * descriptorSize, descriptorSize);
    long table = unsigned32(descriptor, 8) | (wide ? unsigned32(descriptor, 0x28) << 32 : 0);
    check(table > 0 && table < blocks, "inode table of group " + group + " is outside");
    long position = table * blockSize + (number - 1) % inodesPerGroup * inodeSize;
    ByteBuffer raw = read(position, inodeSize);
    long size = unsigned32(raw, 4) | unsigned32(raw, 0x6c) << 32;
    check(size >= 0, "inode " + number + " has a negative size");
    return new Inode(
        number,
        kind(unsigned16(raw, 0)),
        size,
        time(raw, 0x10, 0x88),
        time(raw, 0x0c, 0x84),
        raw.getInt(0x20),
        content(raw));
  }

  private static Kind kind(int mode) {
    return switch (mode & 0xf000) {
      case 0x4000 -> Kind.DIRECTORY;
      case 0x8000 -> Kind.FILE;
      case 0xa000 -> Kind.LINK;
      default -> Kind.OTHER;
    };
  }

  /** Seconds and, in larger inodes, two more bits of them and nanoseconds. */
  private static Instant time(ByteBuffer raw, int at, int extraAt) {
    long seconds = raw.getInt(at);
    int nanos = 0;
    int end = extraAt + Integer.BYTES;
    if (raw.capacity() >= end && unsigned16(raw, 0x80) >= end - 0x80) {
      int extra = raw.getInt(extraAt);
      seconds += (extra & 3L) << 32;
      nanos = Math.min(extra >>> 2, 999_999_999);
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private static ByteBuffer content(ByteBuffer raw) {
    return raw.slice(0x28, 60).order(ByteOrder.LITTLE_ENDIAN);
  }

  private record RawEntry(byte[] name, long inode) {}

  /** A directory's entries in the order of their names' bytes, each with a text of its own. */
  List<Entry> list(Inode directory) throws IOException {
    check(directory.size <= MAX_DIRECTORY_BYTES, "directory " + directory.number + " is too long");
    List<RawEntry> entries = new ArrayList<>();
    for (Extent extent : extents(directory)) {
      for (int i = 0; i < extent.length; i++) {
        if ((extent.block + i) * blockSize < directory.size) {
          parseEntries(read((extent.start + i) * blockSize, blockSize), directory, entries);
        }
      }
    }
    entries.sort((one, other) -> Arrays.compareUnsigned(one.name, other.name));
    DistinctNames names = new DistinctNames();
    return entries.stream()
        .map(raw -> new Entry(names.next(new String(raw.name, StandardCharsets.UTF_8)), raw.inode))
        .toList();
  }

  private void parseEntries(ByteBuffer block, Inode directory, List<RawEntry> entries)
      throws IOException {
    // an index block looks like one unused entry, so that a plain reader need not know of it
    for (int at = 0; at < blockSize; ) {
      int length = unsigned16(block, at + 4);
      int nameLength = block.get(at + 6) & 0xff;
      check(
          length >= 8 + nameLength && length % 4 == 0 && length >= 12 && at + length <= blockSize,
          "directory " + directory.number + " is damaged");
      long inode = unsigned32(block, at);
      if (inode != 0) {
        byte[] bytes = new byte[nameLength];
        block.get(at + 8, bytes);
        String name = new String(bytes, StandardCharsets.UTF_8);
        if (!name.equals(".") && !name.equals("..")) {
          check(
              !name.isEmpty() && name.indexOf('/') < 0 && name.indexOf('\0') < 0,
              "directory " + directory.number + " has an entry named '" + name + "'");
          entries.add(new RawEntry(bytes, inode));
        }
      }
      at += length;
    }
  }

  /** A symbolic link's target. */
  String target(Inode link) throws IOException {
    check(link.size > 0 && link.size < MAX_LINK_BYTES, "link " + link.number + " is damaged");
    byte[] target = new byte[(int) link.size];
    if (link.size < link.content.capacity()) {
      link.content.get(0, target);
    } else {
      List<Extent> extents = extents(link);
      check(!extents.isEmpty(), "link " + link.number + " has no target");
      check(target.length <= blockSize, "link " + link.number + " is too long");
      read(extents.get(0).start * blockSize, blockSize).get(0, target);
    }
    String text = new String(target, StandardCharsets.UTF_8);
    check(text.indexOf('\0') < 0, "link " + link.number + " is damaged");
    return text;
  }

  /** A regular file's content. */
  Content content(Inode file) throws IOException {
    return new Content(file, extents(file));
  }

  /** What is in a regular file; holes read as zeros. */
  final class Content {
    private final Inode file;
    private final List<Extent> extents;

    /** Whoever reads on comes to the same stretch, or to the next. */
    private int near;

    private Content(Inode file, List<Extent> extents) {
      this.file = file;
      this.extents = extents;
    }

    long size() {
      return file.size;
    }

    /** Reads as {@link java.nio.channels.FileChannel#read(ByteBuffer, long)} does. */
    int read(ByteBuffer to, long position) throws IOException {
      if (position >= file.size) {
        return to.hasRemaining() ? -1 : 0;
      }
      int wanted = (int) Math.min(to.remaining(), file.size - position);
      for (int left = wanted; left > 0; ) {
        left -= readSome(to, position + wanted - left, left);
      }
      return wanted;
    }

    /** A part of a stretch, or of a hole. */
    private int readSome(ByteBuffer to, long position, int most) throws IOException {
      if (near > 0 && extents.get(near - 1).end() * blockSize > position) {
        near = 0;
      }
      while (near < extents.size() && extents.get(near).end() * blockSize <= position) {
        near++;
      }
      long dataFrom = near < extents.size() ? extents.get(near).block * blockSize : Long.MAX_VALUE;
      if (position < dataFrom) {
        int n = (int) Math.min(most, dataFrom - position);
        to.put(new byte[n]);
        return n;
      }
      Extent extent = extents.get(near);
      int n = (int) Math.min(most, extent.end() * blockSize - position);
      ByteBuffer part = to.slice(to.position(), n);
      long from = extent.start * blockSize + position - dataFrom;
      disk.read(part, from);
      to.position(to.position() + n);
      return n;
    }
  }

  private List<Extent> extents(Inode inode) throws IOException {
    check(
        (inode.flags & EXTENTS_FLAG) != 0 && (inode.flags & INLINE_OR_ENCRYPTED_FLAGS) == 0,
        "inode " + inode.number + " is not stored in extents");
    List<Extent> extents = new ArrayList<>();
    collect(inode, inode.content, MAX_DEPTH + 1, extents);
    return extents;
  }

  private void collect(Inode inode, ByteBuffer node, int depthBelow, List<Extent> extents)
      throws IOException {
    int entries = unsigned16(node, 2);
    int depth = unsigned16(node, 6);
    check(
        unsigned16(node, 0) == EXTENT_MAGIC
            && 12 + 12 * entries <= node.capacity()
            && depth < depthBelow
            && extents.size() + entries <= MAX_EXTENTS,
        "the extents of inode " + inode.number + " are damaged");
    for (int at = 12; at < 12 + 12 * entries; at += 12) {
      if (depth > 0) {
        long child = unsigned32(node, at + 4) | (long) unsigned16(node, at + 8) << 32;
        checkBlocks(inode, child, 1);
        collect(inode, read(child * blockSize, blockSize), depth, extents);
      } else {
        int length = unsigned16(node, at + 4);
        if (length <= 0x8000) { // else allocated but not written: reads as a hole
          long start = unsigned32(node, at + 8) | (long) unsigned16(node, at + 6) << 32;
          checkBlocks(inode, start, length);
          Extent extent = new Extent(unsigned32(node, at), length, start);
          check(
              extents.isEmpty() || extents.get(extents.size() - 1).end() <= extent.block,
              "the extents of inode " + inode.number + " overlap");
          extents.add(extent);
        }
      }
    }
  }

  private void checkBlocks(Inode inode, long start, int length) throws IOException {
    check(
        start > 0 && start + length <= blocks,
        "the extents of inode " + inode.number + " lie outside");
  }

  private ByteBuffer read(long position, int length) throws IOException {
    budget -= length;
    check(budget >= 0, "its structures refer to each other without end");
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    disk.read(buffer, position);
    return buffer.clear();
  }

  private static int unsigned16(ByteBuffer buffer, int at) {
    return buffer.getShort(at) & 0xffff;
  }

  private static long unsigned32(ByteBuffer buffer, int at) {
    return buffer.getInt(at) & 0xffff_ffffL;
  }

  private void check(boolean good, String otherwise) throws IOException {
    if (!good) {
      throw new IOException("storage image " + disk + " can't be read: " + otherwise);
    }
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }
}
