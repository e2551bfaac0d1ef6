package org.phonemirror.core.antivirus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.core.antivirus.TestMirror.order;
import static org.phonemirror.core.antivirus.TestMirror.scan;

import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.antivirus.clamd.ClamdLimits;
import org.phonemirror.core.antivirus.clamd.FakeClamd;
import org.phonemirror.core.antivirus.clamd.TestClamd;
import org.phonemirror.core.store.SmallDisk;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;

/** With no clamd, or one that does not do what it should. */
class AntivirusFaultsTest {
  private static final String HOST = "127.62.3.1";
  private static final ClamdLimits LIMITS = limits(Duration.ofSeconds(60));

  @TempDir Path directory;
  private final Board board = new Board();
  private TestMirror alice;

  @BeforeEach
  void start() throws Exception {
    alice = new TestMirror(directory, "alice", false);
    Files.write(alice.files.resolve("file"), new byte[] {1, 2, 3});
  }

  private static ClamdLimits limits(Duration scan) {
    return new ClamdLimits(Duration.ofSeconds(60), Duration.ofSeconds(60), scan, 70_000);
  }

  private AntivirusService service(SocketAddress clamd, Duration patience, int spoolFiles)
      throws Exception {
    return service(clamd, LIMITS, directory.resolve("state"), patience, spoolFiles);
  }

  private AntivirusService service(
      SocketAddress clamd, ClamdLimits limits, Path state, Duration patience, int spoolFiles)
      throws Exception {
    return AntivirusService.start(
        new AntivirusSettings(
            clamd,
            limits,
            state,
            limits.contentBytes(),
            spoolFiles,
            1,
            patience,
            Duration.ofMillis(100),
            Duration.ofHours(1),
            false),
        board,
        Clock.systemUTC());
  }

  @Test
  void aClamdThatDoesNotAnswerIsGivenUp() throws Exception {
    ClamdLimits impatient = limits(Duration.ofMillis(300));
    Path state = directory.resolve("state");
    try (FakeClamd clamd = FakeClamd.start(HOST, FakeClamd.SILENCE);
        AntivirusService service =
            service(clamd.address(), impatient, state, Duration.ofMinutes(5), 10)) {
      alice.settle(service, scan(1));
      assertThat(board.await(alice.owner, "scan-result").first("failed")).contains("1");
      assertThat(board.to(alice.owner, "scan-failed"))
          .singleElement()
          .satisfies(notice -> assertThat(notice.first("reason")).contains("refused"));
    }
  }

  @Test
  void aClamdThatRefusesIsAskedAgain() throws Exception {
    try (FakeClamd clamd = FakeClamd.start(HOST, "stream: OK");
        AntivirusService service = service(clamd.address(), Duration.ofMinutes(5), 10)) {
      clamd.answerOnce("INSTREAM: Can't allocate memory ERROR");
      alice.settle(service, scan(1));
      assertThat(board.await(alice.owner, "scan-result").first("failed")).contains("0");
    }
  }

