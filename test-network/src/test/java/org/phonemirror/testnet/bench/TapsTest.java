package org.phonemirror.testnet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark must notice when a replay is wrong. */
class TapsTest {
  private static final long START = 1_767_600_000_000_000L;

  @TempDir private Path directory;
  private final Taps taps = new Taps(90, List.of(START, START + 2_000_000), "ab");

  @Test
  void whatTheTapsMadeIsRight() throws IOException {
    write("090", "a", START + 1_000);
    write("091", "b", START + 2_030_000);
    assertThat(taps.check(directory)).isEqualTo(new Taps.Findings(0, 30_000));
  }

  @Test
  void keysInAnotherOrderAreErrors() throws IOException {
    write("090", "b", START);
    write("091", "a", START + 2_000_000);
    assertThat(taps.check(directory).errors()).isEqualTo(2);
  }

  @Test
  void aMissingFileIsAnError() throws IOException {
    write("090", "a", START);
    assertThat(taps.check(directory).errors()).isEqualTo(1);
  }

  @Test
  void aFileOfAnotherTimeIsAnError() throws IOException {
    write("090", "a", START - 100_000);
    write("091", "b", START + 5_000_000);
    assertThat(taps.check(directory).errors()).isEqualTo(2);
  }

  @Test
  void tapsLieInTheIntervalInOrder() {
    Taps random = Taps.random(0, 90, START, 2_000_000, new Random(1));
    assertThat(random.letters()).hasSize(90);
    assertThat(random.times()).isSorted();
    assertThat(random.events()).hasSize(180).allMatch(e -> e.timeMicros() < START + 180_000_000);
  }

  private void write(String name, String content, long micros) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(micros, TimeUnit.MICROSECONDS));
  }
}
