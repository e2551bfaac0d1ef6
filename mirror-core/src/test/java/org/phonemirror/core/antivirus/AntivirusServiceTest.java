package org.phonemirror.core.antivirus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.antivirus.TestMirror.order;
import static org.phonemirror.core.antivirus.TestMirror.scan;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.antivirus.clamd.ClamdLimits;
import org.phonemirror.core.antivirus.clamd.TestClamd;
import org.phonemirror.core.antivirus.clamd.Wire;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;

/** With a real clamd. */
class AntivirusServiceTest {
  private static final String HOST = "127.62.2.1";
  private static final int BIG = 400_000;

  @TempDir Path directory;
  private final Board board = new Board();
  private TestClamd clamd;
  private Wire wire;
  private AntivirusService service;
  private TestMirror alice;

  @BeforeEach
  void start() throws Exception {
    TestClamd.assumeInstalled();
    clamd = TestClamd.start(directory.resolve("clamd"), "AlertExceedsMax yes", "MaxFileSize 2M");
    wire = Wire.to(clamd.address(), HOST);
    service = AntivirusService.start(settings("state"), board, Clock.systemUTC());
    alice = new TestMirror(directory, "alice", false);
  }

  private AntivirusSettings settings(String name) {
    AntivirusSettings usual = AntivirusSettings.at(wire.address(), directory.resolve(name));
    return new AntivirusSettings(
        usual.clamd(),
        ClamdLimits.DEFAULT,
        usual.directory(),
        usual.spoolBytes(),
        usual.spoolFiles(),
        2,
        Duration.ofMinutes(5),
        Duration.ofMillis(200),
        Duration.ofHours(1),
        true);
  }

  @AfterEach
  void stop() throws Exception {
    if (clamd != null) {
      wire.close();
      service.close();
      clamd.close();
    }
  }

  @Test
  void aScanFindsWhatIsThere() throws Exception {
    Files.write(alice.files.resolve("clean.txt"), new byte[] {1, 2, 3});
    Files.createDirectory(alice.files.resolve("down"));
    Files.write(alice.files.resolve("down/a\nb"), TestClamd.EICAR);
    Files.createSymbolicLink(alice.files.resolve("link"), Path.of("/etc/passwd"));
    mkfifo(alice.files.resolve("pipe"));
    alice.settle(service, scan(7, "on-finding", "quarantine"));

    Notice result = result(alice, 7);
    assertThat(counts(result)).containsExactly("2", "71", "1", "0");
    assertThat(result.text()).contains("1 links skipped").contains("1 pipes");
    Notice finding = board.to(alice.owner, "scan-finding").get(0);
    assertThat(finding.first("order")).contains("7");
    assertThat(finding.first("path")).contains("down/a\nb");
    assertThat(finding.first("signature")).contains(TestClamd.EICAR_SIGNATURE);
    assertThat(finding.first("sha256")).hasValueSatisfying(hash -> assertThat(hash).hasSize(64));
    assertThat(finding.first("action")).contains("quarantine");
    assertThat(finding.text()).doesNotContain("\n");

    alice.settle(service, order(8, "handled", "of", "7", "path", "down/a\nb", "result", "failed"));
    assertThat(service.findings(alice.owner))
        .singleElement()
        .extracting(Finding::state)
        .isEqualTo("failed");
    awaitEmptySpool();
  }

  private Path odd(String name) {
    return Path.of(URI.create(alice.files.toUri() + name));
  }

  @Test
  void namesThatAreNotUtf8HideNothing() throws Exception {
    Files.createDirectory(odd("dir%FF"));
    Files.write(odd("dir%FF/b%0Ad%FE"), TestClamd.EICAR);
    Files.write(odd("clean%80"), new byte[] {1, 2, 3});
    alice.settle(service, scan(7, "on-finding", "quarantine"));
    assertThat(counts(result(alice, 7))).containsExactly("2", "71", "1", "0");
    String path = "dir\ufffd/b\nd\ufffd";
    assertThat(board.to(alice.owner, "scan-finding").get(0).first("path")).contains(path);

    // of two that are the same as text nobody knows which is which: both are no clean files
    Files.write(odd("clean%81"), new byte[] {4});
    Files.write(odd("clean%80"), new byte[] {5});
    for (int i = 0; i < 3; i++) {
      alice.settle(service, i == 0 ? new Order[] {scan(8)} : new Order[0]);
    }
    assertThat(counts(result(alice, 8))).containsExactly("3", "70", "1", "2");
    assertThat(board.to(alice.owner, "scan-failed"))
        .extracting(notice -> notice.first("path").orElseThrow())
        .containsExactlyInAnyOrder("clean\ufffd", "clean\ufffd\ufffd2");

    // the phone puts it away; the mirror can't, says so in its log, and the books are right
    alice.settle(service, order(9, "handled", "of", "7", "path", path, "result", "quarantined"));
    assertThat(service.findings(alice.owner)).extracting(Finding::state).contains("quarantined");
  }

