package org.phonemirror.core.qemu;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Compressed files (RFC 1950), quickly: a mirror is saved more often than its state is big. What is
 * asked of a file's checksum is asked elsewhere.
 */
final class Packing {
  private static final int BUFFER = 32 * 1024;

  private Packing() {}

  /** Writes a new file. */
  static DataOutputStream create(Path file) throws IOException {
    OutputStream out =
        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    return new DataOutputStream(
        new BufferedOutputStream(
            new DeflaterOutputStream(out, deflater, BUFFER) {
              @Override
              public void close() throws IOException {
                try {
                  super.close();
                } finally {
                  deflater.end();
                }
              }
            },
            BUFFER));
  }

  /** Reads a file. */
  static DataInputStream open(Path file) throws IOException {
    Inflater inflater = new Inflater();
    return new DataInputStream(
        new BufferedInputStream(
            new InflaterInputStream(Files.newInputStream(file), inflater, BUFFER) {
              @Override
              public void close() throws IOException {
                try {
                  super.close();
                } finally {
                  inflater.end();
                }
              }
            },
            BUFFER));
  }

  /** Compresses a whole file into a new one. */
  static void pack(Path from, Path to) throws IOException {
    try (OutputStream out = create(to)) {
      Files.copy(from, out);
    }
  }

  /** The other way round. */
  static void unpack(Path from, Path to) throws IOException {
    try (InputStream in = open(from);
        OutputStream out =
            Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      in.transferTo(out);
    }
  }
}
