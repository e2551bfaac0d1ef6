package org.phonemirror.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.gateway.TestGuest.MILLISECOND;
import static org.phonemirror.core.gateway.TestGuest.SECOND;
import static org.phonemirror.core.gateway.TestGuest.START;
import static org.phonemirror.core.gateway.TestGuest.bytes;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;

/** What the mirror's datagrams get of a tape, and when. */
class DatagramPlayTest {
  private static final String SERVER = "10.0.2.3";

  private final TestGuest guest = new TestGuest();

  private static TapeWriter tape(long seconds) {
    return TapeWriter.of(START, START + seconds * SECOND);
  }

  private void ask(int port, String question) {
    guest.udp(port, SERVER, 53, bytes(question));
  }

  /** The next answer of the name server, which goes to a port. */
  private String answer(int port) {
    TestGuest.Packet packet = guest.next().orElseThrow();
    assertThat(packet.protocol()).isEqualTo(17);
    assertThat(packet.from()).isEqualTo(TestGuest.address(SERVER));
    assertThat(packet.u16(0)).isEqualTo(53);
    assertThat(packet.u16(2)).isEqualTo(port);
    return new String(packet.data(8), java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Test
  void aQuestionIsAnsweredWithItsOwnIdentifierAtTheRecordedTime() {
    guest.begin(
        tape(5)
            .udp(SERVER, 53)
            .sends(START, bytes("01A?"))
            .sends(START, bytes("02AAAA?"))
            .gets(START + SECOND, bytes("02no such address"))
            .gets(START + 2 * SECOND, bytes("01address"))
            .done()
            .tape());
    ask(40_001, "xxAAAA?");
    ask(40_002, "yyA?");
    guest.pass(SECOND - 1);
    assertThat(guest.frames).isEmpty();
    guest.pass(1);
    assertThat(answer(40_001)).isEqualTo("xxno such address");
    guest.pass(SECOND);
    assertThat(answer(40_002)).isEqualTo("yyaddress");
    NetworkReport report = guest.end(1);
    assertThat(report.flows()).hasSize(1).allMatch(NetworkReport.Flow::isFaithful);
    assertThat(guest.frames).isEmpty();
  }

  @Test
  void aQuestionThatIsAskedOnceMoreIsAnsweredOnceMore() {
    guest.begin(
        tape(5)
            .udp(SERVER, 53)
            .sends(START, bytes("01A?"))
            .gets(START, bytes("01address"))
            .done()
            .tape());
    for (int port = 40_000; port < 40_100; port++) {
      ask(port, "zzA?");
      assertThat(answer(port)).isEqualTo("zzaddress");
    }
    NetworkReport report = guest.end(1);
    assertThat(report.flows()).hasSize(1).allMatch(NetworkReport.Flow::isFaithful);
  }

  @Test
  void aQuestionWithoutAnswerGetsNoneButItsRepetitionDoes() {
    guest.begin(
        tape(10)
            .udp(SERVER, 53)
            .sends(START, bytes("01A?"))
            .sends(START + 5 * SECOND, bytes("01A?"))
            .gets(START + 5 * SECOND, bytes("01address"))
            .done()
            .tape());
    ask(40_000, "qqA?");
    guest.pass(5 * SECOND);
    assertThat(guest.frames).isEmpty();
    ask(40_000, "qqA?");
    assertThat(answer(40_000)).isEqualTo("qqaddress");
    assertThat(guest.end(1).flows()).allMatch(NetworkReport.Flow::isFaithful);
  }

  @Test
  void anAnswerMayComeInTheNextInterval() {
    guest.begin(tape(2).udp(SERVER, 53).sends(START + SECOND, bytes("01A?")).done().tape());
    guest.pass(SECOND);
    ask(40_000, "qqA?");
    guest.end(1);
    long start = START + 2 * SECOND;
    guest.network.begin(
        TapeWriter.of(start, start + 2 * SECOND)
            .continuedUdp(1, SERVER, 53)
            .gets(start + SECOND, bytes("01address"))
            .done()
            .tape(),
        start,
        guest.now);
    guest.pass(SECOND);
    assertThat(answer(40_000)).isEqualTo("qqaddress");
  }

  @Test
  void aQuestionWithoutRecordIsUnreachableAndReported() {
    guest.begin(tape(5).tape());
    ask(40_000, "qqwho is that?");
    guest.pass(2 * SECOND - 1);
    assertThat(guest.frames).isEmpty();
    guest.pass(1);
    TestGuest.Packet error = guest.next().orElseThrow();
    assertThat(error.protocol()).isEqualTo(1);
    assertThat(error.u16(0)).as("type and code").isEqualTo(0x0303);
    assertThat(error.u16(8 + 20)).as("source port of what it is about").isEqualTo(40_000);
    assertThat(error.u16(8 + 22)).isEqualTo(53);
    NetworkReport report = guest.end(1);
    assertThat(report.unrecorded()).hasSize(1);
    assertThat(report.unrecorded().get(0)).hasToString("UDP 10.0.2.3 53 'qqwho is that?'");
  }

  @Test
  void nobodyIsToldThatAGroupIsUnreachable() {
    guest.begin(tape(5).tape());
    guest.udp(5353, "224.0.0.251", 5353, bytes("who is here?"));
    NetworkReport report = guest.end(3);
    assertThat(guest.frames).isEmpty();
    assertThat(report.unrecorded()).hasSize(1);
  }

  @Test
  void aFloodOfStraysKeepsTheFirstAndCountsTheRest() {
    guest.begin(tape(5).tape());
    for (int i = 0; i < 5000; i++) {
      guest.udp(40_000, "192.0.2.1", 1000 + i, new byte[1400]);
    }
    NetworkReport report = guest.end(3);
    assertThat(report.unrecorded()).hasSize(64);
    assertThat(report.unrecordedCount()).isEqualTo(5000);
    assertThat(report.unrecorded().get(0).bytes()).hasSize(NetworkReport.Request.MAX_BYTES);
  }

  @Test
  void othersGoByRemoteEndAndOrder() {
    guest.begin(
        tape(10)
            .udp("192.0.2.1", 123)
            .sends(START, bytes("tick"))
            .gets(START + SECOND, bytes("tock"))
            .sends(START + 2 * SECOND, bytes("tick"))
            .gets(START + 3 * SECOND, bytes("tock two"))
            .unreachable(START + 4 * SECOND)
            .done()
            .tape());
    guest.udp(40_000, "192.0.2.1", 123, bytes("tick"));
    guest.pass(SECOND);
    assertThat(guest.next().orElseThrow().data(8)).isEqualTo(bytes("tock"));
    guest.pass(2 * SECOND);
    assertThat(guest.frames).as("before the mirror has asked again").isEmpty();
    guest.udp(40_000, "192.0.2.1", 123, bytes("tuck"));
    assertThat(guest.next().orElseThrow().data(8)).isEqualTo(bytes("tock two"));
    guest.pass(SECOND);
    assertThat(guest.next().orElseThrow().protocol()).isEqualTo(1);
    NetworkReport.Flow flow = guest.end(1).flows().get(0);
    assertThat(flow.firstMismatch()).isEqualTo(5);
    assertThat(flow.itemsReleased()).isEqualTo(3);
    assertThat(flow.sentBytes()).isEqualTo(flow.expectedBytes()).isEqualTo(8);
  }

  @Test
  void whatTheMirrorDoesNotSendIsWaitedForALittle() {
    guest.begin(
        tape(10)
            .udp("192.0.2.1", 123)
            .sends(START, bytes("one"))
            .sends(START, bytes("two"))
            .gets(START, bytes("answer"))
            .done()
            .tape());
    guest.udp(40_000, "192.0.2.1", 123, bytes("one"));
    guest.pass(1500 * MILLISECOND - 1);
    assertThat(guest.frames).isEmpty();
    guest.pass(1);
    assertThat(guest.next().orElseThrow().data(8)).isEqualTo(bytes("answer"));
  }

  @Test
  void whatIsNotUsedIsTold() {
    guest.begin(
        tape(10)
            .udp("192.0.2.1", 123)
            .sends(START, bytes("early"))
            .done()
            .udp("192.0.2.2", 123)
            .sends(START + 9 * SECOND, bytes("late"))
            .done()
            .tape());
    assertThat(guest.end(10).unused()).isEqualTo(List.of(1L));
    guest.begin(Tape.silent(guest.start(), guest.start() + SECOND));
    assertThat(guest.end(1).unused()).isEqualTo(List.of(2L));
  }
}
