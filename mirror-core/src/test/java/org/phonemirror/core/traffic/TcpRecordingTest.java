package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.traffic.TestTap.received;
import static org.phonemirror.core.traffic.TestTap.sent;

import org.junit.jupiter.api.Test;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.tape.TcpFlow.End;
import org.phonemirror.core.tape.TcpFlow.Opening;
import org.phonemirror.core.traffic.packet.Discard;

/** Connections as tapes have them, whatever order and state their segments arrive in. */
class TcpRecordingTest {
  private final TestTap tap = new TestTap();
  private final Conversation http = new Conversation(tap, 40_000);

  @Test
  void requestAndResponse() {
    long opened = tap.now;
    http.open();
    tap.millis(20);
    http.phone(0, 0, "A", "GET /");
    tap.millis(30);
    http.network(0, 5, "A", "200 OK");
    tap.millis(1);
    http.network(6, 5, "AF", "\n");
    http.phone(5, 8, "AF", "").network(8, 6, "A", "");

    TcpFlow flow = tap.connection();
    assertThat(flow.openedMicros()).isEqualTo(opened);
    assertThat(flow.opening()).isEqualTo(Opening.ACCEPTED);
    assertThat(flow.phone().getPort()).isEqualTo(40_000);
    assertThat(flow.remote().getAddress().getHostAddress()).isEqualTo(TestTap.SERVER);
    assertThat(flow.sentBefore()).isZero();
    assertThat(sent(flow)).isEqualTo("GET /");
    assertThat(flow.received())
        .containsExactly(
            new TcpFlow.Received(opened + 50_000, 5, TestTap.text("200 OK\n"), End.FIN));
    assertThat(flow.phoneEnd()).isEqualTo(End.FIN);
    assertThat(flow.replayable()).isTrue();
  }

  @Test
  void serverThatSpeaksFirstIsAnsweredInTurns() {
    http.open().network(0, 0, "A", "220 hello");
    tap.millis(50);
    http.phone(0, 9, "A", "EHLO");
    tap.millis(50);
    http.network(9, 4, "A", "250 ok");

    TcpFlow flow = tap.connection();
    assertThat(flow.received()).extracting(TcpFlow.Received::afterSent).containsExactly(0L, 4L);
    assertThat(flow.received().get(1).timeMicros() - flow.received().get(0).timeMicros())
        .isEqualTo(100_000);
  }

  @Test
  void reorderedAndRepeatedSegments() {
    http.open().phone(0, 0, "A", "get");
    http.network(5, 3, "A", "fghij").network(2, 3, "A", "cde").network(0, 3, "A", "ab");
    http.network(0, 3, "A", "abcdef").network(8, 3, "A", "ijkl");

    TcpFlow flow = tap.connection();
    assertThat(received(flow)).isEqualTo("abcdefghijkl");
    assertThat(flow.marks()).isEmpty();
  }

  @Test
  void repeatedWithOtherContentIsAConflictAndTheFirstStays() {
    http.open().network(0, 0, "A", "abcdef").network(2, 0, "A", "XYef");

    TcpFlow flow = tap.connection();
    assertThat(received(flow)).isEqualTo("abcdef");
    assertThat(flow.marks()).containsExactly(Mark.CONFLICT);
  }

  @Test
  void earlySegmentsThatOverlapWithOtherContentAreAConflict() {
    http.open().network(3, 0, "A", "defg").network(5, 0, "A", "XX").network(0, 0, "A", "abc");

    TcpFlow flow = tap.connection();
    assertThat(received(flow)).isEqualTo("abcdefg");
    assertThat(flow.marks()).containsExactly(Mark.CONFLICT);
  }

  @Test
  void repeatedAfterTheAcknowledgementDoesNotMatter() {
    http.open().network(0, 0, "A", "abcdef").phone(0, 6, "A", "").network(2, 0, "A", "XYef");

    assertThat(tap.connection().marks()).isEmpty();
  }