  @Test
  void whoeverListensIsToldOfMalware() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    try (FakeClamd clamd = FakeClamd.start(HOST, "stream: Test.Bad FOUND");
        AntivirusService service = service(clamd.address(), Duration.ofMinutes(5), 10)) {
      service.listener((sha256, malware) -> told.add(sha256 + " " + malware));
      alice.settle(service, scan(1));
      String found = told.poll(60, TimeUnit.SECONDS);
      assertThat(found).isNotNull().endsWith(" Test.Bad");
      assertThat(service.malware(found.substring(0, 64))).contains("Test.Bad");
      assertThat(board.await(alice.owner, "scan-result").first("findings")).contains("1");

      AntivirusStats stats = service.stats();
      assertThat(stats.outage()).isEmpty();
      assertThat(stats.signatures()).isPresent();
      assertThat(stats.infected()).isEqualTo(1);
      assertThat(stats.findings()).isEqualTo(1);
      assertThat(stats.openScans()).isZero();
    }
  }

  @Test
  void ifThereIsNoClamdForTooLongTheOrderFails() throws Exception {
    SocketAddress nowhere = UnixDomainSocketAddress.of(directory.resolve("none"));
    try (AntivirusService service = service(nowhere, Duration.ofMillis(500), 10)) {
      alice.settle(service, scan(1));
      Notice failed = board.await(alice.owner, "scan-failed");
      assertThat(failed.first("reason")).contains("unavailable");
      assertThat(failed.first("path")).isEmpty();
      assertThat(service.stats().outage())
          .hasValueSatisfying(why -> assertThat(why).contains("none"));
      assertThat(service.stats().queued()).isEqualTo(1);
      alice.settle(service, scan(1));
    }
    assertThat(board.to(alice.owner, "scan-result")).isEmpty();
    assertThat(board.to(alice.owner, "scan-failed")).hasSize(1);
  }

  @Test
  void aClamdThatHidesItsLimitsIsNone() throws Exception {
    TestClamd.assumeInstalled();
    try (TestClamd clamd = TestClamd.start(directory.resolve("clamd"));
        AntivirusService service = service(clamd.address(), Duration.ofMillis(500), 10)) {
      alice.settle(service, scan(1));
      assertThat(board.await(alice.owner, "scan-failed").first("reason")).contains("unavailable");
    }
    assertThat(board.to(alice.owner, "scan-result")).isEmpty();
  }

  @Test
  void whatTheSpoolHasNoRoomForWaitsOnTheMirror() throws Exception {
    Files.write(alice.files.resolve("second"), new byte[] {4});
    Files.write(alice.files.resolve("third"), new byte[] {5});
    Files.write(alice.files.resolve("too big"), new byte[80_000]);
    try (FakeClamd clamd = FakeClamd.start(HOST, "stream: OK");
        AntivirusService service = service(clamd.address(), Duration.ofMinutes(5), 1)) {
      alice.settle(service, scan(1));
      Files.delete(alice.files.resolve("third"));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (board.to(alice.owner, "scan-result").isEmpty() && System.nanoTime() < deadline) {
        alice.settle(service);
        Thread.sleep(10); // between intervals
      }
      Notice result = board.await(alice.owner, "scan-result");
      assertThat(result.first("files")).contains("4");
      assertThat(result.first("failed")).contains("2");
      assertThat(board.to(alice.owner, "scan-failed"))
          .extracting(notice -> notice.first("reason").orElseThrow())
          .containsExactlyInAnyOrder("too-big", "changed");
    }
  }

  @Test
  void noticesWaitForABoard() throws Exception {
    SocketAddress nowhere = UnixDomainSocketAddress.of(directory.resolve("none"));
    AntivirusSettings settings = AntivirusSettings.at(nowhere, directory.resolve("state"));
    try (AntivirusService service =
        AntivirusService.start(
            settings,
            (subscriber, notice) -> {
              throw new IllegalStateException("mirrors are not up");
            },
            Clock.systemUTC())) {
      alice.settle(service, order(1, "heal"));
    }
    try (AntivirusService service = AntivirusService.start(settings, board, Clock.systemUTC())) {
      assertThat(board.await(alice.owner, "scan-failed").first("order")).contains("1");
      assertThat(service.findings(alice.owner)).isEmpty();
    }
  }

  @Test
  void aDiskWithoutSpaceDelaysAndLosesNothing() throws Exception {
    Files.write(alice.files.resolve("second"), new byte[600_000]);
    ClamdLimits limits = new ClamdLimits(LIMITS.connect(), LIMITS.idle(), LIMITS.scan(), 1_000_000);
    try (SmallDisk disk = SmallDisk.at(directory.resolve("small"), 4_000);
        FakeClamd clamd = FakeClamd.start(HOST, "stream: OK")) {
      Path state = disk.top().resolve("state");
      try (AntivirusService service =
          service(clamd.address(), limits, state, Duration.ofMinutes(5), 10)) {
        alice.settle(service, scan(1, "path", "/file"));
        board.await(alice.owner, "scan-result");

        disk.fill(300_000); // the books fit, the file doesn't
        for (int i = 0; i < 5; i++) {
          alice.settle(service, i == 0 ? new Order[] {scan(2)} : new Order[0]);
        }
        assertThat(service.stats().openScans()).isEqualTo(1);
        assertThat(state.resolve("spool")).isEmptyDirectory();
        disk.fill(0); // nothing fits: the mirror's services tell the phone
        assertThatThrownBy(() -> alice.settle(service, scan(3)))
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining(state.toString());

        disk.free();
        alice.settle(service, scan(4));
        for (String order : List.of("2", "4")) {
          Notice result =
              board.await(
                  alice.owner,
                  notice ->
                      notice.topic().equals("scan-result")
                          && notice.first("order").equals(Optional.of(order)));
          assertThat(result.first("files")).contains("2");
          assertThat(result.first("failed")).contains("0");
        }
      }
    }
    assertThat(board.to(alice.owner, "scan-failed")).isEmpty();
  }

  @Test
  void aSpoolMustHoldAFile() {
    AntivirusSettings usual = AntivirusSettings.at(UnixDomainSocketAddress.of("/x"), directory);
    assertThatThrownBy(
            () ->
                new AntivirusSettings(
                    usual.clamd(),
                    usual.limits(),
                    directory,
                    1_000,
                    10,
                    1,
                    usual.patience(),
                    usual.versionEvery(),
                    usual.failedAgainAfter(),
                    false))
        .hasMessageContaining("spool");
  }
}
