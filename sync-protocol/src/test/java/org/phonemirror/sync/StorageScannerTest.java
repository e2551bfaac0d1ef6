package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageScannerTest {
  private static final long MOMENT_MICROS = 1_767_600_000_000_000L;
  private static final int DIRECTORIES = 20;
  private static final int SCANS = 150;

  @TempDir Path directory;

  @Test
  void namesThatAreTheSameAsTextAreTwo() throws Exception {
    for (String name : List.of("a%FF", "a%FE", "a%C3%BC")) {
      Files.write(
          Path.of(URI.create(directory.toUri() + name)), name.getBytes(StandardCharsets.UTF_8));
    }
    StorageScanner scanner = new StorageScanner(directory);
    StorageDigest digest = scanner.scan(List.of());
    assertThat(digest.files()).isEqualTo(3);
    assertThat(scanner.tree().children()).containsOnlyKeys("a\u00fc", "a\ufffd", "a\ufffd\ufffd2");
    byte[] before = digest.root();
    Files.write(Path.of(URI.create(directory.toUri() + "a%FE")), new byte[] {1});
    assertThat(new StorageScanner(directory).scan(List.of()).root()).isNotEqualTo(before);
  }

  /** The mirror has nothing of what the phone's programs write while the phone is scanned. */
  @Test
  void whatIsWrittenDuringTheScanIsLeftOut() throws Exception {
    Path phone = directory.resolve("phone");
    Path mirror = directory.resolve("mirror");
    AtomicBoolean done = new AtomicBoolean();
    Thread program = new Thread(() -> writeInEach(phone, done), "program");
    for (int i = 0; i < SCANS; i++) {
      settledTree(phone.resolve(Integer.toString(i)));
      settledTree(mirror.resolve(Integer.toString(i)));
    }
    program.start();
    try {
      for (int i = 0; i < SCANS; i++) {
        Path top = Path.of(Integer.toString(i));
        StorageDigest live = new StorageScanner(phone.resolve(top)).scanLive(MOMENT_MICROS);
        assertThat(new StorageScanner(mirror.resolve(top)).scan(live.unsettled())).isEqualTo(live);
      }
    } finally {
      done.set(true);
      program.join();
    }
  }

  @Test
  void whatWasWrittenAtTheMomentIsNamedAndTheRestIsNot() throws Exception {
    Path top = directory.resolve("top");
    settledTree(top);
    Path written = top.resolve("0/file");
    Files.setLastModifiedTime(written, micros(MOMENT_MICROS - 500_000));
    assertThat(new StorageScanner(top).scanLive(MOMENT_MICROS).unsettled())
        .containsExactly("0/file");
  }

  /** Creates a file in one directory after the other, until it is stopped. */
  private static void writeInEach(Path phone, AtomicBoolean done) {
    try {
      for (int i = 0; i < SCANS * DIRECTORIES && !done.get(); i++) {
        Path tree = phone.resolve(Integer.toString(i / DIRECTORIES));
        Files.writeString(tree.resolve(i % DIRECTORIES + "/new"), "new");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void settledTree(Path top) throws IOException {
    for (int i = 0; i < DIRECTORIES; i++) {
      Path child = Files.createDirectories(top.resolve(Integer.toString(i)));
      Files.writeString(child.resolve("file"), "settled");
      for (Path path : List.of(child.resolve("file"), child, top)) {
        Files.setLastModifiedTime(path, micros(MOMENT_MICROS - 60_000_000));
      }
    }
  }

  private static FileTime micros(long micros) {
    return FileTime.from(micros, java.util.concurrent.TimeUnit.MICROSECONDS);
  }
}
