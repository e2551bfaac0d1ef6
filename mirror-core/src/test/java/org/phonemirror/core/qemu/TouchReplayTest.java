package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.input.CapturedTouch;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;

/** What a touch screen tells goes into the guest by its agent as it was told on the phone. */
class TouchReplayTest extends OnReferencePhone {
  private static final Duration TIME = Duration.ofSeconds(60);
  private static final long START = 1_767_600_000_000_000L;

  @TempDir private Path directory;

  @Test
  void theAgentIsToldEachEventOfACaptureAsItWas() throws Exception {
    List<InputEvent> events = CapturedTouch.replayed(directory, START);
    CompletableFuture<List<String>> told = new CompletableFuture<>();
    try (HostilePeer guest =
            new HostilePeer(
                directory.resolve("agent"),
                talk -> {
                  List<String> lines = new ArrayList<>();
                  for (int i = 0; i <= events.size(); i++) {
                    lines.add(talk.readLine());
                  }
                  told.complete(lines);
                  talk.write(
                      "DONE events="
                          + events.size()
                          + " errors=0 lateness_p99_us=0 lateness_max_us=0 clock_error_us=0"
                          + " lost_requests=0\n");
                });
        AgentChannel agent = AgentChannel.connect(guest.socket(), () -> true, Deadline.in(TIME))) {
      ReplayReport report = agent.run(START, 1_000_000, events, Deadline.in(TIME));
      assertThat(report.events()).isEqualTo(events.size());
    }
    List<String> lines = told.get(60, TimeUnit.SECONDS);
    assertThat(lines.get(0)).isEqualTo("RUN " + START + " 1000000 " + events.size());
    // offset, device, EV_ABS, code, value
    assertThat(lines)
        .containsSubsequence(
            "0 1 3 57 70",
            "0 1 3 53 270",
            "0 1 3 54 540",
            "0 1 1 330 1",
            "100000 1 3 47 1",
            "100000 1 3 57 71",
            "300000 1 3 47 0",
            "300000 1 3 57 -1",
            "400000 1 3 57 -1",
            "400000 1 1 330 0");
  }

  /**
   * The reference phone has a tablet and no touch screen: its kernel takes from the reports what a
   * tablet has, and the agent gives them whole.
   */
  @Test
  void aProgramInTheGuestReadsTheReports() throws Exception {
    try (ShellUser user = new ShellUser(driver)) {
      // 24 bytes an event; the first 16 are the time
      String line =
          "e=$(grep -l Tablet /sys/class/input/event*/device/name|cut -d/ -f5);"
              + "head -c 120 /dev/input/$e|od -An -v -w24 -tx2|cut -c41- >t &";
      long rest = 2 * ShellUser.SECOND;
      long typed = user.typed(line + "\n") + rest;
      user.type(line, rest, Tape.silent(user.start(), typed));
      long start = user.start();
      List<InputEvent> events = CapturedTouch.replayed(directory, start + ShellUser.SECOND);
      long length = 5 * ShellUser.SECOND;
      ReplayReport report =
          user.machine().replay(start, length, events, Tape.silent(start, start + length));
      assertThat(report.events()).isEqualTo(events.size());
      assertThat(report.orderErrors()).isZero();
      // ABS_X, ABS_Y and SYN_REPORT of the first, ABS_X and SYN_REPORT of the third
      assertThat(user.file("t"))
          .isEqualTo(
              """
               0003 0000 010e 0000
               0003 0001 021c 0000
               0000 0000 0000 0000
               0003 0000 012c 0000
               0000 0000 0000 0000
              """);
    }
  }
}
