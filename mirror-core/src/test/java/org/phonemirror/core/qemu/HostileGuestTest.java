package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.sync.InputEvent;

/**
 * The guest's end of the agent protocol in hostile hands: whatever it says, the host's call ends in
 * bounded time and memory, by an error that tells what was wrong.
 */
class HostileGuestTest {
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final long START = 1_767_600_000_000_000L;
  private static final int LONGEST_MESSAGE = 1000;
  private static final String DONE =
      "DONE events=%s errors=%s lateness_p99_us=0 lateness_max_us=0 clock_error_us=0"
          + " lost_requests=%s\n";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DONE ",
        "DONE events=1",
        "DONE events=x errors=0 lateness_p99_us=0 lateness_max_us=0 clock_error_us=0"
            + " lost_requests=0",
        "FLOW 1 2 3 4 5 6",
        "FLOW 1 2 3 -2 5 6 7",
        "FLOW 9999999999999999999 2 3 4 5 6 7",
        "FLOW 1 2 3 4 99999999999 6 7",
        "UNUSED -1",
        "REQUEST 0 tcp 0a00020f 65536 -",
        "REQUEST 0 tcp 0a00020f 80 0",
        "REQUEST 0 sctp 0a00020f 80 00",
        "ERROR limit",
        "FROZEN",
        ""
      })
  void anAnswerThatIsNoneIsRefused(String answer) throws Exception {
    assertThatRun(talk -> talk.write(answer + "\n"), TIME).hasMessageContaining("agent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "2", "65537", "2147483648", "999999999999999999"})
  void lyingCountsAreRefused(String count) throws Exception {
    assertThatRun(talk -> talk.write(DONE.formatted(count, 0, 0)), TIME)
        .hasMessageContaining("DONE");
    assertThatRun(talk -> talk.write(DONE.formatted(1, count, 0)), TIME)
        .hasMessageContaining("DONE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "2147483648", "999999999999999999"})
  void lyingLossesAreRefused(String count) throws Exception {
    assertThatRun(talk -> talk.write(DONE.formatted(1, 0, count)), TIME)
        .hasMessageContaining("DONE");
  }

  @Test
  void aFloodWithoutALineIsCutOff() throws Exception {
    String flood = "x".repeat(100_000);
    assertThatRun(
            talk -> {
              while (true) {
                talk.write(flood);
              }
            },
            TIME)
        .hasMessageContaining("line of more than 16384 bytes");
  }

  @Test
  void aFloodOfReportsIsCutOff() throws Exception {
    String flood = "FLOW 1 0 0 -1 0 0 0\nUNUSED 7\n".repeat(1000);
    assertThatRun(
            talk -> {
              while (true) {
                talk.write(flood);
              }
            },
            TIME)
        .hasMessageContaining("lines");
  }

  @Test
  void aFloodOfRequestsIsCutOff() throws Exception {
    String flood = ("REQUEST 0 tcp 0a00020f 80 " + "61".repeat(512) + "\n").repeat(100);
    assertThatRun(talk -> talk.write(flood), TIME).hasMessageContaining("more than 64 requests");
  }

  @Test
  void silenceEndsAtTheDeadline() throws Exception {
    assertThatRun(talk -> {}, SHORT).hasMessageContaining("no answer in PT0.3S");
  }

  @Test
  void aLineThatComesByteByByteEndsAtTheDeadline() throws Exception {
    assertThatRun(
            talk -> {
              while (true) {
                talk.write("x");
                Thread.onSpinWait();
              }
            },
            SHORT)
        .hasMessageMatching("(?s).*(no answer in PT0.3S|line of more than 16384 bytes).*");
  }

  @Test
  void oneThatGoesAwayInTheMiddleOfALineIsTold() throws Exception {
    assertThatRun(
            talk -> {
              talk.write("DONE events=1");
              talk.close();
            },
            TIME)
        .hasMessageContaining("closed the connection");
  }

  @Test
  void noiseIsRefused() throws Exception {
    Random random = new Random(6);
    StringBuilder noise = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      noise.append((char) random.nextInt(256));
    }
    assertThatRun(talk -> talk.write(noise.toString()), TIME).hasMessageContaining("RUN");
  }

  @Test
  void anAnswerBeforeItsQuestionIsNone() throws Exception {
    try (HostilePeer guest =
            new HostilePeer(
                directory.resolve("guest"),
                talk -> {
                  talk.readLine();
                  talk.write("STARTED\nFROZEN\n");
                });
        AgentChannel agent = agent(guest)) {
      agent.start(START, Deadline.in(TIME));
      assertThatThrownBy(() -> agent.freeze(Deadline.in(TIME)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("FREEZE")
          .hasMessageContaining("without being asked");
    }
  }

  @Test
  void oneThatDoesNotReadEndsAtTheDeadline() throws Exception {
    try (HostilePeer guest =
            new HostilePeer(
                directory.resolve("guest"),
                talk -> {
                  talk.readLine();
                  new CountDownLatch(1).await();
                });
        AgentChannel agent = agent(guest)) {
      assertThatThrownBy(() -> agent.load(new byte[8 << 20], Deadline.in(SHORT)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("does not read in PT0.3S");
    }
  }

  @Test
  void refusalsOfWritesAreCut() throws Exception {
    try (HostilePeer guest =
            new HostilePeer(
                directory.resolve("guest"),
                talk -> {
                  while (true) {
                    talk.readLine();
                    talk.write("ERROR \u001b[2J" + "x".repeat(16_000) + "\n");
                  }
                });
        AgentChannel agent = agent(guest)) {
      List<StorageWrite> writes = List.of(new StorageWrite.Remove("home/a"));
      List<String> refused = agent.write(writes, Deadline.in(TIME));
      assertThat(refused).hasSize(1);
      assertThat(refused.get(0)).hasSizeLessThan(LONGEST_MESSAGE).doesNotContain("\u001b");
    }
  }

  /** What a replay of one event ends by, when the guest has been asked for it. */
  private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertThatRun(
      HostilePeer.Behaviour answer, Duration time) throws Exception {
    Path socket = directory.resolve("guest-" + System.nanoTime());
    try (HostilePeer guest =
            new HostilePeer(
                socket,
                talk -> {
                  talk.readLine();
                  talk.readLine();
                  answer.run(talk);
                });
        AgentChannel agent = agent(guest)) {
      List<InputEvent> events = List.of(new InputEvent(START, 0, InputEvent.EV_KEY, 30, 1));
      return assertThatThrownBy(() -> agent.run(START, 1_000_000, events, Deadline.in(time)))
          .isInstanceOf(IOException.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(LONGEST_MESSAGE));
    }
  }

  private static AgentChannel agent(HostilePeer guest) throws IOException {
    return AgentChannel.connect(guest.socket(), () -> true, Deadline.in(TIME));
  }
}
