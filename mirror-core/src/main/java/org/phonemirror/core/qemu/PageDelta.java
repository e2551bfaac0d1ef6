package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The memory of a stopped guest as its difference from the template's.
 *
 * <p>A clone maps its template's RAM file privately: the pages that it has written, and only those,
 * are anonymous memory of the QEMU process. {@code /proc/PID/pagemap}
 * (Documentation/admin-guide/mm/ pagemap.rst) tells which they are, {@code /proc/PID/mem} reads
 * them and, when a mirror is restored, writes them. A saved mirror so costs a few megabytes instead
 * of all of its memory, and the pages that it has not written stay shared by all mirrors of the
 * model.
 *
 * <p>File: magic, number of pages (int), then for each its number (int, ascending), then for each
 * its 4096 bytes; big-endian.
 */
final class PageDelta {
  static final int PAGE = 4096;
  private static final int MAGIC = 0x504d5244; // "PMRD"
  private static final int HEADER = 8;
  private static final long PRESENT = 1L << 63;
  private static final long SWAPPED = 1L << 62;
  private static final long FILE_OR_SHARED = 1L << 61;
  private static final int BUFFER_PAGES = 256;

  private final long pid;
  private final List<Range> ranges;
  private final int pages;

  /** A part of the process's address space that maps RAM from the given page on. */
  private record Range(long address, int firstPage, int pages) {}

  private PageDelta(long pid, List<Range> ranges) {
    this.pid = pid;
    this.ranges = ranges;
    this.pages = ranges.stream().mapToInt(Range::pages).sum();
  }

