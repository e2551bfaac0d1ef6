package org.phonemirror.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.gateway.TestGuest.MILLISECOND;
import static org.phonemirror.core.gateway.TestGuest.SECOND;
import static org.phonemirror.core.gateway.TestGuest.START;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;
import org.phonemirror.core.tape.TcpFlow;

/** What the mirror's connections get of a tape, and when. */
class PlayTest {
  private static final String SERVER = "192.0.2.80";

  private final TestGuest guest = new TestGuest();

  private static TapeWriter tape(long seconds) {
    return TapeWriter.of(START, START + seconds * SECOND);
  }

  private static void assertFaithful(NetworkReport report, int flows) {
    assertThat(report.flows()).hasSize(flows).allMatch(NetworkReport.Flow::isFaithful);
    assertThat(report.unused()).isEmpty();
    assertThat(report.unrecorded()).isEmpty();
  }

  @Test
  void anAnswerComesAtItsTimeAndAfterWhatPrecededIt() {
    guest.begin(
        tape(10)
            .tcp(SERVER, 80, START)
            .sends("GET /\n")
            .gets(START + 2 * SECOND, "page, ")
            .gets(START + 3 * SECOND, "rest")
            .sends("bye")
            .gets(START + 4 * SECOND, new byte[0], TcpFlow.End.FIN)
            .closed()
            .tape());
    TestConnection connection = guest.connect(SERVER, 80).send("GET /\n");
    guest.pass(2 * SECOND - 1);
    assertThat(connection.receive()).isEmpty();
    guest.pass(1);
    assertThat(connection.receive()).isEqualTo("page, ");
    guest.pass(SECOND);
    assertThat(connection.receive()).isEqualTo("page, rest");
    guest.pass(2 * SECOND);
    connection.receive();
    assertThat(connection.ended).as("before the mirror has said bye").isFalse();
    connection.send("bye").receive();
    assertThat(connection.ended).isTrue();
    NetworkReport report = guest.end(1);
    assertFaithful(report, 1);
    assertThat(report.flows().get(0).longestWaitMicros()).isEqualTo(SECOND);
  }

  @Test
  void afterAMismatchItComesALittleLater() {
    guest.begin(tape(10).tcp(SERVER, 80, START).sends("hello").gets(START, "answer").done().tape());
    TestConnection connection = guest.connect(SERVER, 80).send("hex");
    guest.pass(1500 * MILLISECOND - 1);
    assertThat(connection.receive()).isEmpty();
    guest.pass(1);
    assertThat(connection.receive()).isEqualTo("answer");
    NetworkReport.Flow flow = guest.end(1).flows().get(0);
    assertThat(flow.firstMismatch()).isEqualTo(2);
    assertThat(flow.sentBytes()).isEqualTo(3);
    assertThat(flow.expectedBytes()).isEqualTo(5);
    assertThat(flow.itemsReleased()).isEqualTo(1);
  }

  @Test
  void moreThanThePhoneSentIsHeardAndNotAMismatch() {
    guest.begin(tape(10).tcp(SERVER, 80, START).sends("hi").gets(START, "yes").done().tape());
    TestConnection connection = guest.connect(SERVER, 80).send("hi, there");
    assertThat(connection.receive()).isEqualTo("yes");
    NetworkReport.Flow flow = guest.end(1).flows().get(0);
    assertThat(flow.sentBytes()).isEqualTo(9);
    assertThat(flow.expectedBytes()).isEqualTo(2);
    assertThat(flow.isFaithful()).isFalse();
  }

  @Test
  void aLongRequestThatComesAtOnceIsCompared() {
    String request = "x".repeat(20_000);
    guest.begin(tape(10).tcp(SERVER, 80, START).sends(request).gets(START, "yes").done().tape());
    TestConnection connection = guest.connect(SERVER, 80);
    for (int at = 0; at < request.length(); at += 1000) {
      byte[] tcp =
          connection.data(request.substring(at, at + 1000)); // without a step of the gateway's
      guest.network.receive(tcp, 0, tcp.length, guest.now);
    }
    guest.pass(0);
    assertThat(connection.receive()).isEqualTo("yes");
    assertFaithful(guest.end(1), 1);
  }

