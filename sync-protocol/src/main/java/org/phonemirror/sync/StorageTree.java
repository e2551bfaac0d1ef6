package org.phonemirror.sync;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An entry of user storage as a scan saw it, with all that is below it.
 *
 * @param kind what it is
 * @param size of a file, in bytes; else 0
 * @param hash that the digest of its directory is made of: of a file's content, a link's target, a
 *     directory's entries
 * @param children of a directory, by name; unsettled ones left out
 */
public record StorageTree(
    Kind kind, long size, byte[] hash, SortedMap<String, StorageTree> children) {
  /** How many of a hash's bytes tell one content from another. */
  public static final int SHORT_HASH_BYTES = 8;

  public StorageTree {
    hash = hash.clone();
    children = Collections.unmodifiableSortedMap(new TreeMap<>(children));
  }

  /** What an entry is. */
  public enum Kind {
    DIRECTORY('d'),
    FILE('f'),
    LINK('l'),
    /** Sockets, pipes, devices: without content. */
    OTHER('o');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /** Its letter in hashes. */
    char letter() {
      return letter;
    }
  }

  /** A directory with nothing in it. */
  public static StorageTree empty() {
    return new StorageTree(Kind.DIRECTORY, 0, new byte[0], Collections.emptySortedMap());
  }

  @Override
  public byte[] hash() {
    return hash.clone();
  }

  /** The first bytes of the hash. */
  public byte[] shortHash() {
    return java.util.Arrays.copyOf(hash, SHORT_HASH_BYTES);
  }

  /**
   * What is at a path below.
   *
   * @param path relative; empty for this entry itself
   */
  public Optional<StorageTree> find(String path) {
    StorageTree at = this;
    if (!path.isEmpty()) {
      for (String name : path.split("/", -1)) {
        at = at.children.get(name);
        if (at == null) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(at);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StorageTree that
        && kind == that.kind
        && size == that.size
        && java.util.Arrays.equals(hash, that.hash)
        && children.equals(that.children);
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return kind + " of " + size + " bytes with " + children.size() + " entries";
  }
}
