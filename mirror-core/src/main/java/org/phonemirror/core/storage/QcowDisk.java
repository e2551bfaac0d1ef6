package org.phonemirror.core.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A disk in QEMU's format qcow2 (docs/interop/qcow2.txt), as QEMU leaves it when it stops its
 * guest: what it keeps of the tables in memory is in the file then. An overlay has only what was
 * written since it was made; the rest is in its backing disk.
 *
 * <p>Read here and not by a process of {@code qemu-nbd}: that one would be as exposed to a forged
 * image, and needs a kernel module and root to be seen as a disk.
 */
public final class QcowDisk implements Disk {
  private static final int MAGIC = 0x514649fb;
  private static final int HEADER = 104;
  private static final int MIN_CLUSTER_BITS = 9;
  private static final int MAX_CLUSTER_BITS = 21;

  /** What QEMU takes at most for it, too. */
  private static final int MAX_L1_BYTES = 32 << 20;

  /** "Dirty" tells that reference counts may be wrong, which a reader does not need. */
  private static final long INCOMPATIBLE_KNOWN = 1;

  private static final long COMPRESSED = 1L << 62;
  private static final long ZEROES = 1;
  private static final long OFFSET = 0x00ff_ffff_ffff_fe00L;
  private static final int SECTOR = 512;
  private static final int NEW_CLUSTER_BITS = 16;

  private final Path file;
  private final Disk raw;
  private final Optional<Disk> backing;
  private final int clusterBits;
  private final long size;
  private final long[] l1;

  // the table that was looked at last
  private long tableAt = -1;
  private ByteBuffer table = ByteBuffer.allocate(0);

  private QcowDisk(
      Path file, Disk raw, Optional<Disk> backing, int clusterBits, long size, long[] l1) {
    this.file = file;
    this.raw = raw;
    this.backing = backing;
    this.clusterBits = clusterBits;
    this.size = size;
    this.l1 = l1;
  }

  /**
   * Makes an empty overlay, 256 KiB. It does not name its backing disk, which is to be given to
   * whoever opens it: a template may be moved.
   *
   * @param size of the disk in bytes
   */
  public static void createOverlay(Path file, long size) throws IOException {
    int cluster = 1 << NEW_CLUSTER_BITS;
    long covered = (long) cluster * (cluster / Long.BYTES);
    long entries = (size + covered - 1) / covered;
    if (size <= 0 || entries > cluster / Long.BYTES) {
      throw new IOException("a disk can't have " + size + " bytes: " + file);
    }
    ByteBuffer image = ByteBuffer.allocate(4 * cluster);
    image.putInt(MAGIC).putInt(3).putLong(0).putInt(0).putInt(NEW_CLUSTER_BITS).putLong(size);
    image.putInt(0).putInt((int) entries).putLong(3L * cluster); // not encrypted; L1 table
    image.putLong(cluster).putInt(1).putInt(0).putLong(0); // reference counts; no snapshots
    image.putLong(0).putLong(0).putLong(0).putInt(4).putInt(HEADER); // no features; 16 bit counts
    image.putLong(cluster, 2L * cluster);
    for (int i = 0; i < 4; i++) {
      image.putShort(2 * cluster + 2 * i, (short) 1);
    }
    image.clear();
    try (FileChannel to =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (image.hasRemaining()) {
        to.write(image);
      }
    }
  }

  /**
   * Opens a disk. It closes its backing disk when it is closed, and when it can't be opened.
   *
   * @param backing what shows where the file has nothing
   * @throws IOException if the file is no qcow2, or one with features that are not known here
   */
  public static QcowDisk open(Path file, Optional<Disk> backing) throws IOException {
    Disk raw = null;
    try {
      raw = Disk.raw(file);
      return open(file, raw, backing);
    } catch (IOException e) {
      if (raw != null) {
        raw.close();
      }
      if (backing.isPresent()) {
        backing.get().close();
      }
      throw e;
    }
  }

