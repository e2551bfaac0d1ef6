package org.phonemirror.core.repair;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.phonemirror.sync.StorageTree;

/** Reads files of a view of the mirror's user storage. */
record MirrorFiles(Path top, StorageTree tree) {
  /** Bytes of a regular file, as many as there are up to the length; none if there is no file. */
  byte[] read(String path, long offset, int length) throws IOException {
    if (tree.find(path).filter(node -> node.kind() == StorageTree.Kind.FILE).isEmpty()) {
      return new byte[0];
    }
    try (SeekableByteChannel in =
        Files.newByteChannel(
            top.resolve(path), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long there = Math.max(0, Math.min(length, in.size() - offset));
      ByteBuffer buffer = ByteBuffer.allocate((int) there);
      in.position(offset);
      while (buffer.hasRemaining()) {
        if (in.read(buffer) < 0) {
          throw new IOException(path + " ends early");
        }
      }
      return buffer.array();
    }
  }

  /** The length of a regular file; 0 if there is none. */
  long size(String path) {
    return tree.find(path).map(StorageTree::size).orElse(0L);
  }

  static byte[] sha256(byte[] data, int length) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(data), length);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