  @Test
  void keepAlivesAreNoData() {
    http.open().phone(0, 0, "A", "get").network(0, 3, "A", "abc").phone(3, 3, "A", "");
    tap.millis(60_000);
    http.network(2, 3, "A", "\0").phone(3, 3, "A", "").phone(2, 3, "A", "");

    TcpFlow flow = tap.connection();
    assertThat(received(flow)).isEqualTo("abc");
    assertThat(sent(flow)).isEqualTo("get");
    assertThat(flow.marks()).isEmpty();
  }

  @Test
  void zeroWindowProbeThatIsRepeated() {
    http.open().network(0, 0, "A", "abc").phone(0, 3, "A", "");
    http.network(3, 0, "A", "d").phone(0, 3, "A", "").network(3, 0, "A", "defg");

    TcpFlow flow = tap.connection();
    assertThat(received(flow)).isEqualTo("abcdefg");
    assertThat(flow.marks()).isEmpty();
  }

  @Test
  void sequenceNumbersWrapAround() {
    Conversation wrapping =
        new Conversation(tap, TestTap.PHONE, TestTap.SERVER, 40_001, 0xffff_fffdL, 0xffff_fffbL);
    wrapping.open().phone(0, 0, "A", "abcdef");
    wrapping.network(6, 6, "A", "ghi").network(0, 6, "A", "abcdef").phone(6, 9, "AF", "");

    TcpFlow flow = tap.connection();
    assertThat(sent(flow)).isEqualTo("abcdef");
    assertThat(received(flow)).isEqualTo("abcdefghi");
    assertThat(flow.phoneEnd()).isEqualTo(End.FIN);
    assertThat(flow.marks()).isEmpty();
  }

  @Test
  void acknowledgementOfWhatWasNotSeenIsAHole() {
    http.open().phone(0, 0, "A", "get").network(0, 3, "A", "abc");
    http.phone(3, 8, "A", "").network(8, 3, "A", "ijk").phone(3, 11, "A", "");

    TcpFlow flow = tap.connection();
    assertThat(flow.marks()).containsExactly(Mark.HOLE);
    assertThat(received(flow)).isEqualTo("abcijk");
    assertThat(tap.counters.holes.sum()).isEqualTo(1);
  }

  @Test
  void holeBeforeEarlyBytesIsAsLongAsWhatIsMissing() {
    http.open().network(3, 0, "A", "def").network(9, 0, "A", "jkl").phone(0, 12, "A", "");

    TcpFlow flow = tap.connection();
    assertThat(received(flow)).isEqualTo("defjkl");
    assertThat(tap.counters.holes.sum()).isEqualTo(2);
  }

  @Test
  void tapThatStopsAndResumes() {
    http.open().phone(0, 0, "A", "get").network(0, 3, "A", "abc").phone(3, 3, "A", "");
    tap.millis(5_000);
    // 20 MB later
    http.network(20_000_000, 50, "A", "xyz").phone(50, 20_000_003, "A", "more");
    http.network(20_000_003, 54, "A", "!");

    TcpFlow flow = tap.connection();
    assertThat(flow.marks()).containsExactly(Mark.HOLE);
    assertThat(received(flow)).isEqualTo("abcxyz!");
    assertThat(sent(flow)).isEqualTo("getmore");
  }

  @Test
  void refusedByReset() {
    http.syn().network(0, 0, "RA", "");

    TcpFlow flow = tap.connection();
    assertThat(flow.opening()).isEqualTo(Opening.REFUSED);
    assertThat(flow.received()).isEmpty();
  }

  @Test
  void resetThatAcknowledgesSomethingElseRefusesNothing() {
    http.syn().network(0, 77, "RA", "").network(0, 0, "R", "");

    assertThat(tap.connection().opening()).isEqualTo(Opening.SILENT);
    assertThat(tap.discarded(Discard.TCP_SEQUENCE)).isEqualTo(2);
  }

  @Test
  void refusedByIcmp() {
    byte[] syn = http.fromPhone(-1, 0, "S", "");
    tap.packet(syn);
    tap.packet(Packets.ip("198.51.100.1", TestTap.PHONE, 1, Packets.unreachable(3, 1, syn)));

    assertThat(tap.connection().opening()).isEqualTo(Opening.REFUSED);
  }

