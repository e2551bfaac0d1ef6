package org.phonemirror.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;

/**
 * Whatever a guest has made of its storage is read or refused, in bounded time. An input is a list
 * of changes to a small file system: a place in three bytes, a length in one, and so many bytes.
 */
class ForgedImageFuzzTest {
  private static final int CHANGE_HEADER = 4;

  @TempDir static Path directory;
  private static byte[] image;

  /** Of mke2fs, with directories, a link, and a file that is large enough for an extent tree. */
  @BeforeAll
  static void unpack() throws IOException {
    try (InputStream in =
        new GZIPInputStream(ForgedImageFuzzTest.class.getResourceAsStream("small.ext4.gz"))) {
      image = in.readAllBytes();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void imageIsReadOrRefused(byte[] input) throws IOException {
    byte[] forged = image.clone();
    ByteBuffer in = ByteBuffer.wrap(input);
    while (in.remaining() > CHANGE_HEADER) {
      int head = in.getInt();
      int at = (head >>> 8) % forged.length;
      int length = Math.min(Math.min(head & 0xff, in.remaining()), forged.length - at);
      in.get(forged, at, length);
    }
    Path file = Files.write(directory.resolve("forged"), forged);
    List<BlocksInUse.Range> used = BlocksInUse.of(file);
    assertThat(used)
        .allMatch(range -> 0 <= range.start() && range.start() < range.end())
        .allMatch(range -> range.end() <= forged.length);
    try (StorageView view = StorageView.open(file)) {
      StorageDigest digest = new StorageScanner(view.top()).scan(List.of());
      assertThat(digest.files()).isNotNegative();
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
