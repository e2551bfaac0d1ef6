package org.phonemirror.core.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.sync.StorageScanner;

/** User storage by Debian's adb and its server, from an Android end of ours. */
@Timeout(120)
class AdbStorageTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final long MAX_BYTES = 10_000_000;
  private static final long TIME = 1_700_000_000_123_456L;

  @TempDir private Path directory;
  private Path top;
  private TestAdbd adbd;
  private Adb adb;
  private AdbStorage storage;
  private int copies;

  @BeforeEach
  void connect() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/adb")), "adb is not installed: install package adb");
    top = Files.createDirectory(directory.toRealPath().resolve("sdcard"));
    adbd = new TestAdbd(LOOPBACK, directory);
    Path home = Files.createDirectory(directory.resolve("home"));
    adb = new Adb("adb", home, freePort(), adbd.serial(), Duration.ofSeconds(60));
    storage = new AdbStorage(adb, top.toString(), "", MAX_BYTES);
    adb.connect();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    }
  }

  @AfterEach
  void endServer() throws Exception {
    if (adb != null) {
      Process process =
          new ProcessBuilder("adb", "-P", "" + adb.serverPort(), "kill-server")
              .redirectErrorStream(true)
              .start();
      process.getInputStream().readAllBytes();
      assertThat(process.waitFor()).isZero();
      adbd.close();
    }
  }

  @Test
  void storageIsCopiedWithNamesContentsLinksAndTimes() throws Exception {
    byte[] large = new byte[1_000_000];
    new Random(3).nextBytes(large);
    Files.createDirectories(top.resolve("DCIM/a 'b'"));
    Files.write(top.resolve("DCIM/a 'b'/ünï\ncode"), large);
    Files.createFile(top.resolve("empty"));
    Files.createSymbolicLink(top.resolve("link"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(top.resolve("way"), Path.of("DCIM"));
    Instant time = Instant.parse("2026-01-02T03:04:05.678901Z");
    Files.setLastModifiedTime(top.resolve("empty"), FileTime.from(time));
    Path copy = directory.resolve("copy");
    copy(storage, copy, MAX_BYTES);
    assertThat(new StorageScanner(copy).scan(List.of()))
        .isEqualTo(new StorageScanner(top).scan(List.of()));
    assertThat(Files.getLastModifiedTime(copy.resolve("empty")).toInstant()).isEqualTo(time);
    assertThat(Files.readSymbolicLink(copy.resolve("link"))).isEqualTo(Path.of("/etc/passwd"));
  }

  private static void copy(AdbStorage from, Path to, long maxBytes) throws IOException {
    Path directory = Files.createDirectories(to.resolveSibling("stored-" + to.getFileName()));
    from.store(StoredTree.in(directory));
    StoredTree.in(directory).show(to, maxBytes);
  }

  @Test
  void aShellOfTheModelsOwnGetsTheScriptAsOneWord() throws Exception {
    Files.writeString(top.resolve("it's"), "text");
    Path copy = directory.resolve("copy");
    copy(new AdbStorage(adb, top.toString(), "env A=B sh -c", MAX_BYTES), copy, MAX_BYTES);
    assertThat(copy.resolve("it's")).hasContent("text");
  }

  @Test
  void whatIsWrittenIsThere() throws Exception {
    Files.writeString(top.resolve("old"), "0123456789");
    Files.createDirectory(top.resolve("gone"));
    byte[] data = new byte[200_000];
    new Random(4).nextBytes(data);
    List<StorageWrite> changes =
        List.of(
            new StorageWrite.Directory("new $dir", 0700),
            new StorageWrite.FileRegion("new $dir/it's", 0600, TIME, 0, data, data.length),
            new StorageWrite.FileRegion(
                "old", 0644, TIME, 4, "xy".getBytes(StandardCharsets.UTF_8), 8),
            new StorageWrite.SymbolicLink("link", "../else'where"),
            new StorageWrite.Remove("gone"));
    assertThat(storage.write(changes)).isEmpty();
    assertThat(top.resolve("new $dir/it's")).hasBinaryContent(data);
    assertThat(top.resolve("old")).hasContent("0123xy67");
    assertThat(Files.getLastModifiedTime(top.resolve("old")).toMillis()).isEqualTo(TIME / 1000);
    assertThat(Files.readSymbolicLink(top.resolve("link"))).isEqualTo(Path.of("../else'where"));
    assertThat(top.resolve("gone")).doesNotExist();
  }

  @Test
  void whatIsRefusedIsNamedAndTheOthersAreDone() throws Exception {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.createSymbolicLink(top.resolve("way"), outside);
    Files.createSymbolicLink(top.resolve("file"), outside.resolve("file"));
    Files.createDirectories(top.resolve("full/of"));
    byte[] data = {1};
    List<String> refused =
        storage.write(
            List.of(
                new StorageWrite.FileRegion("way/in", 0600, TIME, 0, data, 1),
                new StorageWrite.FileRegion("file", 0600, TIME, 0, data, 1),
                new StorageWrite.FileRegion("../outside/in", 0600, TIME, 0, data, 1),
                new StorageWrite.Remove("full"),
                new StorageWrite.FileRegion("good", 0600, TIME, 0, data, 1)));
    assertThat(refused).hasSize(4);
    assertThat(refused.get(0)).contains("way/in", "link");
    assertThat(refused.get(1)).contains("file", "link");
    assertThat(refused.get(2)).contains("../outside/in");
    assertThat(refused.get(3)).contains("full");
    assertThat(outside).isEmptyDirectory();
    assertThat(top.resolve("good")).exists();
  }

  @Test
  void storageThatIsTooLargeOrNotThereIsAClearError() throws Exception {
    Files.write(top.resolve("large"), new byte[200]);
    assertThatThrownBy(() -> copy(storage, directory.resolve("copy"), 100))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 100 bytes");
    AdbStorage none = new AdbStorage(adb, top + "/none", "", 100);
    assertThatThrownBy(() -> copy(none, directory.resolve("copy2"), 100))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
  }

  @Test
  void aForgedTarDoesNotLeadOut() throws Exception {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    assertRefused(entry("../outside/x"));
    assertRefused(entry(outside + "/x"));
    assertRefused(entry("a/../../outside/x"));
    assertRefused(link("way", outside.toString()), entry("way/x"));
    TarArchiveEntry device = new TarArchiveEntry("device", TarConstants.LF_CHR);
    assertRefused(device);
    assertThat(outside).isEmptyDirectory();
  }

  private static TarArchiveEntry entry(String name) {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
    entry.setSize(1);
    return entry;
  }

  private static TarArchiveEntry link(String name, String target) {
    TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    link.setLinkName(target);
    return link;
  }

  private void assertRefused(TarArchiveEntry... entries) throws IOException {
    Path tar = directory.resolve("forged.tar");
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar))) {
      for (TarArchiveEntry entry : entries) {
        out.putArchiveEntry(entry);
        out.write(new byte[(int) entry.getSize()]);
        out.closeArchiveEntry();
      }
    }
    adbd.forge(tar);
    Path copy = directory.resolve("copy" + copies++);
    assertThatThrownBy(() -> copy(storage, copy, MAX_BYTES)).isInstanceOf(IOException.class);
  }
}
