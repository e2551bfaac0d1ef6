package org.phonemirror.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy of the blocks in use is a copy of the file system, as e2fsprogs see it. */
class BlocksInUseTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-b 1024",
        "-b 4096",
        "-b 1024 -O ^has_journal",
        "-b 1024 -O ^64bit,^flex_bg",
        "-b 4096 -O bigalloc"
      })
  void aCopyOfThemHoldsAllFilesAndIsConsistent(String options) throws Exception {
    Path top = Files.createDirectories(directory.resolve("top/some/where"));
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      byte[] content = new byte[random.nextInt(300_000)];
      random.nextBytes(content);
      Files.write(file(top, i), content);
    }
    Path image = directory.resolve("image");
    List<String> command = new ArrayList<>(List.of("mke2fs", "-q", "-t", "ext4"));
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of("-d", directory.resolve("top").toString(), image.toString(), "60M"));
    run(command.toArray(String[]::new));
    Path copy = directory.resolve("copy");
    long copied = copy(image, copy);
    if (!options.contains("bigalloc")) {
      assertThat(copied).isBetween(2_000_000L, 20_000_000L);
      assertThat(run("e2fsck", "-f", "-n", copy.toString())).contains("Pass 5");
      try (StorageView view = StorageView.open(copy)) {
        for (int i = 0; i < 20; i++) {
          Path found = view.top().resolve("some/where/file" + i);
          assertThat(Files.readAllBytes(found)).isEqualTo(Files.readAllBytes(file(top, i)));
        }
      }
    } else {
      assertThat(copied).as("not known here: all of it").isEqualTo(Files.size(image));
    }
  }

  private static Path file(Path top, int number) {
    return top.resolve("file" + number);
  }

  @Test
  void whatIsNoFileSystemIsInUseAsAWhole() throws Exception {
    Path file = directory.resolve("file");
    byte[] noise = new byte[100_000];
    new Random(2).nextBytes(noise);
    Files.write(file, noise);
    assertThat(BlocksInUse.of(file)).containsExactly(new BlocksInUse.Range(0, noise.length));
    Files.write(file, new byte[10]);
    assertThat(BlocksInUse.of(file)).containsExactly(new BlocksInUse.Range(0, 10));
  }

  @Test
  void aForgedImageIsNoTrouble() throws Exception {
    Path image = directory.resolve("image");
    run("mke2fs", "-q", "-t", "ext4", "-b", "1024", image.toString(), "20M");
    byte[] good = Files.readAllBytes(image);
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      byte[] forged = good.clone();
      for (int n = 0; n < 20; n++) {
        // superblock and group descriptors
        forged[1024 + random.nextInt(2048)] = (byte) random.nextInt();
      }
      forged[1024 + 0x38] = 0x53;
      forged[1024 + 0x39] = (byte) 0xef;
      Files.write(image, forged);
      long end = 0;
      for (BlocksInUse.Range range : BlocksInUse.of(image)) {
        assertThat(range.start()).isGreaterThanOrEqualTo(end);
        assertThat(range.end()).isGreaterThan(range.start());
        end = range.end();
      }
      assertThat(end).isLessThanOrEqualTo(good.length);
    }
  }

  private static long copy(Path image, Path copy) throws IOException {
    long copied = 0;
    try (RandomAccessFile from = new RandomAccessFile(image.toFile(), "r");
        RandomAccessFile to = new RandomAccessFile(copy.toFile(), "rw")) {
      to.setLength(from.length());
      for (BlocksInUse.Range range : BlocksInUse.of(image)) {
        byte[] bytes = new byte[(int) (range.end() - range.start())];
        from.seek(range.start());
        from.readFully(bytes);
        to.seek(range.start());
        to.write(bytes);
        copied += bytes.length;
      }
    }
    return copied;
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", command[0], output).isZero();
    return output;
  }
}
