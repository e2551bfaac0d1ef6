package org.phonemirror.core.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The journal of an ext4 file system that was mounted when its machine was stopped, or lost its
 * power (Documentation/filesystems/ext4/journal.rst). What is committed there and not yet in its
 * place is shown as if it were: the recovery that the next mount would make, in memory, so that
 * nothing has to be written, or copied to be written.
 *
 * <p>Checksums are not looked at: a commit is written only after what it commits, unless the mount
 * option {@code journal_async_commit} is on, which is refused.
 */
final class Ext4Journal {
  private static final int MAGIC = 0xc03b3998;
  private static final int DESCRIPTOR = 1;
  private static final int COMMIT = 2;
  private static final int REVOKE = 5;
  private static final int HEADER = 12;

  private static final int FEATURE_64BIT = 0x2;
  private static final int FEATURE_CSUM_V2 = 0x8;
  private static final int FEATURE_CSUM_V3 = 0x10;

  /** With revocations. Without asynchronous commits and fast ones. */
  private static final int FEATURES_KNOWN = 0x1 | FEATURE_64BIT | FEATURE_CSUM_V2 | FEATURE_CSUM_V3;

  private static final int FLAG_ESCAPED = 1;
  private static final int FLAG_SAME_UUID = 2;
  private static final int FLAG_LAST = 8;
  private static final int UUID = 16;
  private static final int MAX_REVOKED = 1 << 20;

  private final Disk disk;
  private final int blockSize;

  /** Places of the journal's blocks in the file system. */
  private final long[] blocks;

  private int first;
  private int end;
  private int features;

  /** What the journal has of the file system's blocks: the newest. */
  private final Map<Long, Copy> copies = new HashMap<>();

  private record Copy(long block, boolean escaped) {}

  /** A transaction's blocks, in order, and what it says is not to be recovered. */
  private record Transaction(int sequence, List<Long> targets, List<Copy> copies) {}

  private Ext4Journal(Disk disk, int blockSize, long[] blocks) {
    this.disk = disk;
    this.blockSize = blockSize;
    this.blocks = blocks;
  }

  /**
   * A file system as it is after recovery; closing it closes the disk.
   *
   * @param blocks places of the journal's blocks, in order
   */
  static Disk recovered(Disk disk, int blockSize, long[] blocks) throws IOException {
    Ext4Journal journal = new Ext4Journal(disk, blockSize, blocks);
    journal.scan();
    return journal.copies.isEmpty() ? disk : new Recovered(disk, blockSize, journal.copies);
  }

  private void scan() throws IOException {
    check(blocks.length > 0, "there is none");
    ByteBuffer superblock = block(0);
    int kind = superblock.getInt(4);
    check(superblock.getInt(0) == MAGIC && (kind == 3 || kind == 4), "its superblock is damaged");
    check(superblock.getInt(12) == blockSize, "its blocks have another size");
    end = superblock.getInt(16);
    first = superblock.getInt(20);
    int start = superblock.getInt(28);
    features = kind == 4 ? superblock.getInt(40) : 0;
    check(
        (features & ~FEATURES_KNOWN) == 0,
        "it has unknown features: 0x" + Integer.toHexString(features));
    check(first > 0 && first < end && end <= blocks.length, "its superblock is damaged");
    if (start == 0) {
      return; // nothing is waiting
    }
    check(start >= first && start < end, "its start lies outside");
    replay(start, superblock.getInt(24));
  }

  private void replay(int start, int firstSequence) throws IOException {
    List<Transaction> transactions = new ArrayList<>();
    Map<Long, Integer> revoked = new HashMap<>();
    Map<Long, Integer> revoking = new HashMap<>();
    Transaction open = new Transaction(firstSequence, new ArrayList<>(), new ArrayList<>());
    int at = start;
    // a log is read once around at most
    for (int left = end - first; left > 0; ) {
      ByteBuffer block = block(at);
      if (block.getInt(0) != MAGIC || block.getInt(8) != open.sequence) {
        break; // the end of what was written; what has no commit does not count
      }
      at = next(at);
      left--;
      switch (block.getInt(4)) {
        case DESCRIPTOR -> {
          int before = open.copies.size();
          at = tags(block, at, open);
          left -= open.copies.size() - before;
        }
        case REVOKE -> revocations(block, open.sequence, revoking);
        case COMMIT -> {
          transactions.add(open);
          revoking.forEach((target, sequence) -> revoked.merge(target, sequence, Math::max));
          revoking.clear();
          open = new Transaction(open.sequence + 1, new ArrayList<>(), new ArrayList<>());
        }
        default -> left = 0;
      }
    }
    for (Transaction transaction : transactions) {
      for (int i = 0; i < transaction.targets.size(); i++) {
        long target = transaction.targets.get(i);
        Integer until = revoked.get(target);
        if (until == null || until - transaction.sequence < 0) {
          copies.put(target, transaction.copies.get(i));
        }
      }
    }
  }

