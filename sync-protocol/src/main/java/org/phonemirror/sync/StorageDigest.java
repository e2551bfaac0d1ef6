package org.phonemirror.sync;

import java.util.Arrays;
import java.util.List;

/**
 * What a phone's user storage was like at one moment: the root of a hash tree over its directories,
 * made by {@link StorageScanner} on both sides. Names, kinds and contents count; times, owners and
 * modes do not, since a mirror's times differ by a fraction of a second and cross a second's
 * boundary now and then.
 *
 * @param root hash of the user storage's top directory, {@link #ROOT_BYTES} bytes
 * @param files how many regular files it holds, unsettled ones not counted
 * @param bytes their contents' length in all
 * @param unsettled paths, relative to the top, that were being written at the moment: the digest
 *     leaves them out, and so does whoever compares with it. A directory stands for all that is in
 *     it. Sorted
 */
public record StorageDigest(byte[] root, long files, long bytes, List<String> unsettled) {
  /** SHA-256, cut to 128 bits: enough against accident, and it rides in every batch. */
  public static final int ROOT_BYTES = 16;

  public StorageDigest {
    Check.range("length of the root", root.length, ROOT_BYTES, ROOT_BYTES);
    Check.range("number of files", files, 0, Integer.MAX_VALUE);
    Check.range("bytes", bytes, 0, Long.MAX_VALUE / 4);
    Check.range("number of unsettled paths", unsettled.size(), 0, Limits.MAX_UNSETTLED);
    root = root.clone();
    unsettled = List.copyOf(unsettled);
    for (String path : unsettled) {
      Check.text("unsettled path", path, Limits.MAX_PATH_BYTES);
    }
  }

  @Override
  public byte[] root() {
    return root.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StorageDigest that
        && Arrays.equals(root, that.root)
        && files == that.files
        && bytes == that.bytes
        && unsettled.equals(that.unsettled);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(root);
  }

  @Override
  public String toString() {
    return hex(root)
        + " ("
        + files
        + " files, "
        + bytes
        + " bytes, "
        + unsettled.size()
        + " unsettled)";
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
    }
    return text.toString();
  }
}