  @Test
  void connectionsAreKnownByTheirFirstBytesInAnyOrder() {
    TapeWriter tape = tape(10);
    for (String name : List.of("x", "y", "z")) {
      tape.tcp(SERVER, 80, START).sends("GET " + name).gets(START, "page " + name).done();
    }
    guest.begin(tape.tape());
    TestConnection z = guest.connect(SERVER, 80);
    TestConnection x = guest.connect(SERVER, 80);
    TestConnection y = guest.connect(SERVER, 80);
    assertThat(y.send("GET y").receive()).isEqualTo("page y");
    assertThat(z.send("GET z").receive()).isEqualTo("page z");
    assertThat(x.send("GET x").receive()).isEqualTo("page x");
    assertFaithful(guest.end(1), 3);
  }

  @Test
  void aServerThatSpeaksFirstDoesSoInOrder() {
    guest.begin(
        tape(10)
            .tcp(SERVER, 25, START)
            .gets(START, "220 one\n")
            .sends("QUIT")
            .done()
            .tcp(SERVER, 25, START)
            .gets(START, "220 two\n")
            .done()
            .tape());
    TestConnection one = guest.connect(SERVER, 25);
    assertThat(one.receive()).isEqualTo("220 one\n");
    assertThat(guest.connect(SERVER, 25).receive()).isEqualTo("220 two\n");
    one.send("QUIT");
    assertFaithful(guest.end(1), 2);
  }

  @Test
  void refusedThenAcceptedThenRefusedInTheOrderOfAttempts() {
    guest.begin(
        tape(10)
            .attempt(SERVER, 80, START, TcpFlow.Opening.REFUSED)
            .tcp(SERVER, 80, START)
            .sends("hi")
            .gets(START, "yes")
            .done()
            .attempt(SERVER, 80, START, TcpFlow.Opening.REFUSED)
            .tape());
    assertRefused();
    TestConnection accepted = guest.connect(SERVER, 80);
    assertRefused();
    assertThat(accepted.send("hi").receive()).isEqualTo("yes");
    assertRefused();
    NetworkReport report = guest.end(1);
    assertThat(report.flows()).hasSize(3).allMatch(NetworkReport.Flow::isFaithful);
    assertThat(report.unrecorded()).as("one attempt too many").hasSize(1);
  }

  private void assertRefused() {
    TestConnection refused = guest.connection(SERVER, 80);
    refused.syn();
    List<TestConnection.Segment> answer = refused.segments();
    assertThat(answer).hasSize(1).allMatch(TestConnection.Segment::isRst);
    assertThat(answer.get(0).acknowledgement()).isEqualTo(refused.sequence + 1);
  }

  @Test
  void silenceLastsUntilTheNextRecordedConnection() {
    guest.begin(
        tape(60)
            .attempt(SERVER, 80, START, TcpFlow.Opening.SILENT)
            .tcp(SERVER, 80, START + 20 * SECOND)
            .sends("hi")
            .gets(START, "yes")
            .done()
            .tape());
    TestConnection silent = guest.connection(SERVER, 80);
    for (int seconds : new int[] {0, 1, 2, 4, 8}) {
      guest.pass(seconds * SECOND);
      silent.syn();
      assertThat(silent.segments()).isEmpty();
    }
    guest.pass(4800 * MILLISECOND);
    assertThat(guest.connect(SERVER, 80).send("hi").receive()).isEqualTo("yes");
    assertFaithful(guest.end(1), 2);
  }

