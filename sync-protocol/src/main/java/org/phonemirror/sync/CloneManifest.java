package org.phonemirror.sync;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * All of a phone's user storage: names, and which chunks the files are made of.
 *
 * @param entries each directory before what is in it; the top itself is not among them
 */
public record CloneManifest(List<Entry> entries) {
  /**
   * Checks that every entry is in a directory that came before it, and none is there twice: so
   * nothing can be made outside of the top, or through a link.
   */
  public CloneManifest {
    Check.range("number of entries", entries.size(), 0, Limits.MAX_CLONE_ENTRIES);
    entries = List.copyOf(entries);
    Set<String> directories = new HashSet<>();
    Set<String> all = new HashSet<>();
    directories.add("");
    long chunks = 0;
    for (Entry entry : entries) {
      int slash = entry.path().lastIndexOf('/');
      String parent = slash < 0 ? "" : entry.path().substring(0, slash);
      if (!directories.contains(parent)) {
        throw new IllegalArgumentException("'" + parent + "' of the manifest is no directory");
      }
      if (!all.add(entry.path())) {
        throw new IllegalArgumentException("'" + entry.path() + "' is twice in the manifest");
      }
      if (entry.kind() == StorageTree.Kind.DIRECTORY) {
        directories.add(entry.path());
      }
      chunks += entry.chunks().size();
      Check.range("number of chunks", chunks, 0, Limits.MAX_CLONE_CHUNKS);
    }
  }

  /**
   * One entry.
   *
   * @param path from the top of user storage
   * @param kind directory, file or link
   * @param mode permissions; 0 for a link
   * @param modifiedMicros when it was modified, in microseconds since the epoch
   * @param target of a link; else empty
   * @param chunks of a file, in order
   */
  public record Entry(
      String path,
      StorageTree.Kind kind,
      int mode,
      long modifiedMicros,
      String target,
      List<Chunk> chunks) {
    public Entry {
      Check.path(path);
      boolean link = kind == StorageTree.Kind.LINK;
      if (path.isEmpty()
          || kind == StorageTree.Kind.OTHER
          || (kind != StorageTree.Kind.FILE && !chunks.isEmpty())
          || target.isEmpty() == link
          || target.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("'" + path + "' of the manifest can't be a " + kind);
      }
      Check.range("mode", mode, 0, Answer.MAX_MODE);
      Check.range("time", modifiedMicros, 0, Long.MAX_VALUE / 4);
      Check.text("target", target, Limits.MAX_PATH_BYTES);
      chunks = List.copyOf(chunks);
      long size = chunks.stream().mapToLong(Chunk::length).sum();
      Check.range("size of a file", size, 0, Limits.MAX_FILE_BYTES);
    }

    /** A file's length in bytes. */
    public long size() {
      return chunks.stream().mapToLong(Chunk::length).sum();
    }
  }

  /**
   * A chunk by its name.
   *
   * @param id SHA-256 of its content
   * @param length in bytes
   * @param proof that whoever wrote it has the content, and not just its name: the first bytes of
   *     an HMAC-SHA-256 of the content, with the server's nonce as its key
   */
  public record Chunk(byte[] id, int length, byte[] proof) {
    /** Length of a proof. */
    public static final int PROOF_BYTES = 8;

    public Chunk {
      Check.range("length of a chunk's id", id.length, 32, 32);
      Check.range("length of a chunk", length, 1, Limits.MAX_CLONE_CHUNK_BYTES);
      Check.range("length of a proof", proof.length, PROOF_BYTES, PROOF_BYTES);
      id = id.clone();
      proof = proof.clone();
    }

    /** Of a content. */
    public static Chunk of(byte[] content, byte[] nonce) {
      return new Chunk(id(content), content.length, proof(content, nonce));
    }

    /** A content's name. */
    public static byte[] id(byte[] content) {
      try {
        return MessageDigest.getInstance("SHA-256").digest(content);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    private static byte[] proof(byte[] content, byte[] nonce) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(nonce, "HmacSHA256"));
        return Arrays.copyOf(mac.doFinal(content), PROOF_BYTES);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
      }
    }

    /** Whether this was made of just this content, with this nonce. */
    public boolean proves(byte[] content, byte[] nonce) {
      return MessageDigest.isEqual(id, id(content))
          && MessageDigest.isEqual(proof, proof(content, nonce));
    }

    @Override
    public byte[] id() {
      return id.clone();
    }

    @Override
    public byte[] proof() {
      return proof.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Chunk that
          && Arrays.equals(id, that.id)
          && length == that.length
          && Arrays.equals(proof, that.proof);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(id);
    }

    @Override
    public String toString() {
      return "Chunk of " + length + " bytes";
    }
  }

  /** The chunks, each once, in the order of their first use; requests number them so. */
  public List<Chunk> distinct() {
    Map<ByteBuffer, Chunk> distinct = new HashMap<>();
    List<Chunk> ordered = new ArrayList<>();
    for (Entry entry : entries) {
      for (Chunk chunk : entry.chunks()) {
        if (distinct.putIfAbsent(ByteBuffer.wrap(chunk.id()), chunk) == null) {
          ordered.add(chunk);
        }
      }
    }
    return ordered;
  }

  /** Length of all files in bytes. */
  public long bytes() {
    return entries.stream().mapToLong(Entry::size).sum();
  }
}
