package org.phonemirror.core.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A disk, or a part of one, that is read while nobody changes it. */
public interface Disk extends Closeable {
  /** Its length in bytes. */
  long size();

  /**
   * Fills a buffer from a place on.
   *
   * @throws IOException if the disk ends before, or can't be read
   */
  void read(ByteBuffer to, long position) throws IOException;

  @Override
  void close() throws IOException;

  /** A disk that is a file, byte for byte. */
  static Disk raw(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    long size;
    try {
      size = channel.size();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    return new Disk() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public void read(ByteBuffer to, long position) throws IOException {
        long at = position;
        while (to.hasRemaining()) {
          int n = channel.read(to, at);
          if (n <= 0) {
            throw new IOException(file + " ends at " + at);
          }
          at += n;
        }
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }

      @Override
      public String toString() {
        return file.toString();
      }
    };
  }

  /**
   * A stretch of this disk; closing it closes all of the disk.
   *
   * @throws IOException if it lies outside
   */
  default Disk slice(long begin, long length) throws IOException {
    Disk whole = this;
    if (begin < 0 || length < 0 || length > whole.size() || begin > whole.size() - length) {
      throw new IOException(
          "the part of " + whole + " from " + begin + " with " + length + " bytes lies outside");
    }
    return new Disk() {
      @Override
      public long size() {
        return length;
      }

      @Override
      public void read(ByteBuffer to, long position) throws IOException {
        if (position < 0 || position > length - to.remaining()) {
          throw new IOException("the part of " + whole + " at " + begin + " ends at " + length);
        }
        whole.read(to, begin + position);
      }

      @Override
      public void close() throws IOException {
        whole.close();
      }

      @Override
      public String toString() {
        return whole + " from " + begin;
      }
    };
  }
}
