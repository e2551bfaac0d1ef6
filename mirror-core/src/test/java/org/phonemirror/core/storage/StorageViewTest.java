package org.phonemirror.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;

/** Views of file systems that mke2fs and debugfs (e2fsprogs) have made. */
class StorageViewTest {
  private static final Instant TIME = Instant.parse("2026-02-03T04:05:06Z");

  @TempDir private Path directory;
  private Path source;
  private Path image;

  @BeforeEach
  void paths() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    image = directory.resolve("image");
  }

  @Test
  void aViewIsWhatTheFileSystemHolds() throws Exception {
    Path home = Files.createDirectories(source.resolve("home/deeper/still"));
    Files.writeString(home.resolve("note.txt"), "hello\n");
    Files.createFile(home.resolve("empty"));
    Files.writeString(home.resolve("with space and 'quotes'"), "x");
    Files.createSymbolicLink(home.resolve("short"), Path.of("../note.txt"));
    Files.createSymbolicLink(home.resolve("long"), Path.of("/etc/" + "x".repeat(200)));
    run("mkfifo", home.resolve("pipe").toString(), home.resolve("-second").toString());
    byte[] large = new byte[700_000];
    new Random(1).nextBytes(large);
    Files.write(source.resolve("large"), large);
    writeHoles(source.resolve("holes"));
    Path many = Files.createDirectory(source.resolve("many"));
    for (int i = 0; i < 600; i++) {
      Files.writeString(many.resolve("a rather long name to fill blocks " + i), "" + i);
    }
    setTimes(source);
    makeImage(16, "4096");

    try (StorageView view = StorageView.open(image)) {
      assertThat(describe(view.top())).isEqualTo(describe(source));
      assertThat(new StorageScanner(view.top()).scan(List.of()))
          .isEqualTo(new StorageScanner(source).scan(List.of()));
    }
  }

  @Test
  void namesThatAreNotUtf8AreThoseOfThePhoneAndHideNothing() throws Exception {
    for (String name : List.of("b%FF", "b%FE", "b%80%80", "%C3%BC", "b", "b%F0%9F")) {
      Path odd = Path.of(URI.create(source.toUri() + name));
      Files.writeString(Files.createDirectory(odd).resolve("what"), name);
    }
    makeImage(8, "1024");
    try (StorageView view = StorageView.open(image)) {
      StorageScanner ours = new StorageScanner(view.top());
      StorageScanner phones = new StorageScanner(source);
      assertThat(ours.scan(List.of())).isEqualTo(phones.scan(List.of()));
      assertThat(ours.tree()).isEqualTo(phones.tree());
      assertThat(ours.tree().children()).hasSize(6).containsKeys("b\ufffd", "b\ufffd\ufffd2");
      assertThat(UserFile.find(view.top(), "b\ufffd\ufffd2/what"))
          .hasValueSatisfying(file -> assertThat(file).hasContent("b%FE"));
    }
  }

  @Test
  void smallBlocksAndDirectoriesWithGoneEntries() throws Exception {
    for (int i = 0; i < 100; i++) {
      Files.writeString(source.resolve("file" + i), "content " + i);
    }
    writeHoles(source.resolve("holes"));
    makeImage(8, "1024");
    for (int i = 0; i < 100; i += 3) {
      run("debugfs", "-w", "-R", "rm file" + i, image.toString());
      Files.delete(source.resolve("file" + i));
    }
    try (StorageView view = StorageView.open(image)) {
      Path top = view.top();
      assertThat(describe(top).keySet()).isEqualTo(describe(source).keySet());
      assertThat(Files.mismatch(top.resolve("holes"), source.resolve("holes"))).isEqualTo(-1);
    }
  }

  @Test
  void anyPartOfAFileCanBeRead() throws Exception {
    writeHoles(source.resolve("holes"));
    byte[] content = Files.readAllBytes(source.resolve("holes"));
    makeImage(8, "1024");
    Random random = new Random(5);
    try (StorageView view = StorageView.open(image);
        SeekableByteChannel in = Files.newByteChannel(view.top().resolve("holes"))) {
      for (int i = 0; i < 300; i++) {
        int from = random.nextInt(content.length + 1000);
        ByteBuffer part = ByteBuffer.allocate(random.nextInt(50_000));
        int n = in.position(from).read(part);
        int expected = Math.min(part.capacity(), content.length - from);
        assertThat(n)
            .isEqualTo(from >= content.length && part.capacity() > 0 ? -1 : Math.max(0, expected));
        assertThat(part.flip())
            .isEqualTo(ByteBuffer.wrap(content, Math.min(from, content.length), part.limit()));
      }
    }
  }

  @Test
  void linksAreNeverFollowedAndOnlyFilesAreOpened() throws Exception {
    Files.createDirectory(source.resolve("home"));
    Files.writeString(source.resolve("home/note"), "x");
    Files.createSymbolicLink(source.resolve("away"), Path.of("/etc"));
    Files.createSymbolicLink(source.resolve("file"), Path.of("/etc/passwd"));
    run("mkfifo", source.resolve("pipe").toString());
    makeImage(4, "4096");
    Path left;
    try (StorageView view = StorageView.open(image)) {
      Path top = view.top();
      left = top.resolve("home/note");
      assertThat(Files.readString(top.resolve("home/../home/./note"))).isEqualTo("x");
      assertThat(Files.readString(top.resolve("../../home/note"))).isEqualTo("x");
      for (String name : List.of("file", "pipe", "home", "away")) {
        assertThatThrownBy(() -> Files.readString(top.resolve(name)))
            .hasMessageContaining(name)
            .isInstanceOf(IOException.class);
      }
      assertThatThrownBy(() -> Files.readString(top.resolve("away/passwd")))
          .isInstanceOf(NotDirectoryException.class);
      assertThatThrownBy(() -> Files.size(top.resolve("home/none")))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> Files.writeString(top.resolve("new"), ""))
          .isInstanceOf(ReadOnlyFileSystemException.class);
      assertThatThrownBy(() -> Files.delete(top.resolve("home/note")))
          .isInstanceOf(ReadOnlyFileSystemException.class);
    }
    assertThatThrownBy(() -> Files.size(left)).isInstanceOf(ClosedFileSystemException.class);
  }

  @Test
  void whatWasReadIsNotReadAgainUntilItChanges() throws Exception {
    Files.writeString(source.resolve("same"), "same");
    Files.writeString(source.resolve("other"), "abc");
    setTimes(source);
    makeImage(4, "4096");
    StorageScanner.Memory memory = new StorageScanner.Memory();
    StorageDigest before = scan(memory);
    // its content changes behind the back of all times, which no kernel does: it is not seen
    replaceAll("same", "SAME");
    assertThat(scan(memory)).isNotEqualTo(before); // its name, in the directory
    replaceAll("SAME", "same");
    // the same length and time, as a program can make them; the kernel's own time is another
    replaceAll("abc", "xyz");
    assertThat(scan(memory)).isEqualTo(before);
    run("debugfs", "-w", "-R", "set_inode_field other ctime 20270101000000", image.toString());
    assertThat(scan(memory)).isNotEqualTo(before);
  }

  private StorageDigest scan(StorageScanner.Memory memory) throws IOException {
    try (StorageView view = StorageView.open(image)) {
      return new StorageScanner(view.top(), StorageScope.ALL, memory).scan(List.of());
    }
  }

  @Test
  void aForgedNameStaysInside() throws Exception {
    Files.writeString(source.resolve("AAAoutside"), "x");
    makeImage(4, "4096");
    replaceAll("AAAoutside", "../outside");
    assertThatThrownBy(this::readAll)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("../outside");
    assertThat(directory.resolve("outside")).doesNotExist();
  }

  @Test
  void aDirectoryInItselfEndsTheView() throws Exception {
    Files.createDirectories(source.resolve("a/b"));
    makeImage(4, "4096");
    run("debugfs", "-w", "-R", "ln a a/b/loop", image.toString());
    assertThatThrownBy(this::readAll).isInstanceOf(IOException.class).hasMessageContaining("loop");
  }

  @Test
  void aFileSystemThatWasNotFrozenIsRefused() throws Exception {
    makeImage(4, "4096");
    patch(1024 + 0x60, 0x4);
    assertThatThrownBy(this::readAll).hasMessageContaining("journal");
  }

  @Test
  void aFileThatPretendsToBeEndlessIsRefused() throws Exception {
    Files.writeString(source.resolve("huge"), "x");
    makeImage(4, "4096");
    run("debugfs", "-w", "-R", "set_inode_field huge size 0x10000000000", image.toString());
    assertThatThrownBy(this::readAll).hasMessageContaining("huge");
  }

  @Test
  void whatIsNoFileSystemIsRefused() throws Exception {
    Files.write(image, new byte[100]);
    assertThatThrownBy(this::readAll)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(image.toString());
    Files.write(image, new byte[100_000]);
    assertThatThrownBy(this::readAll)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no ext4");
  }

  @Test
  void damageAnywhereIsAnErrorAtWorst() throws Exception {
    Path sub = Files.createDirectories(source.resolve("sub"));
    Files.createSymbolicLink(sub.resolve("link"), Path.of("target"));
    writeHoles(sub.resolve("holes"));
    for (int i = 0; i < 20; i++) {
      Files.writeString(sub.resolve("f" + i), "content " + i);
    }
    makeImage(1, "1024");
    byte[] good = Files.readAllBytes(image);
    List<Integer> used = new ArrayList<>();
    for (int i = 0; i < good.length; i++) {
      if (good[i] != 0) {
        used.add(i);
      }
    }
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 150; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i < 20; i++) {
        bad[used.get(random.nextInt(used.size()))] = (byte) random.nextInt(256);
      }
      Files.write(image, bad);
      try {
        readAll();
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 150);
    assertThat(directory).isDirectoryNotContaining(p -> !List.of(source, image).contains(p));
  }

  /** More stretches than an inode holds itself. */
  private static void writeHoles(Path file) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      for (int i = 1; i < 12; i++) {
        out.seek(i * 20_000L);
        out.write(("part " + i).getBytes(StandardCharsets.US_ASCII));
      }
      out.setLength(300_000);
    }
  }

  private void makeImage(int megabytes, String blockSize) throws Exception {
    run(
        "mke2fs",
        "-q",
        "-t",
        "ext4",
        "-b",
        blockSize,
        "-d",
        source.toString(),
        image.toString(),
        megabytes + "M");
  }

  private void replaceAll(String from, String to) throws IOException {
    byte[] bytes = Files.readAllBytes(image);
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace(from, to);
    Files.write(image, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void patch(long position, int bits) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(position);
      int old = file.read();
      file.seek(position);
      file.write(old | bits);
    }
  }

  private static void setTimes(Path top) throws IOException {
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path)) {
          Files.setLastModifiedTime(path, FileTime.from(TIME));
        }
      }
    }
  }

  private static Map<String, String> describe(Path top) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        String name = top.relativize(path).toString();
        if (Files.isSymbolicLink(path)) {
          found.put(name, "link to " + Files.readSymbolicLink(path));
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          found.put(
              name,
              Files.getLastModifiedTime(path)
                  + " "
                  + java.util.Arrays.hashCode(Files.readAllBytes(path))
                  + " "
                  + Files.size(path));
        } else {
          boolean isDirectory = Files.isDirectory(path);
          found.put(name, isDirectory ? "directory " + Files.getLastModifiedTime(path) : "other");
        }
      }
    }
    found.remove("");
    found.remove("lost+found");
    return found;
  }

  private void readAll() throws IOException {
    try (StorageView view = StorageView.open(image)) {
      new StorageScanner(view.top()).scan(List.of());
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    byte[] output = process.getInputStream().readAllBytes();
    assertThat(process.waitFor())
        .as("%s: %s", command[0], new String(output, StandardCharsets.UTF_8))
        .isZero();
  }
}
