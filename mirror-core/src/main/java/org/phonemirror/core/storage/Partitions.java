package org.phonemirror.core.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Finds a disk's partitions, by an MBR with primary ones, or by a GPT (UEFI 2.10, 5.3). */
public final class Partitions {
  private static final int SECTOR = 512;
  private static final int MBR_TABLE = 446;
  private static final int MBR_ENTRY = 16;
  private static final int MBR_COUNT = 4;
  private static final int MBR_SIGNATURE = 0xaa55;
  private static final int PROTECTIVE = 0xee;
  private static final int GPT_MAX_COUNT = 1024;
  private static final int GPT_MAX_ENTRY = 4096;

  private Partitions() {}

  /**
   * One partition of a disk; closing it closes the disk.
   *
   * @param number from 1 on, as Linux counts them; 0: all of the disk, which has no partitions
   * @throws IOException if there is no such partition
   */
  public static Disk open(Disk disk, int number) throws IOException {
    if (number == 0) {
      return disk;
    }
    ByteBuffer mbr = read(disk, 0, SECTOR);
    if ((mbr.getShort(SECTOR - 2) & 0xffff) != MBR_SIGNATURE) {
      throw new IOException("disk " + disk + " has no partition table");
    }
    if ((mbr.get(MBR_TABLE + 4) & 0xff) == PROTECTIVE) {
      return gpt(disk, number);
    }
    int at = MBR_TABLE + (number - 1) * MBR_ENTRY;
    if (number < 0 || number > MBR_COUNT || mbr.get(at + 4) == 0) {
      throw new IOException("disk " + disk + " has no primary partition " + number);
    }
    long begin = mbr.getInt(at + 8) & 0xffff_ffffL;
    long length = mbr.getInt(at + 12) & 0xffff_ffffL;
    return disk.slice(begin * SECTOR, length * SECTOR);
  }

  private static Disk gpt(Disk disk, int number) throws IOException {
    ByteBuffer header = read(disk, SECTOR, SECTOR);
    byte[] signature = new byte[8];
    header.get(0, signature);
    long table = header.getLong(72);
    int count = header.getInt(80);
    int entryBytes = header.getInt(84);
    if (!new String(signature, StandardCharsets.US_ASCII).equals("EFI PART")
        || table < 2
        || table > disk.size() / SECTOR
        || count < 0
        || count > GPT_MAX_COUNT
        || entryBytes < 128
        || entryBytes > GPT_MAX_ENTRY) {
      throw new IOException("disk " + disk + " has a damaged GPT");
    }
    if (number < 0 || number > count) {
      throw new IOException("disk " + disk + " has no partition " + number);
    }
    ByteBuffer entry = read(disk, table * SECTOR + (number - 1L) * entryBytes, entryBytes);
    long begin = entry.getLong(32);
    long last = entry.getLong(40);
    if ((entry.getLong(0) | entry.getLong(8)) == 0) {
      throw new IOException("disk " + disk + " has no partition " + number);
    }
    long sectors = disk.size() / SECTOR;
    if (begin < 0 || last < begin || last >= sectors) {
      throw new IOException("disk " + disk + " has a partition " + number + " outside of it");
    }
    return disk.slice(begin * SECTOR, (last - begin + 1) * SECTOR);
  }

  private static ByteBuffer read(Disk disk, long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    disk.read(buffer, position);
    return buffer;
  }
}
