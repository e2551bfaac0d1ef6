package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.traffic.flow.Subscriber;

/** What is on which tape, and by which clock. */
class TapeTimeTest {
  /** The phone's clock is behind the server's by this. */
  private static final long BEHIND = 7_000_000;

  private final TestTap tap = new TestTap();
  private final Subscriber phone = tap.phone;

  private void datagram(String text) {
    tap.packet(
        Packets.ip(TestTap.PHONE, TestTap.SERVER, 17, Packets.udp(1, 2, TestTap.text(text))));
  }

  private void batchArrives(long delayMillis) {
    phone.intervalEnded(tap.now - BEHIND, tap.now + delayMillis * 1_000);
  }

  private static java.util.List<String> texts(Tape tape) {
    return tape.udp().stream()
        .flatMap(flow -> flow.datagrams().stream())
        .map(d -> new String(d.data(), java.nio.charset.StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void timesAreThePhones() {
    batchArrives(40);
    batchArrives(0);
    batchArrives(90_000);
    datagram("a");

    Tape tape = phone.cut(tap.now - BEHIND - 10, tap.now - BEHIND + 10);
    assertThat(tape.udp().get(0).datagrams().get(0).timeMicros()).isEqualTo(tap.now - BEHIND);
  }

  @Test
  void onlyTheLastBatchesCount() {
    phone.intervalEnded(tap.now + 1_000_000_000, tap.now); // before the phone's clock was set
    for (int i = 0; i < 8; i++) {
      batchArrives(0);
    }
    datagram("a");

    assertThat(phone.cut(tap.now - BEHIND, tap.now - BEHIND + 1).isSilent()).isFalse();
  }

  @Test
  void tapesJoinWithoutGapAlthoughTheEstimateMoves() {
    batchArrives(500);
    long start = tap.now - BEHIND - 1_000_000;
    datagram("a");
    tap.millis(1_000);
    datagram("b");
    long end = tap.now - BEHIND - 200_000; // with the estimate as it is, before b
    Tape first = phone.cut(start, end);
    batchArrives(0);
    batchArrives(0);
    tap.millis(1_000);
    datagram("c");
    Tape second = phone.cut(end, tap.now - BEHIND + 1);

    assertThat(texts(first)).contains("a");
    assertThat(java.util.stream.Stream.of(first, second).flatMap(t -> texts(t).stream()))
        .containsExactly("a", "b", "c");
    assertThat(second.udp().get(0).datagrams())
        .allSatisfy(d -> assertThat(d.timeMicros()).isBetween(end, tap.now));
  }

  @Test
  void whatWasInNoIntervalIsOnNoTape() {
    datagram("before");
    tap.millis(10_000);
    datagram("in");

    assertThat(texts(phone.cut(tap.now - 1_000, tap.now + 1))).containsExactly("in");
  }

  @Test
  void endIsExclusive() {
    long start = tap.now;
    datagram("a");
    tap.millis(1_000);
    datagram("b");

    assertThat(texts(phone.cut(start, tap.now))).containsExactly("a");
    assertThat(texts(phone.cut(tap.now, tap.now + 1))).containsExactly("b");
  }

  @Test
  void sessionContentIsInItsPlace() {
    batchArrives(0);
    SessionContent message =
        new SessionContent(
            tap.now,
            SessionContent.Direction.TO_PHONE,
            "MESSAGE",
            "sip:friend@ims.test",
            "text/plain",
            TestTap.text("hello"));
    phone.session(message);

    Tape tape = phone.cut(tap.now - BEHIND, tap.now - BEHIND + 1);
    assertThat(tape.session()).hasSize(1);
    assertThat(tape.session().get(0).timeMicros()).isEqualTo(tap.now - BEHIND);
    assertThat(tape.session().get(0).body()).isEqualTo(message.body());
  }
}
