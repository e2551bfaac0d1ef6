package org.phonemirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;

class DigestSourceTest {
  private static final long MOMENT = 1_700_000_000_000_000L;
  private static final int LARGE = (int) DigestSource.LIVE_BYTES + 1;

  @TempDir Path storage;
  private final Background background = new Background();

  private Path file(String name, int size) throws IOException {
    Path file = storage.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[size]);
    settle();
    return file;
  }

  /** All was written long ago. */
  private void settle() throws IOException {
    try (var all = Files.walk(storage)) {
      for (Path path : all.toList()) {
        Files.setLastModifiedTime(path, FileTime.fromMillis(1_600_000_000_000L));
      }
    }
  }

  private StorageDigest whole() throws IOException {
    return new StorageScanner(storage).scan(List.of());
  }

  @Test
  void aLargeFileIsNamedUntilItHasBeenReadInTheBackground() throws Exception {
    file("small", 10);
    file("films/large", LARGE);
    DigestSource digests = new DigestSource(storage, StorageWatch.NONE, background);

    StorageDigest first = digests.live(MOMENT);
    assertThat(first.unsettled()).containsExactly("films/large");
    assertThat(first).isEqualTo(new StorageScanner(storage).scan(List.of("films/large")));
    assertThat(first.files()).isEqualTo(1);
    assertThat(digests.live(MOMENT)).isEqualTo(first);
    assertThat(background.waiting()).as("asked once").isEqualTo(1);

    background.run();
    assertThat(digests.live(MOMENT)).isEqualTo(whole());
    assertThat(digests.live(MOMENT)).isEqualTo(whole());
    assertThat(background.waiting()).isZero();
  }

  @Test
  void manyFilesAreReadInTurnsWithoutTheBackgroundAsFarAsThereIsRoom() throws Exception {
    for (int i = 0; i < 6; i++) {
      file("song" + i, LARGE * 2 / 5);
    }
    DigestSource digests = new DigestSource(storage, StorageWatch.NONE, background);

    StorageDigest first = digests.live(MOMENT);
    assertThat(first.files()).isEqualTo(2);
    assertThat(first.unsettled()).hasSize(4);
    assertThat(digests.live(MOMENT).files()).isEqualTo(4);
    assertThat(digests.live(MOMENT)).isEqualTo(whole());
  }

  @Test
  void whatChangesAfterItWasReadIsReadAgain() throws Exception {
    Path large = file("large", LARGE);
    DigestSource digests = new DigestSource(storage, StorageWatch.NONE, background);
    digests.live(MOMENT);
    background.run();
    Files.write(large, new byte[LARGE + 1]);
    settle();

    assertThat(digests.live(MOMENT).unsettled()).containsExactly("large");
    background.run();
    assertThat(digests.live(MOMENT)).isEqualTo(whole());
  }

  @Test
  void whatIsKnownStaysKnownWhileItsDirectoryIsWrittenTo() throws Exception {
    file("films/large", LARGE);
    DigestSource digests = new DigestSource(storage, StorageWatch.NONE, background);
    digests.live(MOMENT);
    background.run();
    assertThat(digests.live(MOMENT).unsettled()).isEmpty();

    Files.setLastModifiedTime(storage.resolve("films"), FileTime.fromMillis(MOMENT / 1000));
    assertThat(digests.live(MOMENT).unsettled()).containsExactly("films");
    settle();
    assertThat(digests.live(MOMENT)).isEqualTo(whole());
    assertThat(background.waiting()).isZero();
  }

  @Test
  void whatIsGoneBeforeItIsReadIsNotMissed() throws Exception {
    Path large = file("large", LARGE);
    DigestSource digests = new DigestSource(storage, StorageWatch.NONE, background);
    digests.live(MOMENT);
    Files.delete(large);
    settle();
    background.run();

    assertThat(digests.live(MOMENT)).isEqualTo(whole());
  }

  @Test
  void theLastDigestDoesNotWaitEither() throws Exception {
    file("larger", 5 * LARGE);
    DigestSource digests = new DigestSource(storage, StorageWatch.NONE, background);

    assertThat(digests.atRest().unsettled()).containsExactly("larger");
    digests.close();
    assertThat(background.waiting()).isZero();
  }

  @Test
  void onItsOwnThreadItIsReadToo() throws Exception {
    file("large", LARGE);
    try (DigestSource digests = new DigestSource(storage, StorageWatch.NONE)) {
      StorageDigest digest = digests.live(MOMENT);
      while (!digest.unsettled().isEmpty()) {
        Thread.onSpinWait();
        digest = digests.live(MOMENT);
      }
      assertThat(digest).isEqualTo(whole());
    }
  }
}
