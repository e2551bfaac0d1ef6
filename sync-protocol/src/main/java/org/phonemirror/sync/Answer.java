package org.phonemirror.sync;

import java.util.Arrays;
import java.util.List;
import org.phonemirror.sync.delta.Delta;

/** The phone's answer to an {@link Ask}, as of the end of the interval whose batch carries it. */
public sealed interface Answer permits Answer.Differences, Answer.Content, Answer.None {
  /** Path below the top of user storage, as in the ask. */
  String path();

  /**
   * What is different below a directory.
   *
   * @param path of the directory asked for
   * @param salt of the ask's set
   * @param directories that and directories below it that differ, each after its parent. One that
   *     differs and is not here was too much for the message
   */
  record Differences(String path, int salt, List<Directory> directories) implements Answer {
    public Differences {
      Check.path(path);
      Check.range("salt", salt, 0, EntrySet.MAX_SALT);
      directories = List.copyOf(directories);
      long entries = directories.size();
      for (Directory directory : directories) {
        entries += directory.others().size() + directory.same().size();
      }
      Check.range("number of entries", entries, 0, Limits.MAX_TOLD_ENTRIES);
    }
  }

  /**
   * A directory in which something is different.
   *
   * @param path of it, from the top of user storage
   * @param complete whether all of its entries are told of; else some of {@code others} were too
   *     much for the message
   * @param others entries that the other side does not have so
   * @param same {@linkplain EntrySet#nameHash hashes} of the names of all the others, sorted: what
   *     is neither here nor there is not in the directory
   */
  record Directory(String path, boolean complete, List<Entry> others, List<Integer> same) {
    public Directory {
      Check.path(path);
      others = List.copyOf(others);
      same = List.copyOf(same);
      int before = 0;
      for (int hash : same) {
        Check.range("name's hash", hash, before, 0xffff);
        before = hash;
      }
    }
  }

  /**
   * An entry of a directory.
   *
   * @param name in its directory
   * @param kind what it is
   * @param mode permissions (the lower 12 bits of {@code st_mode}); 0 for a link
   * @param size of a file; else 0
   * @param hash the first bytes of its {@link StorageTree#hash}; none for what has no content
   * @param target of a link; else empty
   */
  record Entry(
      String name, StorageTree.Kind kind, int mode, long size, byte[] hash, String target) {
    public Entry {
      Check.name(name);
      Check.range("mode", mode, 0, MAX_MODE);
      Check.range("size", size, 0, Long.MAX_VALUE / 4);
      boolean hashed = kind == StorageTree.Kind.FILE || kind == StorageTree.Kind.DIRECTORY;
      int length = hashed ? StorageTree.SHORT_HASH_BYTES : 0;
      Check.range("length of the hash", hash.length, length, length);
      Check.text("target", target, Limits.MAX_PATH_BYTES);
      if (kind == StorageTree.Kind.LINK && (target.isEmpty() || target.indexOf('\0') >= 0)) {
        throw new IllegalArgumentException("target of '" + name + "' is none");
      }
      hash = hash.clone();
    }

    @Override
    public byte[] hash() {
      return hash.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Entry that
          && name.equals(that.name)
          && kind == that.kind
          && mode == that.mode
          && size == that.size
          && Arrays.equals(hash, that.hash)
          && target.equals(that.target);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  /** Permissions, set-user-id, set-group-id and sticky bit. */
  int MAX_MODE = 07777;

  /** Length of the hash of a whole file: SHA-256, cut to 128 bits. */
  int HASH_BYTES = 16;

  /** Length of the hash of a stretch that is not a whole file. */
  int CHECK_BYTES = 8;

  /**
   * A stretch of a file.
   *
   * @param path of the file
   * @param mode permissions, as in {@link Entry}
   * @param modifiedMicros when it was modified, in microseconds since the epoch
   * @param size of the whole file
   * @param hash first bytes of the whole file's SHA-256
   * @param offset where the stretch begins
   * @param check first bytes of the stretch's SHA-256; none if it is the whole file
   * @param delta the stretch
   */
  record Content(
      String path,
      int mode,
      long modifiedMicros,
      long size,
      byte[] hash,
      long offset,
      byte[] check,
      Delta delta)
      implements Answer {
    public Content {
      Check.path(path);
      Check.range("mode", mode, 0, MAX_MODE);
      Check.range("time", modifiedMicros, 0, Long.MAX_VALUE / 4);
      Check.range("size", size, 0, Limits.MAX_FILE_BYTES);
      Check.range("offset", offset, 0, size);
      Check.range("stretch", delta.length(), 0, size - offset);
      Check.range("length of the hash", hash.length, HASH_BYTES, HASH_BYTES);
      int length = delta.length() == size ? 0 : CHECK_BYTES;
      Check.range("length of the check", check.length, length, length);
      hash = hash.clone();
      check = check.clone();
    }

    @Override
    public byte[] hash() {
      return hash.clone();
    }

    @Override
    public byte[] check() {
      return check.clone();
    }

    /** Where the stretch ends. */
    public long end() {
      return offset + delta.length();
    }

    /** Whether the file ends with it. */
    public boolean last() {
      return end() == size;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Content that
          && path.equals(that.path)
          && mode == that.mode
          && modifiedMicros == that.modifiedMicros
          && size == that.size
          && Arrays.equals(hash, that.hash)
          && offset == that.offset
          && Arrays.equals(check, that.check)
          && delta.equals(that.delta);
    }

    @Override
    public int hashCode() {
      return path.hashCode();
    }
  }

  /** There is no other answer now. */
  record None(String path, Reason reason) implements Answer {
    public None {
      Check.path(path);
    }
  }

  /** Why there is none. */
  enum Reason {
    /** Nothing of the kind that was asked for is at the path. */
    GONE,
    /** It was being written at the interval's end. */
    UNSETTLED,
    /** It is much, and waits for a while for a network that costs nothing, or the charger. */
    POSTPONED,
    /** It can't be read, or exceeds a limit. */
    REFUSED
  }
}
