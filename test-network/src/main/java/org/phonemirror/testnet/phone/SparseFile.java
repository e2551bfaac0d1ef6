package org.phonemirror.testnet.phone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Copies disk images, most of which is empty. */
public final class SparseFile {
  private static final int BLOCK = 64 * 1024;

  private SparseFile() {}

  /** Copies a file; blocks of zeros become holes. An existing file is replaced. */
  public static void copy(Path from, Path to) throws IOException {
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(
                to,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK);
      ByteBuffer zeros = ByteBuffer.allocate(BLOCK);
      long size = in.size();
      for (long position = 0; position < size; ) {
        block.clear();
        int n = in.read(block, position);
        if (n < 0) {
          throw new IOException(from + " has become shorter while it was copied");
        }
        block.flip();
        boolean last = position + n == size;
        if (last || !block.equals(zeros.duplicate().limit(n))) {
          for (long at = position; block.hasRemaining(); ) {
            at += out.write(block, at);
          }
        }
        position += n;
      }
    }
  }
}