  private static QcowDisk open(Path file, Disk raw, Optional<Disk> backing) throws IOException {
    check(raw.size() >= HEADER, file, "it has no header");
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    raw.read(header, 0);
    int version = header.getInt(4);
    check(header.getInt(0) == MAGIC && (version == 2 || version == 3), file, "it is no qcow2");
    check(backing.isPresent() || header.getLong(8) == 0, file, "it needs its backing file");
    int clusterBits = header.getInt(20);
    long size = header.getLong(24);
    check(
        clusterBits >= MIN_CLUSTER_BITS && clusterBits <= MAX_CLUSTER_BITS && size >= 0,
        file,
        "its header is damaged");
    check(header.getInt(32) == 0, file, "it is encrypted");
    long features = version == 3 ? header.getLong(72) : 0;
    check(
        (features & ~INCOMPATIBLE_KNOWN) == 0,
        file,
        "it has unknown features: 0x" + Long.toHexString(features));
    long entries = header.getInt(36) & 0xffff_ffffL;
    int l2Bits = clusterBits - 3;
    long needed = size == 0 ? 0 : ((size - 1) >>> (clusterBits + l2Bits)) + 1;
    check(entries >= needed && needed <= MAX_L1_BYTES / Long.BYTES, file, "its table is too short");
    ByteBuffer table = ByteBuffer.allocate((int) needed * Long.BYTES);
    raw.read(table, header.getLong(40));
    long[] l1 = new long[(int) needed];
    table.flip().asLongBuffer().get(l1);
    return new QcowDisk(file, raw, backing, clusterBits, size, l1);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(ByteBuffer to, long position) throws IOException {
    check(position >= 0 && position <= size - to.remaining(), file, "it ends at " + size);
    long cluster = 1L << clusterBits;
    long at = position;
    int end = to.limit();
    while (to.position() < end) {
      int within = (int) (at & (cluster - 1));
      int length = (int) Math.min(end - to.position(), cluster - within);
      to.limit(to.position() + length);
      readWithin(to, at, within);
      to.limit(end);
      at += length;
    }
  }

  /** Reads what lies in one cluster. */
  private void readWithin(ByteBuffer to, long position, int within) throws IOException {
    long entry = entry(position);
    if ((entry & COMPRESSED) != 0) {
      ByteBuffer cluster = inflate(entry);
      to.put(cluster.position(within).limit(within + to.remaining()));
    } else if ((entry & ZEROES) != 0) {
      to.put(new byte[to.remaining()]);
    } else if ((entry & OFFSET) != 0) {
      raw.read(to, (entry & OFFSET) + within);
    } else {
      readBacking(to, position);
    }
  }

  /** A backing disk may be shorter, and reads as zeroes behind its end. */
  private void readBacking(ByteBuffer to, long position) throws IOException {
    long there = backing.map(Disk::size).orElse(0L) - position;
    int end = to.limit();
    int length = (int) Math.max(0, Math.min(to.remaining(), there));
    if (length > 0) {
      to.limit(to.position() + length);
      backing.orElseThrow().read(to, position);
      to.limit(end);
    }
    to.put(new byte[to.remaining()]);
  }

  private long entry(long position) throws IOException {
    int l2Bits = clusterBits - 3;
    long at = l1[(int) (position >>> (clusterBits + l2Bits))] & OFFSET;
    if (at == 0) {
      return 0;
    }
    if (at != tableAt) {
      table = ByteBuffer.allocate(1 << clusterBits);
      raw.read(table, at);
      tableAt = at;
    }
    int index = (int) (position >>> clusterBits) & ((1 << l2Bits) - 1);
    return table.getLong(index * Long.BYTES);
  }

  private ByteBuffer inflate(long entry) throws IOException {
    int offsetBits = 62 - (clusterBits - 8);
    long offset = entry & ((1L << offsetBits) - 1);
    long sectors = ((entry & (COMPRESSED - 1)) >>> offsetBits) + 1;
    long length = Math.min(sectors * SECTOR - (offset & (SECTOR - 1)), raw.size() - offset);
    check(length > 0, file, "a compressed cluster lies outside");
    ByteBuffer packed = ByteBuffer.allocate((int) length);
    raw.read(packed, offset);
    byte[] cluster = new byte[1 << clusterBits];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed.array());
      int n = 0;
      while (n < cluster.length && !inflater.finished() && !inflater.needsInput()) {
        n += inflater.inflate(cluster, n, cluster.length - n);
      }
      check(n == cluster.length, file, "a compressed cluster is too short");
      return ByteBuffer.wrap(cluster);
    } catch (DataFormatException e) {
      throw new IOException(file + ": a compressed cluster is damaged: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private static void check(boolean good, Path file, String otherwise) throws IOException {
    if (!good) {
      throw new IOException("disk " + file + " can't be read: " + otherwise);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      raw.close();
    } finally {
      if (backing.isPresent()) {
        backing.get().close();
      }
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
