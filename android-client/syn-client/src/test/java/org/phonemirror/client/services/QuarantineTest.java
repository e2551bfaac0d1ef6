package org.phonemirror.client.services;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.client.services.ServicesBench.network;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.FileServices;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageScope;

/** What a scan has found is taken out of user storage, if it still is that. */
@Timeout(60)
class QuarantineTest {
  private static final byte[] BAD = "a virus".getBytes(UTF_8);

  @TempDir Path directory;

  private Path put(String name, byte[] content) throws Exception {
    Path file = directory.resolve("data").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private static Notice finding(String path, String action) throws Exception {
    return new Notice(
        "scan-finding",
        List.of(
            new Field("order", "9"),
            new Field("path", path),
            new Field("signature", "Eicar"),
            new Field("sha256", ServicesBench.sha256(BAD)),
            new Field("action", action),
            new Field("text", "Eicar in " + path)));
  }

  private static String result(Order order) {
    assertThat(order.service()).isEqualTo("antivirus");
    assertThat(order.first("action")).contains("handled");
    assertThat(order.first("of")).contains("9");
    return order.first("result").orElseThrow();
  }

  @Test
  void aFoundFileIsMovedAwayAndReported() throws Exception {
    Path file = put("files/bad", BAD);
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      bench.come(finding("files/bad", "quarantine"));
      bench.await("scan-handled");
      assertThat(file).doesNotExist();
      Order order = bench.orders().get(0);
      assertThat(result(order)).isEqualTo("quarantined");
      assertThat(order.first("path")).contains("files/bad");
      Path kept = directory.resolve("private/quarantine").resolve(Long.toHexString(order.id()));
      assertThat(kept).hasBinaryContent(BAD);
      assertThat(Files.getPosixFilePermissions(kept)).isEmpty();
    }
  }

  @Test
  void whatHasChangedOrIsGoneOrIsElsewhereStays() throws Exception {
    Path changed = put("changed", "harmless now".getBytes(UTF_8));
    Path outside = Files.write(directory.resolve("outside"), BAD);
    put("x", BAD);
    Files.createSymbolicLink(directory.resolve("data/out"), directory);
    Files.createSymbolicLink(directory.resolve("data/link"), outside);
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      for (String path : List.of("changed", "gone", "../outside", "out/outside", "link", "")) {
        bench.come(finding(path, "quarantine"));
        bench.await("scan-handled");
      }
      assertThat(bench.orders())
          .hasSize(6)
          .extracting(QuarantineTest::result)
          .containsOnly("failed");
    }
    assertThat(changed).hasContent("harmless now");
    assertThat(outside).exists();
    assertThat(directory.resolve("private/quarantine")).doesNotExist();
  }

  @Test
  void aReportIsJustShown() throws Exception {
    Path file = put("bad", BAD);
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      bench.come(finding("bad", "report"));
      bench.await("scan-finding");
      assertThat(bench.orders()).isEmpty();
    }
    assertThat(file).exists();
  }

  @Test
  void aNameThatIsNotUtf8IsFound() throws Exception {
    put("x", BAD);
    Path odd = Path.of(URI.create("file://" + directory.resolve("data") + "/b%FFd"));
    Files.write(odd, BAD);
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      bench.come(finding("b\ufffdd", "quarantine"));
      bench.await("scan-handled");
      assertThat(bench.orders()).extracting(QuarantineTest::result).containsExactly("quarantined");
    }
    assertThat(Files.exists(odd)).isFalse();
  }

  @Test
  void aClientKilledAfterTheMoveReportsItAtTheNextStart() throws Exception {
    long key = 77;
    new EntryFile(directory.resolve("state/notices")).load();
    new EntryFile(directory.resolve("state/notices"))
        .save(
            List.of(
                new Entry(key, 1, "fresh", "scan-finding", finding("bad", "quarantine").fields())));
    Files.createDirectories(directory.resolve("private/quarantine"));
    Files.write(directory.resolve("private/quarantine/4d"), BAD);
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      bench.await("scan-handled");
      assertThat(bench.orders()).extracting(Order::id).containsExactly(key);
      assertThat(result(bench.orders().get(0))).isEqualTo("quarantined");
    }
  }

  @Test
  void withAPrivateDirectoryThatCountsAsUserStorageNothingIsTouched() throws Exception {
    Path file = put("bad", BAD);
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      StorageScope all = StorageScope.ALL;
      bench.onEngine(() -> bench.services.engineSide().settings(FileServices.USUAL, all));
      assertThat(bench.warnings).isEmpty();
    }
    ServicesConfig config =
        new ServicesConfig(
            directory.resolve("data"),
            directory.resolve("data/.own"),
            directory.resolve("state2"),
            network(true),
            org.phonemirror.client.RetryPolicy.DEFAULT);
    List<String> warnings = new java.util.ArrayList<>();
    ClientServices services =
        new ClientServices(
            config,
            org.phonemirror.client.PhoneClock.system(),
            Runnable::run,
            new org.phonemirror.client.SynClientListener() {
              @Override
              public void notices(List<Notice> fresh) {}

              @Override
              public void warning(String text) {
                warnings.add(text);
              }
            });
    services.engineSide().settings(FileServices.USUAL, StorageScope.ALL);
    services.engineSide().sessionStarted();
    services.engineSide().notices(List.of(finding("bad", "quarantine")));
    assertThat(warnings).singleElement().asString().contains("storage.exclude");
    assertThat(file).exists();
    services
        .engineSide()
        .settings(FileServices.USUAL, new StorageScope(List.of(), List.of(".own")));
    services.engineSide().look();
    assertThat(file).doesNotExist();
    services.engineSide().close();
  }
}