  @Test
  void aRequestWithoutRecordIsReportedAndCutOff() {
    guest.begin(tape(10).tape());
    guest.pass(SECOND);
    TestConnection connection = guest.connect("198.51.100.9", 1234).send("GET /secret");
    guest.pass(2 * SECOND - 1);
    connection.receive();
    assertThat(connection.reset).isFalse();
    guest.pass(1);
    connection.receive();
    assertThat(connection.reset).isTrue();
    NetworkReport report = guest.end(1);
    assertThat(report.flows()).isEmpty();
    assertThat(report.unrecorded()).hasSize(1);
    NetworkReport.Request request = report.unrecorded().get(0);
    assertThat(request).hasToString("TCP 198.51.100.9 1234 'GET /secret'");
    assertThat(request.timeMicros()).isEqualTo(START + SECOND);
    guest.begin(Tape.silent(guest.start(), guest.start() + SECOND));
    assertThat(guest.end(1).unrecorded()).as("told once").isEmpty();
  }

  @Test
  void aRequestOfAConnectionThatIsOverIsReportedToo() {
    guest.begin(tape(10).tape());
    TestConnection connection = guest.connect(SERVER, 80).send("GET /secret");
    connection.segment(connection.sequence, 0, "R", new byte[0]);
    NetworkReport report = guest.end(3);
    assertThat(report.unrecorded()).hasSize(1);
  }

  @Test
  void manyRequestsAreCounted() {
    guest.begin(tape(10).tape());
    for (int i = 0; i < 3000; i++) {
      TestConnection connection = guest.connect(SERVER, 80).send("GET /secret");
      connection.segment(connection.sequence, 0, "R", new byte[0]);
    }
    NetworkReport report = guest.end(3);
    assertThat(report.unrecorded()).hasSize(64);
    assertThat(report.unrecordedCount()).isEqualTo(3000);
  }

  @Test
  void aRecordMayBeOnTheNextTape() {
    guest.begin(tape(1).tape());
    TestConnection connection = guest.connect(SERVER, 80).send("hi");
    NetworkReport report = guest.end(1);
    assertThat(report.unrecorded()).isEmpty();
    guest.begin(
        TapeWriter.of(guest.start(), guest.start() + SECOND)
            .tcp(SERVER, 80, guest.start())
            .sends("hi")
            .gets(guest.start(), "yes")
            .done()
            .tape());
    assertThat(connection.receive()).isEqualTo("yes");
    assertFaithful(guest.end(1), 1);
  }

  @Test
  void aConnectionGoesOnInLaterIntervals() {
    guest.begin(tape(2).tcp(SERVER, 80, START).sends("one").gets(START, "first, ").done().tape());
    TestConnection connection = guest.connect(SERVER, 80).send("one").send("two");
    assertThat(connection.receive()).isEqualTo("first, ");
    NetworkReport.Flow flow = guest.end(2).flows().get(0);
    assertThat(flow.sentBytes()).isEqualTo(6);
    assertThat(flow.mismatches()).isFalse();

    guest.begin(Tape.silent(guest.start(), guest.start() + SECOND));
    assertThat(guest.end(1).flows()).isEmpty();

    long start = guest.start();
    guest.begin(
        TapeWriter.of(start, start + 2 * SECOND)
            .continued(1, SERVER, 80, START, 3)
            .sends("two")
            .gets(start + SECOND, TestGuest.bytes("second"), TcpFlow.End.FIN)
            .closed()
            .tape());
    guest.pass(SECOND);
    assertThat(connection.receive()).isEqualTo("first, second");
    connection.finish();
    assertFaithful(guest.end(1), 1);
  }

  @Test
  void theMirrorMayComeToALateConnectionInTheNextInterval() {
    guest.begin(
        tape(8)
            .tcp(SERVER, 80, START)
            .sends("early")
            .done()
            .tcp(SERVER, 80, START + 4 * SECOND)
            .sends("late")
            .gets(START + 5 * SECOND, "yes")
            .done()
            .tape());
    assertThat(guest.end(8).unused()).containsExactly(1L);
    guest.begin(Tape.silent(guest.start(), guest.start() + SECOND));
    assertThat(guest.connect(SERVER, 80).send("late").receive()).isEqualTo("yes");
    assertFaithful(guest.end(1), 1);
  }