  @Test
  void whatIsKnownIsNotScannedAgain() throws Exception {
    random(alice.files.resolve("big"), 1, BIG);
    Files.write(alice.files.resolve("bad"), TestClamd.EICAR);
    alice.settle(service, scan(1));
    result(alice, 1);
    clamd.kill();

    alice.settle(service, scan(2));
    assertThat(counts(result(alice, 2))).containsExactly("2", "" + (BIG + 68), "1", "0");
    Files.move(alice.files.resolve("big"), alice.files.resolve("renamed"));
    alice.settle(service, scan(3, "path", "/renamed"));
    assertThat(counts(result(alice, 3))).containsExactly("1", "" + BIG, "0", "0");
    TestMirror bob = new TestMirror(directory, "bob", false);
    Files.copy(alice.files.resolve("renamed"), bob.files.resolve("own"));
    bob.settle(service, scan(1));
    assertThat(counts(result(bob, 1))).containsExactly("1", "" + BIG, "0", "0");
    assertThat(bob.reads).isZero();
    assertThat(wire.streams()).isEqualTo(1);
  }

  @Test
  void anOrderThatComesAgainIsAnsweredOnce() throws Exception {
    random(alice.files.resolve("big"), 1, BIG);
    alice.settle(service, scan(1));
    alice.settle(service, scan(1));
    result(alice, 1);
    alice.settle(service, scan(1), scan(2));
    result(alice, 2);
    assertThat(board.to(alice.owner, "scan-result")).hasSize(2);
  }

  @Test
  void theServerIsKilledInMidScan() throws Exception {
    random(alice.files.resolve("big"), 1, BIG);
    Files.write(alice.files.resolve("bad"), TestClamd.EICAR);
    wire.hold();
    alice.settle(service, scan(1));
    wire.awaitHeld();
    // what a killed process leaves; the other goes on and finds nobody to tell
    TestMirror.copy(directory.resolve("state"), directory.resolve("left"));
    Board after = new Board();
    try (AntivirusService reopened =
        AntivirusService.start(settings("left"), after, Clock.systemUTC())) {
      wire.release();
      Notice result = after.await(alice.owner, "scan-result");
      assertThat(counts(result)).containsExactly("2", "" + (BIG + 68), "1", "0");
      alice.settle(reopened, scan(1), scan(2));
      after.await(alice.owner, notice -> isResult(notice, 2));
      assertThat(after.to(alice.owner, "scan-result")).hasSize(2);
    }
  }

  @Test
  void clamdIsKilledInMidScan() throws Exception {
    random(alice.files.resolve("big"), 1, BIG);
    wire.hold();
    alice.settle(service, scan(1));
    wire.awaitHeld();
    clamd.kill();
    wire.release();
    alice.settle(service);
    assertThat(board.await(alice.owner, "scan-progress").first("total")).contains("1");
    assertThat(board.to(alice.owner, "scan-result")).isEmpty();
    clamd.start();
    assertThat(counts(result(alice, 1))).containsExactly("1", "" + BIG, "0", "0");
  }

  @Test
  void aMirrorIsRemovedInMidScan() throws Exception {
    random(alice.files.resolve("big"), 1, BIG);
    wire.hold();
    alice.settle(service, scan(1));
    wire.awaitHeld();
    service.removed(alice.owner);
    assertThat(spooled()).isEmpty();
    int told = board.to(alice.owner).size();
    wire.release();
    TestMirror bob = new TestMirror(directory, "bob", false);
    random(bob.files.resolve("big"), 2, BIG);
    bob.settle(service, scan(1));
    result(bob, 1);
    assertThat(board.to(alice.owner)).hasSize(told);
  }

  @Test
  void newFilesAreScannedWithoutBeingAsked() throws Exception {
    TestMirror bob = new TestMirror(directory, "bob", true);
    Files.write(alice.files.resolve("bad"), TestClamd.EICAR);
    Files.write(bob.files.resolve("bad"), TestClamd.EICAR);
    alice.settle(service);
    bob.settle(service);
    Notice finding = board.await(bob.owner, "scan-finding");
    assertThat(finding.first("order")).isEmpty();
    assertThat(finding.first("action")).contains("quarantine");
    Files.move(bob.files.resolve("bad"), bob.files.resolve("worse"));
    bob.settle(service);
    board.await(bob.owner, notice -> notice.first("path").equals(Optional.of("worse")));
    Files.write(bob.files.resolve("good"), new byte[] {1});
    bob.settle(
        service,
        order(5, "handled", "path", "worse", "result", "quarantined"),
        order(6, "handled", "path", "good", "result", "quarantined"));
    assertThat(bob.files.resolve("worse")).doesNotExist();
    assertThat(bob.files.resolve("good")).as("in which nothing was found").exists();
    assertThat(board.to(bob.owner, "scan-finding")).hasSize(2);
    assertThat(service.findings(bob.owner)).extracting(Finding::state).contains("quarantined");
    assertThat(board.to(alice.owner)).isEmpty();
    assertThat(alice.reads).isZero();
  }

