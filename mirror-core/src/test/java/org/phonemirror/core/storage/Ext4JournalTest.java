package org.phonemirror.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Journals that debugfs has written, against what e2fsck makes of them. */
class Ext4JournalTest {
  private static final int MAGIC_BYTE = 0xc0;

  @TempDir private Path directory;
  private Path image;
  private String[] blocks;

  private void makeImage(int blockSize, String features) throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.write(source.resolve("file"), filled('h', 3 * blockSize));
    image = directory.resolve("image");
    run(
        "mkfs.ext4",
        "-q",
        "-O",
        features,
        "-b",
        "" + blockSize,
        "-d",
        source.toString(),
        image.toString(),
        "16M");
    blocks = run("debugfs", "-R", "blocks file", image.toString()).strip().split(" ", -1);
    assertThat(blocks).hasSize(3);
  }

  private static byte[] filled(char with, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  private String blockFile(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content).toString();
  }

  @ParameterizedTest
  @CsvSource({
    "4096, 64bit, jo -c -v 3",
    "4096, ^64bit, jo -c -v 3",
    "1024, 64bit, jo -c -v 2",
    "1024, ^64bit, jo"
  })
  void whatIsCommittedIsShownAsAfterRecovery(int blockSize, String bits, String open)
      throws Exception {
    makeImage(blockSize, bits);
    byte[] likeTheJournal = filled('e', blockSize);
    likeTheJournal[0] = (byte) MAGIC_BYTE;
    likeTheJournal[1] = 0x3b;
    likeTheJournal[2] = 0x39;
    likeTheJournal[3] = (byte) 0x98;
    byte[] two = Arrays.copyOf(likeTheJournal, 2 * blockSize);
    Path commands = directory.resolve("commands");
    Files.write(
        commands,
        List.of(
            open,
            "jw -b " + blocks[0] + "," + blocks[2] + " " + blockFile("two", two),
            "jw -b " + blocks[1] + " " + blockFile("gone", filled('g', blockSize)),
            "jw -r " + blocks[1],
            "jw -b " + blocks[2] + " " + blockFile("last", filled('l', blockSize)),
            "jw -c -b " + blocks[1] + " " + blockFile("torn", filled('t', blockSize)),
            "jc"));
    run("debugfs", "-w", "-f", commands.toString(), image.toString());
    byte[] shown;
    try (StorageView view = StorageView.open(Disk.raw(image), "")) {
      shown = Files.readAllBytes(view.top().resolve("file"));
    }
    assertThat(Arrays.copyOf(shown, blockSize)).isEqualTo(likeTheJournal);
    assertThat(shown[blockSize]).isEqualTo((byte) 'h');
    assertThat(shown[2 * blockSize]).isEqualTo((byte) 'l');
    run("e2fsck", "-E", "journal_only", "-y", image.toString());
    try (StorageView recovered = StorageView.open(image)) {
      assertThat(shown).isEqualTo(Files.readAllBytes(recovered.top().resolve("file")));
    }
  }

  @Test
  void aDirectoryOfAFileSystem() throws Exception {
    makeImage(4096, "64bit");
    run("debugfs", "-w", "-R", "mkdir data", image.toString());
    run("debugfs", "-w", "-R", "mkdir data/media", image.toString());
    run("debugfs", "-w", "-R", "ln file data/media/again", image.toString());
    try (StorageView view = StorageView.open(Disk.raw(image), "data/media/")) {
      assertThat(Files.size(view.top().resolve("again"))).isEqualTo(3 * 4096);
    }
    for (String wrong : new String[] {"data/nothing", "file"}) {
      assertThatThrownBy(() -> StorageView.open(Disk.raw(image), wrong))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(wrong);
    }
  }

  @Test
  void aForgedJournalIsRefusedOrRead() throws Exception {
    makeImage(4096, "64bit");
    Path commands = directory.resolve("commands");
    String file = blockFile("new", filled('n', 4096));
    Files.write(commands, List.of("jo", "jw -b " + blocks[0] + " " + file, "jc"));
    run("debugfs", "-w", "-f", commands.toString(), image.toString());
    String place = run("debugfs", "-R", "bmap <8> 0", image.toString()).strip();
    long journal = Long.parseLong(place) * 4096;
    byte[] good = Files.readAllBytes(image);
    int refused = 0;
    for (int at = 0; at < 2 * 4096; at += at < 128 || at % 4096 < 64 ? 1 : 97) {
      patch(journal + at, 0xff);
      try (Ext4Image read = Ext4Image.open(Disk.raw(image), true)) {
        assertThat(read.bytes()).isEqualTo(16 << 20);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining(image.toString());
        refused++;
      }
      patch(journal + at, good[(int) journal + at]);
    }
    assertThat(refused).isGreaterThan(10);
  }

  private void patch(long at, int value) throws IOException {
    try (RandomAccessFile patched = new RandomAccessFile(image.toFile(), "rw")) {
      patched.seek(at);
      patched.write(value);
    }
  }

  private static String run(String... command) throws Exception {
    Path error = Files.createTempFile("error", "");
    try {
      Process process = new ProcessBuilder(command).redirectError(error.toFile()).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      // e2fsck: 1 tells that it has changed something
      assertThat(process.waitFor()).as(Files.readString(error)).isLessThan(2);
      return output;
    } finally {
      Files.delete(error);
    }
  }
}