  @Test
  void whatTheMirrorDidNotComeToDoesNotGoOn() {
    guest.begin(Tape.silent(START, START + SECOND));
    guest.end(1);
    long start = guest.start();
    guest.begin(
        TapeWriter.of(start, start + SECOND)
            .continued(7, SERVER, 80, START, 3)
            .sends("more")
            .done()
            .tape());
    TestConnection connection = guest.connect(SERVER, 80).send("more");
    NetworkReport report = guest.end(3);
    assertThat(report.unused()).containsExactly(7L);
    assertThat(report.unrecorded()).hasSize(1);
    connection.receive();
    assertThat(connection.reset).isTrue();
  }

  @Test
  void whatCanNotBeReplayedIsUsedUpAndCutOff() {
    guest.begin(
        tape(5)
            .tcp(SERVER, 443, START)
            .sends(new byte[500])
            .gets(START, new byte[3000], TcpFlow.End.OPEN)
            .marked(Mark.TLS)
            .closed()
            .tcp(SERVER, 443, START)
            .marked(Mark.UNSEEN_START)
            .done()
            .tape());
    TestConnection connection = guest.connect(SERVER, 443);
    guest.pass(SECOND);
    connection.receive();
    assertThat(connection.reset).isFalse();
    connection.send("client hello").receive();
    assertThat(connection.reset).isTrue();
    NetworkReport report = guest.end(1);
    assertThat(report.flows()).extracting(NetworkReport.Flow::id).containsExactly(1L);
    assertThat(report.unused()).isEmpty();
    assertThat(report.unrecorded()).isEmpty();
  }

  @Test
  void theNextTapeTellsThatASilentOneWasAccepted() {
    guest.begin(tape(1).attempt(SERVER, 80, START + SECOND / 2, TcpFlow.Opening.SILENT).tape());
    TestConnection connection = guest.connection(SERVER, 80);
    connection.syn();
    assertThat(connection.segments()).isEmpty();
    guest.end(1);
    long start = guest.start();
    guest.begin(
        TapeWriter.of(start, start + 2 * SECOND)
            .continued(1, SERVER, 80, START + SECOND / 2, 0)
            .sends("hi")
            .gets(start, "yes")
            .done()
            .tape());
    assertThat(connection.open().send("hi").receive()).isEqualTo("yes");
    assertFaithful(guest.end(1), 1);
  }

  @Test
  void aMirrorThatTakesNothingIsCutOffBeforeItFillsTheMemory() {
    long start = START;
    TestConnection connection = null;
    int intervals = 0;
    do {
      TapeWriter tape = TapeWriter.of(start, start + SECOND);
      TapeWriter.Tcp flow =
          intervals == 0
              ? tape.tcp(SERVER, 80, start).sends("hi")
              : tape.continued(1, SERVER, 80, START, 2);
      guest.begin(flow.gets(start, new byte[4 << 20], TcpFlow.End.OPEN).done().tape());
      if (connection == null) {
        connection = guest.connect(SERVER, 80);
        connection.window = 0;
        connection.send("hi");
      }
      connection.acknowledge();
      guest.end(1);
      start = guest.start();
    } while (guest.network.connections() == 1 && ++intervals < 5);
    assertThat(intervals).isEqualTo(3);
  }

  @Test
  void ipv6IsTheSame() {
    guest.begin(
        tape(5).tcp("2001:db8::80", 80, START).sends("hi").gets(START, "six").done().tape());
    assertThat(guest.connect("2001:db8::80", 80).send("hi").receive()).isEqualTo("six");
    assertFaithful(guest.end(1), 1);
  }

  @Test
  void nothingIsLeftAfterTheSession() {
    guest.begin(tape(5).tcp(SERVER, 80, START).sends("hi").gets(START, "yes").done().tape());
    TestConnection connection = guest.connect(SERVER, 80);
    guest.network.clear();
    assertThat(guest.network.connections()).isZero();
    connection.send("hi");
    assertThat(connection.segments()).hasSize(1).allMatch(TestConnection.Segment::isRst);
    NetworkReport report = guest.end(5);
    assertThat(report.flows()).isEmpty();
    assertThat(report.unused()).isEmpty();
  }
}
