package org.phonemirror.core.qemu;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
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
 * <p>Of these pages a third is the guest's page cache of the system image, and most others differ
 * from the template's in few words: that is what the file says of them. By RFC 1950: magic, then
 * for each page that differs its number (int, ascending), a letter, and by that
 *
 * <pre>
 * s number (int)   it is this page of the system image
 * x words          it is these, exclusive-or the template's
 * p words          it is these
 * </pre>
 *
 * where words of 8 bytes are those that are not zero, behind a mask of 64 bytes that tells which;
 * and a last number of -1; big-endian.
 */
final class PageDelta {
  static final int PAGE = 4096;
  private static final int MAGIC = 0x504d5232; // "PMR2"
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final byte[] ZERO = new byte[PAGE];
  private static final long PRESENT = 1L << 63;
  private static final long SWAPPED = 1L << 62;
  private static final long FILE_OR_SHARED = 1L << 61;
  private static final int MASK = PAGE / Long.BYTES / Byte.SIZE;
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
    long major = ((number >>> 8) & 0xfff) | ((number >>> 32) & ~0xfffL);
    long minor = (number & 0xff) | ((number >>> 12) & 0xffffff00L);
    return String.format("%02x:%02x", major, minor);
  }

  /** Pages that the guest, or QEMU itself, has written. */
  private BitSet written() throws IOException {
    BitSet written = new BitSet(pages);
    try (FileChannel pagemap = FileChannel.open(Path.of("/proc/" + pid + "/pagemap"))) {
      for (Range range : ranges) {
        ByteBuffer entries = ByteBuffer.allocate(range.pages * Long.BYTES);
        entries.order(ByteOrder.nativeOrder());
        Channels.readFully(pagemap, entries, range.address / PAGE * Long.BYTES);
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
  int save(Path file, Template template) throws IOException {
    BitSet written = written();
    byte[] pages = new byte[BUFFER_PAGES * PAGE];
    byte[] before = new byte[BUFFER_PAGES * PAGE];
    int count = 0;
    try (FileChannel memory = FileChannel.open(memoryFile(), StandardOpenOption.READ);
        FileChannel ram = FileChannel.open(template.ram(), StandardOpenOption.READ);
        SystemPages.Reader system = template.systemPages().open();
        DataOutputStream out = Packing.create(file)) {
      out.writeInt(MAGIC);
      for (int page = written.nextSetBit(0); page >= 0; page = written.nextSetBit(page)) {
        Range range = range(page);
        int end = Math.min(written.nextClearBit(page), page + BUFFER_PAGES);
        end = Math.min(end, range.firstPage + range.pages);
        int bytes = (end - page) * PAGE;
        Channels.readFully(memory, ByteBuffer.wrap(pages, 0, bytes), address(page));
        Channels.readFully(ram, ByteBuffer.wrap(before, 0, bytes), (long) page * PAGE);
        for (int at = 0; at < bytes; at += PAGE) {
          if (!Arrays.equals(pages, at, at + PAGE, before, at, at + PAGE)) {
            out.writeInt(page + at / PAGE);
            describe(
                out,
                Arrays.copyOfRange(pages, at, at + PAGE),
                Arrays.copyOfRange(before, at, at + PAGE),
                system);
            count++;
          }
        }
        page = end;
      }
      out.writeInt(-1);
    }
    return count;
  }

  private static void describe(
      DataOutputStream out, byte[] page, byte[] before, SystemPages.Reader system)
      throws IOException {
    boolean blank = Arrays.equals(page, ZERO);
    int number = blank ? -1 : system.find(page);
    if (number >= 0) {
      out.writeByte('s');
      out.writeInt(number);
    } else if (!blank && equalWords(page, before) > equalWords(page, ZERO)) {
      xor(page, before);
      out.writeByte('x');
      writeWords(out, page);
    } else {
      out.writeByte('p');
      writeWords(out, page);
    }
  }

  private static void writeWords(DataOutputStream out, byte[] page) throws IOException {
    byte[] words = new byte[MASK + PAGE];
    int end = MASK;
    for (int i = 0; i < PAGE / Long.BYTES; i++) {
      long word = (long) WORD.get(page, i * Long.BYTES);
      if (word != 0) {
        words[i / Byte.SIZE] |= (byte) (1 << i % Byte.SIZE);
        WORD.set(words, end, word);
        end += Long.BYTES;
      }
    }
    out.write(words, 0, end);
  }

  private static void readWords(DataInputStream in, byte[] page) throws IOException {
    byte[] mask = new byte[MASK];
    in.readFully(mask);
    Arrays.fill(page, (byte) 0);
    for (int i = 0; i < PAGE / Long.BYTES; i++) {
      if ((mask[i / Byte.SIZE] & 1 << i % Byte.SIZE) != 0) {
        in.readFully(page, i * Long.BYTES, Long.BYTES);
      }
    }
  }

  private static int equalWords(byte[] one, byte[] other) {
    int equal = 0;
    for (int at = 0; at < PAGE; at += Long.BYTES) {
      equal += (long) WORD.get(one, at) == (long) WORD.get(other, at) ? 1 : 0;
    }
    return equal;
  }

  private static void xor(byte[] page, byte[] with) {
    for (int at = 0; at < PAGE; at += Long.BYTES) {
      WORD.set(page, at, (long) WORD.get(page, at) ^ (long) WORD.get(with, at));
    }
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
        Channels.readFully(template, buffer.clear(), (long) page * PAGE);
        Channels.writeFully(memory, buffer.flip(), address(page));
      }
    }
  }

  /**
   * Writes the pages of a file that {@link #save} made into a clone's memory, which is that of the
   * template.
   */
  void load(Path file, Template template) throws IOException {
    byte[] page = new byte[PAGE];
    byte[] before = new byte[PAGE];
    try (FileChannel memory = FileChannel.open(memoryFile(), StandardOpenOption.WRITE);
        FileChannel ram = FileChannel.open(template.ram(), StandardOpenOption.READ);
        SystemPages.Reader system = template.systemPages().open();
        DataInputStream in = Packing.open(file)) {
      if (in.readInt() != MAGIC) {
        throw new IOException(file + " is damaged: not the saved memory of a mirror");
      }
      for (int number = in.readInt(); number != -1; number = in.readInt()) {
        long address = address(number);
        byte kind = in.readByte();
        switch (kind) {
          case 's' -> system.read(in.readInt(), page);
          case 'p' -> readWords(in, page);
          case 'x' -> {
            readWords(in, page);
            Channels.readFully(ram, ByteBuffer.wrap(before), (long) number * PAGE);
            xor(page, before);
          }
          default -> throw new IOException(file + " is damaged: a page of kind " + kind);
        }
        Channels.writeFully(memory, ByteBuffer.wrap(page), address);
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
}