  @Test
  void icmpAboutAnotherSynOrASmallerPacketRefusesNothing() {
    http.syn();
    byte[] other = http.fromPhone(99, 0, "S", "");
    byte[] tooBig = http.fromPhone(-1, 0, "S", "");
    tap.packet(Packets.ip("198.51.100.1", TestTap.PHONE, 1, Packets.unreachable(3, 1, other)));
    tap.packet(Packets.ip("198.51.100.1", TestTap.PHONE, 1, Packets.unreachable(3, 4, tooBig)));

    assertThat(tap.connection().opening()).isEqualTo(Opening.SILENT);
    assertThat(tap.discarded(Discard.ICMP)).isEqualTo(2);
  }

  @Test
  void silentAlthoughRepeated() {
    http.syn();
    tap.millis(1_000);
    http.syn();

    assertThat(tap.connection().opening()).isEqualTo(Opening.SILENT);
  }

  @Test
  void acceptedInTheNextInterval() {
    http.syn();
    TcpFlow before = tap.connection();
    tap.millis(200);
    http.synAck().phone(0, 0, "A", "get");
    TcpFlow after = tap.connection();

    assertThat(before.opening()).isEqualTo(Opening.SILENT);
    assertThat(after.opening()).isEqualTo(Opening.ACCEPTED);
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.openedMicros()).isEqualTo(before.openedMicros());
  }

  @Test
  void resetInTheMiddle() {
    http.open().phone(0, 0, "A", "get").network(0, 3, "A", "abc");
    tap.millis(10);
    http.network(3, 3, "R", "").network(3, 3, "A", "late");

    TcpFlow flow = tap.connection();
    assertThat(received(flow)).isEqualTo("abc");
    assertThat(flow.received().get(1).end()).isEqualTo(End.RST);
  }

  @Test
  void forgedResetIsNotBelieved() {
    http.open().network(0, 0, "A", "abc").phone(0, 3, "A", "");
    http.network(1, 0, "R", "").network(900_000, 0, "R", "").network(3, 0, "A", "def");

    TcpFlow flow = tap.connection();
    assertThat(received(flow)).isEqualTo("abcdef");
    assertThat(flow.marks()).isEmpty();
    assertThat(tap.discarded(Discard.TCP_SEQUENCE)).isEqualTo(2);
  }

  @Test
  void simultaneousClose() {
    http.open().phone(0, 0, "AF", "bye").network(0, 0, "AF", "bye");
    http.phone(4, 4, "A", "").network(4, 4, "A", "");

    TcpFlow flow = tap.connection();
    assertThat(flow.phoneEnd()).isEqualTo(End.FIN);
    assertThat(flow.received().get(0).end()).isEqualTo(End.FIN);
    assertThat(flow.marks()).isEmpty();
  }

  @Test
  void finThatComesBeforeTheLastBytes() {
    http.open().network(3, 0, "AF", "").network(0, 0, "A", "abc").phone(0, 4, "A", "");

    TcpFlow flow = tap.connection();
    assertThat(received(flow)).isEqualTo("abc");
    assertThat(flow.received().get(flow.received().size() - 1).end()).isEqualTo(End.FIN);
    assertThat(flow.marks()).isEmpty();
  }

  @Test
  void newSynOnTheSamePortsIsAnotherConnection() {
    http.open().phone(0, 0, "A", "one").network(0, 3, "R", "");
    Conversation again =
        new Conversation(tap, TestTap.PHONE, TestTap.SERVER, 40_000, 700_000, 800_000);
    again.open().phone(0, 0, "A", "two");

    Tape tape = tap.tape();
    assertThat(tape.tcp()).extracting(TestTap::sent).containsExactly("one", "two");
    assertThat(tape.tcp().get(1).id()).isGreaterThan(tape.tcp().get(0).id());
  }

  @Test
  void beginningThatWasNotSeen() {
    http.phone(100, 50, "A", "get").network(50, 103, "A", "abc");

    TcpFlow flow = tap.connection();
    assertThat(flow.marks()).containsExactly(Mark.UNSEEN_START);
    assertThat(flow.opening()).isEqualTo(Opening.ACCEPTED);
    assertThat(sent(flow)).isEqualTo("get");
    assertThat(received(flow)).isEqualTo("abc");
  }

  @Test
  void networksSynTellsWhatThePhonesDid() {
    http.synAck().phone(0, 0, "A", "get").network(0, 3, "A", "abc");

    TcpFlow flow = tap.connection();
    assertThat(flow.marks()).isEmpty();
    assertThat(received(flow)).isEqualTo("abc");
  }

  @Test
  void lostSynOfTheNetworkMayHideMore() {
    http.syn().phone(0, 10, "A", "get").network(10, 3, "A", "abc");

    assertThat(tap.connection().marks()).containsExactly(Mark.UNSEEN_START);
  }

  private void attemptAtThePhone() {
    tap.packet(
        Packets.ip(
            TestTap.SERVER, TestTap.PHONE, 6, Packets.tcp(80, 40_000, 9, 0, "S", new byte[0])));
  }

  @Test
  void connectionTowardsThePhoneIsToldOfEachIntervalWithoutItsContent() {
    attemptAtThePhone();
    http.phone(0, 10, "SA", "").network(10, 0, "A", "abc");

    TcpFlow flow = tap.connection();
    assertThat(flow.marks()).containsExactly(Mark.INBOUND);
    assertThat(flow.remote().getPort()).isEqualTo(80);
    assertThat(flow.phone().getPort()).isEqualTo(40_000);
    assertThat(flow.isForMirrors()).isFalse();
    assertThat(received(flow)).isEmpty();
    assertThat(tap.discarded(Discard.TCP_INBOUND)).isEqualTo(3);
    assertThat(tap.counters.marks()).containsEntry(Mark.INBOUND, 1L);

    tap.millis(2_000);
    http.network(13, 0, "A", "def");
    assertThat(tap.connection().id()).isEqualTo(flow.id());
    tap.millis(2_000);
    assertThat(tap.tape().isSilent()).isTrue();
  }

  @Test
  void attemptThatThePhoneRefusesIsOnNoTape() {
    attemptAtThePhone();
    http.phone(0, 10, "RA", "");
    attemptAtThePhone();

    assertThat(tap.tape().isSilent()).isTrue();
    assertThat(tap.counters.marks()).isEmpty();
  }

  @Test
  void tlsIsMarkedAndNotKept() {
    http.open().phone(0, 0, "A", "\u0016\u0003\u0001hello").network(0, 8, "A", "secret");

    TcpFlow flow = tap.connection();
    assertThat(flow.marks()).containsExactly(Mark.TLS);
    assertThat(received(flow)).isEmpty();

    tap.millis(10_000);
    http.network(6, 8, "A", "more");
    assertThat(tap.connection().marks()).containsExactly(Mark.TLS);
  }

  @Test
  void startTlsIsRecognized() {
    http.open().network(0, 0, "A", "220").phone(0, 3, "A", "STARTTLS").network(3, 8, "A", "220");
    String hello = "\u0016\u0003\u0001\0004\u0001\0\0000\u0003\u0003" + "r".repeat(46);
    http.phone(8, 6, "A", hello);

    assertThat(tap.connection().marks()).containsExactly(Mark.TLS);
  }

  @Test
  void flowGoesOnInTheNextInterval() {
    http.open().phone(0, 0, "A", "one").network(0, 3, "A", "abc");
    TcpFlow first = tap.connection();
    tap.millis(100);
    http.phone(3, 3, "A", "two").network(3, 6, "A", "def");
    TcpFlow second = tap.connection();

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.sentBefore()).isEqualTo(3);
    assertThat(sent(second)).isEqualTo("two");
    assertThat(second.received()).extracting(TcpFlow.Received::afterSent).containsExactly(6L);
    assertThat(received(second)).isEqualTo("def");
  }

  @Test
  void overIpv6() {
    Conversation six = new Conversation(tap, TestTap.PHONE6, TestTap.SERVER6, 40_006, 1_000, 5_000);
    six.open().phone(0, 0, "A", "get").network(0, 3, "A", "abc");

    TcpFlow flow = tap.connection();
    assertThat(flow.phone().getAddress()).isEqualTo(TestTap.address(TestTap.PHONE6));
    assertThat(received(flow)).isEqualTo("abc");
  }
}
