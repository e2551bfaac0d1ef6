package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The pages of a template's system image, found by their content: a third of what a session writes
 * to memory is the guest's page cache of that image.
 *
 * <p>The index is made when it is first asked, and takes 8 bytes for each page of the image.
 */
final class SystemPages {
  private static final int PAGE = PageDelta.PAGE;
  private static final int READ_PAGES = 256;

  private final Path image;
  private long[] index = {};

  SystemPages(Path image) {
    this.image = image;
  }

  /** A reader of the image; one thread may use it. */
  Reader open() throws IOException {
    return new Reader(index(), FileChannel.open(image, StandardOpenOption.READ));
  }

  /** Checksums in the upper half, in order, and page numbers in the lower. */
  private synchronized long[] index() throws IOException {
    if (index.length == 0) {
      try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
        index = indexOf(channel);
      }
    }
    return index;
  }

  private static long[] indexOf(FileChannel channel) throws IOException {
    int pages = Math.toIntExact(channel.size() / PAGE);
    long[] entries = new long[pages];
    byte[] buffer = new byte[READ_PAGES * PAGE];
    for (int page = 0; page < pages; ) {
      int count = Math.min(READ_PAGES, pages - page);
      Channels.readFully(channel, ByteBuffer.wrap(buffer, 0, count * PAGE), (long) page * PAGE);
      for (int i = 0; i < count; i++) {
        entries[page + i] = key(buffer, i * PAGE) | (page + i);
      }
      page += count;
    }
    Arrays.sort(entries);
    return entries;
  }

  private static long key(byte[] bytes, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, PAGE);
    return crc.getValue() << 32;
  }

  /** Finds pages, and reads them again. */
  static final class Reader implements AutoCloseable {
    private final long[] index;
    private final FileChannel channel;
    private final byte[] candidate = new byte[PAGE];

    private Reader(long[] index, FileChannel channel) {
      this.index = index;
      this.channel = channel;
    }

    /** The number of a page with this content; -1 if there is none. */
    int find(byte[] page) throws IOException {
      long key = key(page, 0);
      int at = Arrays.binarySearch(index, key);
      int place = at < 0 ? -at - 1 : at;
      // of several with one checksum the first is looked at: nearly always they are equal
      if (place < index.length && (index[place] & 0xffff_ffff_0000_0000L) == key) {
        int number = (int) index[place];
        read(number, candidate);
        return Arrays.equals(candidate, page) ? number : -1;
      }
      return -1;
    }

    void read(int number, byte[] page) throws IOException {
      if (number < 0 || number >= index.length) {
        throw new IOException("the system image has no page " + number);
      }
      Channels.readFully(channel, ByteBuffer.wrap(page), (long) number * PAGE);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