  /** Reads a descriptor's tags, one for each block that follows; returns what comes after those. */
  private int tags(ByteBuffer block, int from, Transaction open) throws IOException {
    boolean v3 = (features & FEATURE_CSUM_V3) != 0;
    boolean wide = (features & FEATURE_64BIT) != 0;
    boolean v2 = (features & FEATURE_CSUM_V2) != 0;
    int length = v3 ? 16 : 8 + (v2 ? 2 : 0) + (wide ? 4 : 0);
    int room = blockSize - (v2 || v3 ? 4 : 0);
    int at = from;
    for (int tag = HEADER; tag + length <= room; ) {
      int flags = v3 ? block.getInt(tag + 4) : block.getShort(tag + 6);
      long high = wide ? block.getInt(tag + 8) & 0xffff_ffffL : 0;
      open.targets.add((block.getInt(tag) & 0xffff_ffffL) | (high << 32));
      open.copies.add(new Copy(blocks[at], (flags & FLAG_ESCAPED) != 0));
      check(open.copies.size() <= end - first, "a transaction is longer than the journal");
      at = next(at);
      tag += length + ((flags & FLAG_SAME_UUID) == 0 ? UUID : 0);
      if ((flags & FLAG_LAST) != 0) {
        break;
      }
    }
    return at;
  }

  private void revocations(ByteBuffer block, int sequence, Map<Long, Integer> revoked)
      throws IOException {
    int length = (features & FEATURE_64BIT) != 0 ? 8 : 4;
    check(revoked.size() < MAX_REVOKED, "it has too many revocations");
    int used = block.getInt(HEADER);
    check(used >= HEADER + 4 && used <= blockSize, "a revocation is damaged");
    for (int at = HEADER + 4; at + length <= used; at += length) {
      revoked.put(length == 8 ? block.getLong(at) : block.getInt(at) & 0xffff_ffffL, sequence);
    }
  }

  private int next(int at) {
    return at + 1 < end ? at + 1 : first;
  }

  private ByteBuffer block(int number) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(blockSize);
    disk.read(block, blocks[number] * blockSize);
    return block;
  }

  private void check(boolean good, String otherwise) throws IOException {
    if (!good) {
      throw new IOException("the journal of " + disk + " can't be read: " + otherwise);
    }
  }

  /** The disk with the newest copies in their places. */
  private record Recovered(Disk disk, int blockSize, Map<Long, Copy> copies) implements Disk {
    @Override
    public long size() {
      return disk.size();
    }

    @Override
    public void read(ByteBuffer to, long position) throws IOException {
      long at = position;
      int end = to.limit();
      while (to.position() < end) {
        Copy copy = copies.get(at / blockSize);
        int within = (int) (at % blockSize);
        int length = Math.min(end - to.position(), blockSize - within);
        while (copy == null
            && length < end - to.position()
            && !copies.containsKey((at + length) / blockSize)) {
          length = Math.min(end - to.position(), length + blockSize);
        }
        to.limit(to.position() + length);
        if (copy == null) {
          disk.read(to, at);
        } else {
          to.put(content(copy).position(within).limit(within + length));
        }
        to.limit(end);
        at += length;
      }
    }

    private ByteBuffer content(Copy copy) throws IOException {
      ByteBuffer block = ByteBuffer.allocate(blockSize);
      disk.read(block, copy.block * blockSize);
      if (copy.escaped) {
        block.putInt(0, MAGIC); // a block that begins like one of the journal's
      }
      return block.clear();
    }

    @Override
    public void close() throws IOException {
      disk.close();
    }

    @Override
    public String toString() {
      return disk.toString();
    }
  }
}