  @Test
  void aSignatureUpdateTellsAllOwners() throws Exception {
    TestMirror bob = new TestMirror(directory, "bob", true);
    byte[] worm = random(alice.files.resolve("worm"), 3, BIG);
    Files.write(bob.files.resolve("game"), worm);
    bob.settle(service);
    alice.settle(service, scan(1));
    assertThat(counts(result(alice, 1))).containsExactly("1", "" + BIG, "0", "0");
    clamd.setSignatures(2, List.of(worm));
    clamd.reload();
    // intervals pass until the new signatures are in use
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (board.to(alice.owner, "scan-finding").isEmpty() && System.nanoTime() < deadline) {
      bob.settle(service);
      Thread.sleep(50);
    }
    assertThat(board.await(bob.owner, "scan-finding").first("path")).contains("game");
    Notice finding = board.await(alice.owner, "scan-finding");
    assertThat(finding.first("path")).contains("worm");
    assertThat(finding.first("signature")).contains("Test-0.UNOFFICIAL");
  }

  @Test
  void whatCannotBeScannedIsNotClean() throws Exception {
    random(alice.files.resolve("longer"), 4, 2_500_000);
    alice.settle(service, scan(1, "path", "", "path", "no/../such"));
    assertThat(counts(result(alice, 1))).containsExactly("2", "2500000", "0", "2");
    assertThat(board.to(alice.owner, "scan-failed"))
        .extracting(notice -> notice.first("reason").orElseThrow())
        .containsExactlyInAnyOrder("limit", "not-found");
  }

  @Test
  void onlyWhatHasChanged() throws Exception {
    TestMirror bob = new TestMirror(directory, "bob", true);
    random(bob.files.resolve("old"), 1, 1000);
    bob.settle(service);
    Files.write(bob.files.resolve("new"), TestClamd.EICAR);
    bob.settle(service);
    bob.settle(service, scan(1, "since", "" + TestMirror.MINUTE_MICROS));
    assertThat(counts(result(bob, 1))).containsExactly("1", "68", "1", "0");
    bob.settle(service, scan(2, "since", "0"));
    assertThat(counts(result(bob, 2))).containsExactly("2", "1068", "1", "0");
  }

  @Test
  void aFileThatChangesWhileItIsReadGetsNoVerdict() throws Exception {
    Files.write(alice.files.resolve("file"), TestClamd.EICAR);
    alice.before =
        view -> {
          Files.write(view.resolve("file"), new byte[68]);
          return null;
        };
    alice.settle(service, scan(1));
    while (board.to(alice.owner, "scan-failed").isEmpty()) {
      alice.settle(service);
      Thread.sleep(10); // between intervals
    }
    assertThat(counts(result(alice, 1))).containsExactly("1", "68", "0", "1");
    assertThat(board.to(alice.owner, "scan-failed").get(0).first("reason")).contains("changed");
    alice.before = view -> null;
    alice.settle(service, scan(2));
    assertThat(counts(result(alice, 2))).containsExactly("1", "68", "1", "0");
  }

  @Test
  void aFileThatCannotBeReadFailsAfterSomeIntervals() throws Exception {
    Files.write(alice.files.resolve("file"), new byte[10]);
    alice.before =
        view -> {
          Files.delete(view.resolve("file"));
          Files.createSymbolicLink(view.resolve("file"), Path.of("/etc/passwd"));
          return null;
        };
    alice.settle(service, scan(1));
    alice.settle(service);
    alice.settle(service);
    assertThat(counts(result(alice, 1))).containsExactly("1", "10", "0", "1");
    assertThat(spooled()).isEmpty();
  }

  @Test
  void ordersThatAreNotUnderstood() throws Exception {
    alice.settle(
        service,
        order(1, "heal"),
        scan(2, "since", "yesterday"),
        scan(3, "on-finding", "delete"),
        order(4, "handled", "path", "x", "result", "eaten"),
        order(5, "handled", "path", "x", "result", "quarantined"));
    board.await(alice.owner, notice -> notice.first("order").equals(Optional.of("5")));
    assertThat(board.to(alice.owner))
        .extracting(notice -> notice.topic() + " " + notice.first("reason").orElseThrow())
        .containsExactly(
            "scan-failed bad-request",
            "scan-failed bad-request",
            "scan-failed bad-request",
            "scan-failed bad-request",
            "scan-failed not-found");
  }

  private Notice result(TestMirror mirror, long order) throws InterruptedException {
    return board.await(mirror.owner, notice -> isResult(notice, order));
  }

  private static boolean isResult(Notice notice, long order) {
    return notice.topic().equals("scan-result")
        && notice.first(Notice.ORDER).orElseThrow().equals(Long.toString(order));
  }

  private static List<String> counts(Notice result) {
    return Stream.of("files", "bytes", "findings", "failed")
        .map(name -> result.first(name).orElseThrow())
        .toList();
  }

  /** A content goes after its result was told. */
  private void awaitEmptySpool() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!spooled().isEmpty()) {
      assertThat(System.nanoTime()).as("spooled: %s", spooled()).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private List<Path> spooled() throws Exception {
    try (Stream<Path> files = Files.list(directory.resolve("state/spool"))) {
      return files.toList();
    }
  }

  private static byte[] random(Path file, long seed, int length) throws Exception {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    Files.write(file, content);
    return content;
  }

  private static void mkfifo(Path path) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }
}
