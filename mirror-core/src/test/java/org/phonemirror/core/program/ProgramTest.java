package org.phonemirror.core.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that behave, and some that don't. */
@Timeout(60)
class ProgramTest {
  /** Far more than any test takes. */
  private static final Duration LONG = Duration.ofSeconds(50);

  private static final Duration SHORT = Duration.ofSeconds(2);

  @TempDir private Path directory;

  private static String shell(String script, String input, Duration time) throws IOException {
    return Program.run(List.of("sh", "-c", script), input, time);
  }

  @Test
  void itsOutputIsItsAnswer() throws Exception {
    assertThat(Program.run(List.of("cat"), "caf\u00e9\n")).isEqualTo("caf\u00e9\n");
    assertThat(Program.run(List.of("true"), "")).isEmpty();
    assertThat(shell("echo $LC_ALL; echo noise >&2", "", LONG)).isEqualTo("C.UTF-8\n");
  }

  @Test
  void inputAndBothOutputsMayBeLongerThanAnyPipe() throws Exception {
    String text = "0123456789abcde\n".repeat(200_000);
    assertThat(shell("tee /dev/stderr", text, LONG)).isEqualTo(text);
    assertThatThrownBy(() -> shell("tee /dev/stderr; exit 3", text, LONG))
        .isInstanceOf(ProgramFailedException.class)
        .message()
        .startsWith("'sh -c tee /dev/stderr; exit 3' failed: 0123")
        .hasSizeLessThan(2 * Program.MOST_ERROR_BYTES);
  }

  @Test
  void whatFailsSaysWhy() {
    assertThatThrownBy(() -> shell("echo odd; echo bad >&2; exit 1", "", LONG))
        .isInstanceOf(ProgramFailedException.class)
        .hasMessageEndingWith("failed: bad");
    assertThatThrownBy(() -> shell("echo odd; exit 1", "", LONG))
        .hasMessageEndingWith("failed: odd");
    assertThatThrownBy(() -> Program.run(List.of("no-such-program"), ""))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ProgramFailedException.class)
        .hasMessageContaining("no-such-program");
  }

  @Test
  void anInputThatNobodyReadsDoesNotMatter() throws Exception {
    for (int length : new int[] {1, 4096, 1_000_000}) {
      assertThat(shell("exec <&-; echo done", "x".repeat(length), LONG)).isEqualTo("done\n");
    }
  }

  @Test
  void whoSaysTooMuchIsEnded() {
    assertThatThrownBy(() -> Program.run(List.of("yes"), "", LONG))
        .isInstanceOf(ProgramFailedException.class)
        .hasMessage("'yes' says more than " + Program.MOST_OUTPUT_BYTES + " bytes");
  }

  @Test
  void whoDoesNotEndIsEndedWithItsChildren() throws Exception {
    Path pids = directory.resolve("pids");
    String script = "sleep 1000 & echo $$ $! > " + pids + "; wait";
    assertThatThrownBy(() -> shell(script, "", SHORT))
        .isInstanceOf(ProgramFailedException.class)
        .hasMessageContaining("has not ended after 2 s");
    awaitEnds(pids);
  }

  /** Waits for the processes whose numbers are in a file, as far as they came to write it. */
  private static void awaitEnds(Path pids) throws Exception {
    String numbers = Files.exists(pids) ? Files.readString(pids).strip() : "";
    for (String pid : numbers.isEmpty() ? new String[0] : numbers.split(" ", -1)) {
      var process = ProcessHandle.of(Long.parseLong(pid));
      if (process.isPresent()) {
        process.get().onExit().get();
      }
    }
  }

  @Test
  void aChildThatKeepsThePipesHoldsNobodyUp() throws Exception {
    Path pid = directory.resolve("pid");
    try {
      assertThat(shell("sleep 1000 & echo $! > " + pid + "; echo ready", "", LONG))
          .isEqualTo("ready\n");
      assertThat(Thread.getAllStackTraces().values())
          .as("no thread waits for it")
          .filteredOn(stack -> Stream.of(stack).anyMatch(ProgramTest::isInProgram))
          .isEmpty();
    } finally {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private static boolean isInProgram(StackTraceElement frame) {
    return frame.getClassName().equals(Program.class.getName());
  }

  @Test
  void whoIsInterruptedLeavesNothingRunning() throws Exception {
    Path pid = directory.resolve("pid");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> shell("echo $$ > " + pid + "; exec sleep 1000", "", LONG))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    awaitEnds(pid);
  }
}
