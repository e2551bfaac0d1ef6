package org.phonemirror.sync.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkerTest {
  private static final int LENGTH = 4_000_000;

  private static byte[] random(int length) {
    byte[] content = new byte[length];
    new Random(7).nextBytes(content);
    return content;
  }

  private static List<byte[]> cut(InputStream in) throws IOException {
    Chunker chunker = new Chunker(in);
    List<byte[]> chunks = new ArrayList<>();
    for (byte[] chunk = chunker.next(); chunk.length > 0; chunk = chunker.next()) {
      chunks.add(chunk);
    }
    return chunks;
  }

  private static List<byte[]> cut(byte[] content) throws IOException {
    return cut(new ByteArrayInputStream(content));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 65_536, 65_537, 131_072, 1_000_003})
  void chunksAreTheContentInOrder(int length) throws IOException {
    byte[] content = random(length);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<byte[]> chunks = cut(content);
    chunks.forEach(all::writeBytes);
    assertThat(all.toByteArray()).isEqualTo(content);
    for (byte[] chunk : chunks.subList(0, Math.max(0, chunks.size() - 1))) {
      assertThat(chunk.length).isBetween(Chunker.MIN_BYTES, Chunker.MAX_BYTES);
    }
  }

  @Test
  void chunksAreAboutAsLongAsMeant() throws IOException {
    assertThat(LENGTH / cut(random(LENGTH)).size())
        .isBetween(Chunker.USUAL_BYTES / 2, Chunker.USUAL_BYTES * 2);
  }

  @Test
  void contentWithoutMarksIsCutAtTheLongest() throws IOException {
    assertThat(cut(new byte[200_000])).extracting(chunk -> chunk.length).contains(3392);
    assertThat(cut(new byte[200_000]).get(0)).hasSize(Chunker.MAX_BYTES);
  }

  @Test
  void shiftedContentHasTheSameChunksButOne() throws IOException {
    byte[] content = random(LENGTH);
    byte[] shifted = new byte[LENGTH + 5];
    System.arraycopy(content, 0, shifted, 0, 1_000_000);
    System.arraycopy(content, 1_000_000, shifted, 1_000_005, LENGTH - 1_000_000);
    Set<ByteBuffer> before = new HashSet<>();
    cut(content).forEach(chunk -> before.add(ByteBuffer.wrap(chunk)));
    List<byte[]> after = cut(shifted);
    long fresh = after.stream().filter(chunk -> !before.contains(ByteBuffer.wrap(chunk))).count();
    assertThat(fresh).isBetween(1L, 4L);
  }

  @Test
  void howTheStreamGivesItsBytesDoesNotMatter() throws IOException {
    byte[] content = random(300_000);
    InputStream slow =
        new ByteArrayInputStream(content) {
          @Override
          public synchronized int read(byte[] buffer, int offset, int length) {
            return super.read(buffer, offset, Math.min(length, 777));
          }
        };
    assertThat(cut(slow)).containsExactlyElementsOf(cut(content));
  }

  /** Phones in the field cut as this does: another cut would send everything anew. */
  @Test
  void cutsAreThoseOfTheProtocol() throws IOException {
    assertThat(cut(random(100_000))).extracting(chunk -> chunk.length).isEqualTo(FIXED);
  }

  private static final List<Integer> FIXED =
      List.of(19767, 4164, 22127, 19745, 5062, 8734, 17464, 2937);
}
