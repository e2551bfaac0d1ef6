package org.phonemirror.core.antivirus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.core.antivirus.TestMirror.order;
import static org.phonemirror.core.antivirus.TestMirror.scan;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.antivirus.clamd.ClamdLimits;
import org.phonemirror.core.antivirus.clamd.FakeClamd;
import org.phonemirror.core.antivirus.clamd.TestClamd;
import org.phonemirror.sync.Notice;

/** With no clamd, or one that does not do what it should. */
class AntivirusFaultsTest {
  private static final String HOST = "127.62.3.1";
  private static final ClamdLimits LIMITS =
      new ClamdLimits(
          Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(300), 70_000);

  @TempDir Path directory;
  private final Board board = new Board();
  private TestMirror alice;

  @BeforeEach
  void start() throws Exception {
    alice = new TestMirror(directory, "alice", false);
    Files.write(alice.files.resolve("file"), new byte[] {1, 2, 3});
  }

  private AntivirusService service(SocketAddress clamd, Duration patience, int spoolFiles)
      throws Exception {
    return AntivirusService.start(
        new AntivirusSettings(
            clamd,
            LIMITS,
            directory.resolve("state"),
            LIMITS.contentBytes(),
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
    try (FakeClamd clamd = FakeClamd.start(HOST, FakeClamd.SILENCE);
        AntivirusService service = service(clamd.address(), Duration.ofMinutes(5), 10)) {
      alice.settle(service, scan(1));
      assertThat(board.await(alice.owner, "scan-result").first("failed")).contains("1");
      assertThat(board.to(alice.owner, "scan-failed"))
          .singleElement()
          .satisfies(notice -> assertThat(notice.first("reason")).contains("refused"));
    }
  }

  @Test
  void aClamdThatRefusesIsAskedAgain() throws Exception {
    try (FakeClamd clamd = FakeClamd.start(HOST, "INSTREAM: Can't allocate memory ERROR");
        AntivirusService service = service(clamd.address(), Duration.ofMinutes(5), 10)) {
      alice.settle(service, scan(1));
      clamd.setAnswer("stream: OK");
      assertThat(board.await(alice.owner, "scan-result").first("failed")).contains("0");
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
      for (int i = 0; i < 600 && board.to(alice.owner, "scan-result").isEmpty(); i++) {
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
