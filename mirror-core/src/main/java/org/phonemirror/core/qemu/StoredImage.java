package org.phonemirror.core.qemu;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.phonemirror.core.storage.BlocksInUse;

/**
 * User storage in a checkpoint: what its file system has in use and is not zero. It needs nothing
 * of the template, so that storage outlives that: the factory's own 64 MB are some 2 KB here.
 *
 * <p>File: magic, the image's length (long), then pieces: offset (long), length (int), packed
 * length (int), so many bytes by RFC 1950, or as they are if the lengths are equal; a last offset
 * of -1; big-endian. What the user keeps is mostly compressed by itself (photos, music): a piece
 * whose start does not shrink is left as it is.
 */
public final class StoredImage {
  private static final int MAGIC = 0x504d5349; // "PMSI"
  private static final int BLOCK = 4096;
  private static final int PIECE = 16 * BLOCK;
  private static final int BUFFER = 64 * 1024;

  private StoredImage() {}

  /** Writes an image into a new file. */
  static void write(Path image, Path file) throws IOException {
    Writer writer = new Writer();
    try (FileChannel from = FileChannel.open(image, StandardOpenOption.READ);
        DataOutputStream out =
            new DataOutputStream(
                new BufferedOutputStream(
                    Files.newOutputStream(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    BUFFER))) {
      out.writeInt(MAGIC);
      out.writeLong(from.size());
      for (BlocksInUse.Range range : BlocksInUse.of(image)) {
        for (long at = range.start(); at < range.end(); at += PIECE) {
          int length = (int) Math.min(PIECE, range.end() - at);
          Channels.readFully(from, ByteBuffer.wrap(writer.piece, 0, length), at);
          writer.write(out, at, length);
        }
      }
      out.writeLong(-1);
    } finally {
      writer.deflater.end();
    }
  }

  private static final class Writer {
    private final byte[] piece = new byte[PIECE];
    private final byte[] packed = new byte[PIECE];
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);

    /** Writes what is not zero of a piece. */
    void write(DataOutputStream out, long position, int length) throws IOException {
      int start = 0;
      while (start < length) {
        if (isZero(start, Math.min(length, start + BLOCK))) {
          start += BLOCK;
          continue;
        }
        int end = start + BLOCK;
        while (end < length && !isZero(end, Math.min(length, end + BLOCK))) {
          end += BLOCK;
        }
        end = Math.min(end, length);
        part(out, position, start, end);
        start = end;
      }
    }

    private boolean isZero(int start, int end) {
      for (int i = start; i < end; i++) {
        if (piece[i] != 0) {
          return false;
        }
      }
      return true;
    }

    private void part(DataOutputStream out, long position, int start, int end) throws IOException {
      int length = end - start;
      int probe = Math.min(BLOCK, length);
      int size = pack(start, probe);
      if (size >= probe) {
        size = length;
      } else if (length > probe) {
        size = pack(start, length);
      }
      out.writeLong(position + start);
      out.writeInt(length);
      out.writeInt(size);
      if (size < length) {
        out.write(packed, 0, size);
      } else {
        out.write(piece, start, length);
      }
    }

    /** Its length when packed; no shorter than before if it does not shrink. */
    private int pack(int start, int length) {
      deflater.reset();
      deflater.setInput(piece, start, length);
      deflater.finish();
      int size = deflater.deflate(packed, 0, length);
      return deflater.finished() ? size : length;
    }
  }

  /**
   * Makes a new image of a checkpoint's file.
   *
   * @throws IOException if that is damaged, or the image is there already
   */
  public static void read(Path file, Path image) throws IOException {
    Inflater inflater = new Inflater();
    try (DataInputStream in =
            new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
        FileChannel to =
            FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      check(file, in.readInt() == MAGIC);
      long size = in.readLong();
      check(file, size > 0);
      byte[] piece = new byte[PIECE];
      byte[] packed = new byte[PIECE];
      for (long at = in.readLong(); at != -1; at = in.readLong()) {
        int length = in.readInt();
        int packedLength = in.readInt();
        check(file, at >= 0 && length > 0 && length <= PIECE && at <= size - length);
        check(file, packedLength > 0 && packedLength <= length);
        if (packedLength == length) {
          in.readFully(piece, 0, length);
        } else {
          in.readFully(packed, 0, packedLength);
          inflater.reset();
          inflater.setInput(packed, 0, packedLength);
          check(file, inflater.inflate(piece, 0, length) == length);
        }
        Channels.writeFully(to, ByteBuffer.wrap(piece, 0, length), at);
      }
      if (to.size() < size) {
        // the rest is a hole: one byte makes its length
        Channels.writeFully(to, ByteBuffer.allocate(1), size - 1);
      }
    } catch (DataFormatException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private static void check(Path file, boolean good) throws IOException {
    if (!good) {
      throw new IOException(file + " is damaged: not the saved storage of a mirror");
    }
  }
}
