package org.phonemirror.core.machine;

import java.util.Arrays;

/**
 * A change of a mirror's user storage from outside its session. Paths are relative to its top, and
 * no symbolic link is followed; what is in the way must be removed first.
 */
public sealed interface StorageWrite
    permits StorageWrite.FileRegion,
        StorageWrite.Directory,
        StorageWrite.SymbolicLink,
        StorageWrite.Remove {
  /** What is written, from the top of user storage. */
  String path();

  /**
   * Bytes of a regular file, which is made if it is not there.
   *
   * @param path of the file
   * @param mode permissions it has afterwards
   * @param modifiedMicros its time of modification afterwards, in microseconds since the epoch
   * @param offset where the bytes go
   * @param data the bytes; there may be none
   * @param length of the whole file afterwards
   */
  record FileRegion(
      String path, int mode, long modifiedMicros, long offset, byte[] data, long length)
      implements StorageWrite {
    public FileRegion {
      data = data.clone();
    }

    @Override
    public byte[] data() {
      return data.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof FileRegion that
          && path.equals(that.path)
          && mode == that.mode
          && modifiedMicros == that.modifiedMicros
          && offset == that.offset
          && Arrays.equals(data, that.data)
          && length == that.length;
    }

    @Override
    public int hashCode() {
      return path.hashCode();
    }

    @Override
    public String toString() {
      return "FileRegion[" + path + ", " + data.length + " bytes at " + offset + "]";
    }
  }

  /** A new directory with these permissions. */
  record Directory(String path, int mode) implements StorageWrite {}

  /** A new symbolic link. */
  record SymbolicLink(String path, String target) implements StorageWrite {}

  /** Removes anything but a directory that is not empty. */
  record Remove(String path) implements StorageWrite {}
}