  /**
   * Finds the guest's memory in a QEMU process.
   *
   * @param ram the template's memory, which the process maps whole
   */
  static PageDelta of(long pid, Path ram) throws IOException {
    String inode = Files.getAttribute(ram, "unix:ino").toString();
    String device = device((long) Files.getAttribute(ram, "unix:dev"));
    List<Range> ranges = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
      // 7f..-7f.. rw-p OFFSET DEV INODE PATH
      String[] fields = line.split("\\s+", 6);
      if (fields.length == 6
          && fields[3].equals(device)
          && fields[4].equals(inode)
          && fields[1].startsWith("rw-p")) {
        String[] ends = fields[0].split("-", 2);
        long from = Long.parseUnsignedLong(ends[0], 16);
        long to = Long.parseUnsignedLong(ends[1], 16);
        int first = Math.toIntExact(Long.parseLong(fields[2], 16) / PAGE);
        ranges.add(new Range(from, first, Math.toIntExact((to - from) / PAGE)));
      }
    }
    PageDelta delta = new PageDelta(pid, ranges);
    if ((long) delta.pages * PAGE != Files.size(ram)) {
      throw new IOException(
          "QEMU process " + pid + " does not map " + ram + " privately and whole");
    }
    return delta;
  }

  /** As in maps: major and minor number of what stat(2) gives as one (makedev(3)). */
  private static String device(long number) {
    long major = number >>> 8 & 0xfff | number >>> 32 & ~0xfffL;
    long minor = number & 0xff | number >>> 12 & 0xffffff00L;
    return String.format("%02x:%02x", major, minor);
  }

  /** Pages that the guest, or QEMU itself, has written. */
  private BitSet written() throws IOException {
    BitSet written = new BitSet(pages);
    try (FileChannel pagemap = FileChannel.open(Path.of("/proc/" + pid + "/pagemap"))) {
      for (Range range : ranges) {
        ByteBuffer entries = ByteBuffer.allocate(range.pages * Long.BYTES);
        entries.order(ByteOrder.nativeOrder());
        readFully(pagemap, entries, range.address / PAGE * Long.BYTES);
        for (int i = 0; i < range.pages; i++) {
          long entry = entries.getLong(i * Long.BYTES);
          boolean anonymous = (entry & PRESENT) != 0 && (entry & FILE_OR_SHARED) == 0;
          written.set(range.firstPage + i, anonymous || (entry & SWAPPED) != 0);
        }
      }
    }
    return written;
  }

  /**
   * Writes the difference to a new file.
   *
   * @return the number of pages in it
   */
  int save(Path file) throws IOException {
    BitSet written = written();
    int count = written.cardinality();
    try (FileChannel memory = FileChannel.open(memoryFile(), StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer head = ByteBuffer.allocate(HEADER + count * Integer.BYTES);
      head.putInt(MAGIC).putInt(count);
      written.stream().forEach(head::putInt);
      writeFully(out, head.flip());
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_PAGES * PAGE);
      for (int page = written.nextSetBit(0); page >= 0; page = written.nextSetBit(page)) {
        int end = Math.min(written.nextClearBit(page), page + buffer.capacity() / PAGE);
        end = Math.min(end, range(page).firstPage + range(page).pages);
        buffer.clear().limit((end - page) * PAGE);
        readFully(memory, buffer, address(page));
        writeFully(out, buffer.flip());
        page = end;
      }
      out.force(true);
    }
    return count;
  }

  /**
   * Makes a fresh clone's memory that of the template: the firmware's loader has written some of
   * it.
   *
   * @param ram the template's RAM file
   */
  void reset(Path ram) throws IOException {
    BitSet written = written();
    try (FileChannel memory = FileChannel.open(memoryFile(), StandardOpenOption.WRITE);
        FileChannel template = FileChannel.open(ram, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(PAGE);
      for (int page = written.nextSetBit(0); page >= 0; page = written.nextSetBit(page + 1)) {
        readFully(template, buffer.clear(), (long) page * PAGE);
        writeAt(memory, buffer.flip(), address(page));
      }
    }
  }

  /** Writes the pages of a file that {@link #save} made into the clone's memory. */
  void load(Path file) throws IOException {
    try (FileChannel memory = FileChannel.open(memoryFile(), StandardOpenOption.WRITE);
        FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = ByteBuffer.allocate(HEADER);
      readFully(in, head, 0);
      int magic = head.getInt(0);
      int count = head.getInt(Integer.BYTES);
      long expected = HEADER + (long) count * (Integer.BYTES + PAGE);
      if (magic != MAGIC || count < 0 || count > pages || in.size() != expected) {
        throw new IOException(file + " is damaged: not the saved memory of a mirror");
      }
      ByteBuffer numbers = ByteBuffer.allocate(count * Integer.BYTES);
      readFully(in, numbers, HEADER);
      numbers.flip();
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_PAGES * PAGE);
      long position = HEADER + (long) count * Integer.BYTES;
      for (int i = 0; i < count; ) {
        int page = numbers.getInt(i * Integer.BYTES);
        Range range = range(page);
        int n = 1;
        while (i + n < count
            && n < BUFFER_PAGES
            && page + n < range.firstPage + range.pages
            && numbers.getInt((i + n) * Integer.BYTES) == page + n) {
          n++;
        }
        buffer.clear().limit(n * PAGE);
        readFully(in, buffer, position);
        writeAt(memory, buffer.flip(), address(page));
        position += (long) n * PAGE;
        i += n;
      }
    }
  }

  private Path memoryFile() {
    return Path.of("/proc/" + pid + "/mem");
  }

  private long address(int page) throws IOException {
    Range range = range(page);
    return range.address + (long) (page - range.firstPage) * PAGE;
  }

  private Range range(int page) throws IOException {
    for (Range range : ranges) {
      if (page >= range.firstPage && page < range.firstPage + range.pages) {
        return range;
      }
    }
    throw new IOException("saved memory has a page " + page + " that the guest has not");
  }

  private static void readFully(FileChannel from, ByteBuffer to, long position) throws IOException {
    while (to.hasRemaining()) {
      int n = from.read(to, position);
      if (n <= 0) {
        throw new IOException("unexpected end at " + Long.toHexString(position));
      }
      position += n;
    }
  }

  private static void writeFully(FileChannel to, ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      to.write(from);
    }
  }

  private static void writeAt(FileChannel to, ByteBuffer from, long position) throws IOException {
    while (from.hasRemaining()) {
      position += to.write(from, position);
    }
  }
}
