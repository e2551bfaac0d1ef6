package org.phonemirror.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.gateway.TestGuest.SECOND;
import static org.phonemirror.core.gateway.TestGuest.START;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.gateway.tcp.TcpStack;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.traffic.Packets;
import org.phonemirror.core.traffic.packet.Discard;

/** The server's side of TCP, segment by segment. */
class TcpTest {
  private static final String SERVER = "192.0.2.80";
  private static final byte[] NOTHING = {};

  private final TestGuest guest = new TestGuest();

  /** A server that answers "hi" by so many bytes, and ends. */
  private byte[] serve(int length) {
    byte[] body = new byte[length];
    new Random(length).nextBytes(body);
    guest.begin(
        TapeWriter.of(START, START + 60 * SECOND)
            .tcp(SERVER, 80, START)
            .sends("hi")
            .gets(START, body, TcpFlow.End.FIN)
            .closed()
            .tape());
    return body;
  }

  private static byte[] latin1(String text) {
    return TestGuest.bytes(text);
  }

  @Test
  void manyBytesOverTheEndOfTheSequenceNumbers() {
    guest.now = 4 * 0xffff_ff00L; // the gateway's numbers go over it too
    byte[] body = serve(1_000_000);
    TestConnection connection = guest.connect(SERVER, 80).send("hi");
    assertThat(latin1(connection.receive())).isEqualTo(body);
    assertThat(connection.ended).isTrue();
    connection.finish();
    assertThat(connection.segments())
        .extracting(TestConnection.Segment::acknowledgement)
        .containsExactly(connection.sequence);
    assertThat(guest.network.connections()).isZero();
    assertThat(guest.end(1).flows().get(0).isFaithful()).isTrue();
  }

  @Test
  void segmentsAreAsLargeAsTheGuestAsks() {
    serve(3000);
    TestConnection connection = guest.connection(SERVER, 80);
    byte[] syn =
        Packets.join(
            Packets.tcp(50_000, 80, connection.sequence & 0xffff_ffffL, 0, "S", NOTHING),
            new byte[] {1, 2, 4, 3, (byte) 0xe8, 0, 0, 0});
    syn[12] = 0x70;
    guest.packet(TestGuest.ip(TestGuest.PHONE, SERVER, 6, syn));
    TestGuest.Packet answer = guest.next().orElseThrow();
    assertThat(answer.payload()).hasSize(24);
    assertThat(answer.u16(20)).as("option").isEqualTo(0x0204);
    assertThat(answer.u16(22)).as("what the gateway takes").isEqualTo(1460);
    connection.sequence++;
    connection.expected = answer.i32(4) + 1;
    connection.acknowledge();
    connection.send("hi");
    assertThat(connection.segments())
        .extracting(segment -> segment.data().length)
        .containsExactly(1000, 1000, 1000);
  }

  @Test
  void noMoreThanTheWindowAndAProbeWhenItIsClosed() {
    byte[] body = serve(3000);
    TestConnection connection = guest.connect(SERVER, 80);
    connection.window = 1000;
    connection.send("hi");
    List<TestConnection.Segment> first = connection.segments();
    assertThat(first).extracting(segment -> segment.data().length).containsExactly(536, 464);
    connection.expected += 1000;
    connection.window = 0;
    connection.acknowledge();
    assertThat(connection.segments()).isEmpty();
    guest.pass(SECOND);
    assertThat(connection.segments())
        .extracting(segment -> segment.data().length)
        .containsExactly(1);
    connection.acknowledge();
    guest.pass(100 * SECOND);
    assertThat(connection.segments()).as("probes, ever more seldom").hasSizeBetween(4, 8);
    connection.window = 65_535;
    connection.acknowledge();
    assertThat(latin1(connection.receive())).isEqualTo(Arrays.copyOfRange(body, 1000, 3000));
  }

  @Test
  void whatIsNotAcknowledgedIsSentAgain() {
    byte[] body = serve(5000);
    TestConnection connection = guest.connect(SERVER, 80).send("hi");
    assertThat(connection.segments()).as("all of them get lost").hasSize(10);
    guest.pass(SECOND);
    assertThat(latin1(connection.receive())).isEqualTo(body);
    assertThat(connection.ended).isTrue();
  }

  @Test
  void aGuestThatIsSilentIsGivenUp() {
    serve(5000);
    TestConnection connection = guest.connect(SERVER, 80).send("hi");
    guest.pass(180 * SECOND);
    List<TestConnection.Segment> segments = connection.segments();
    assertThat(segments.get(segments.size() - 1).isRst()).isTrue();
    assertThat(guest.network.connections()).isZero();
  }

  @Test
  void aSynAckThatGetsLostIsSentAgain() {
    guest.begin(Tape.silent(START, START + 60 * SECOND));
    TestConnection connection = guest.connection(SERVER, 80);
    connection.syn();
    guest.pass(SECOND);
    connection.syn();
    List<TestConnection.Segment> answers = connection.segments();
    assertThat(answers).hasSize(3).allMatch(TestConnection.Segment::isSynAck);
    assertThat(answers)
        .extracting(TestConnection.Segment::sequence)
        .containsOnly(answers.get(0).sequence());
    guest.pass(300 * SECOND);
    assertThat(guest.network.connections()).isZero();
  }

  @Test
  void bytesOutOfOrderAndTwiceAreTakenOnce() {
    guest.begin(
        TapeWriter.of(START, START + 60 * SECOND)
            .tcp(SERVER, 80, START)
            .sends("abcdefgh")
            .gets(START, "yes")
            .done()
            .tape());
    TestConnection connection = guest.connect(SERVER, 80);
    int begin = connection.sequence;
    connection.segment(begin + 4, connection.expected, "A", latin1("efgh"));
    assertThat(connection.segments())
        .extracting(TestConnection.Segment::acknowledgement)
        .containsExactly(begin);
    connection.segment(begin, connection.expected, "A", latin1("abcd"));
    connection.segment(begin, connection.expected, "A", latin1("abcd"));
    connection.segment(begin + 2, connection.expected, "A", latin1("cdefgh"));
    connection.sequence += 8;
    assertThat(connection.receive()).isEqualTo("yes");
    assertThat(guest.end(1).flows().get(0).isFaithful()).isTrue();
  }

  @Test
  void theGuestMayEndFirst() {
    guest.begin(
        TapeWriter.of(START, START + 60 * SECOND)
            .tcp(SERVER, 80, START)
            .sends("hi")
            .gets(START + SECOND, latin1("late"), TcpFlow.End.FIN)
            .closed()
            .tape());
    TestConnection connection = guest.connect(SERVER, 80).send("hi").finish();
    guest.pass(2 * SECOND);
    assertThat(connection.receive()).isEqualTo("late");
    assertThat(connection.ended).isTrue();
    assertThat(guest.network.connections()).isZero();
  }

  @Test
  void aResetComesBehindWhatWasSentBefore() {
    guest.begin(
        TapeWriter.of(START, START + 60 * SECOND)
            .tcp(SERVER, 80, START)
            .sends("hi")
            .gets(START, new byte[100_000], TcpFlow.End.RST)
            .done()
            .tape());
    TestConnection connection = guest.connect(SERVER, 80).send("hi");
    assertThat(connection.receive()).hasSize(100_000);
    assertThat(connection.reset).isTrue();
    assertThat(guest.network.connections()).isZero();
  }

  @Test
  void theGuestsResetEndsItWhereItIsAtOnly() {
    serve(100);
    TestConnection connection = guest.connect(SERVER, 80);
    connection.segment(connection.sequence - 1, 0, "R", NOTHING);
    connection.segment(connection.sequence + 70_000, 0, "R", NOTHING);
    assertThat(guest.network.connections()).isEqualTo(1);
    connection.segment(connection.sequence, 0, "R", NOTHING);
    assertThat(guest.network.connections()).isZero();
    assertThat(guest.frames).isEmpty();
  }

  @Test
  void whatIsOfNoConnectionIsReset() {
    guest.begin(Tape.silent(START, START + 60 * SECOND));
    TestConnection connection = guest.connection(SERVER, 80);
    connection.segment(7, 99, "A", latin1("stray"));
    connection.segment(7, 0, "F", latin1("stray"));
    connection.segment(7, 0, "R", NOTHING);
    connection.segment(7, 0, "SR", NOTHING);
    List<TestConnection.Segment> answers = connection.segments();
    assertThat(answers).hasSize(2).allMatch(TestConnection.Segment::isRst);
    assertThat(answers.get(0).sequence()).isEqualTo(99);
    assertThat(answers.get(1).acknowledgement()).isEqualTo(7 + 5 + 1);
  }

  @Test
  void whatAcknowledgesMoreThanWasSentIsNotBelieved() {
    serve(100);
    TestConnection connection = guest.connect(SERVER, 80);
    connection.segment(connection.sequence, connection.expected + 1000, "A", latin1("hi"));
    assertThat(connection.segments())
        .extracting(segment -> segment.data().length)
        .containsExactly(0);
    TestConnection half = guest.connection(SERVER, 80);
    half.syn();
    half.segment(half.sequence + 1, 12345, "A", NOTHING);
    List<TestConnection.Segment> answers = half.segments();
    assertThat(answers.get(1).isRst()).isTrue();
    assertThat(answers.get(1).sequence()).isEqualTo(12345);
  }

  @Test
  void nothingIsSentThatFindsNoRoom() {
    byte[] body = serve(5000);
    TestConnection connection = guest.connect(SERVER, 80);
    guest.hasRoom = false;
    connection.send("hi");
    assertThat(connection.segments()).allMatch(segment -> segment.data().length == 0);
    guest.hasRoom = true;
    guest.pass(0);
    assertThat(latin1(connection.receive())).isEqualTo(body);
  }

  @Test
  void moreConnectionsThanThereMayBeWait() {
    guest.begin(Tape.silent(START, START + 600 * SECOND));
    TestConnection first = guest.connection(SERVER, 80);
    first.syn();
    for (int i = 1; i < TcpStack.MAX_CONNECTIONS; i++) {
      guest.connection(SERVER, 80).syn();
    }
    guest.frames.clear();
    TestConnection more = guest.connection(SERVER, 80);
    more.syn();
    assertThat(more.segments()).isEmpty();
    assertThat(guest.discarded(Discard.CONNECTION_LIMIT)).isEqualTo(1);
    first.segment(first.sequence + 1, 0, "R", NOTHING);
    more.syn();
    assertThat(more.segments()).hasSize(1).allMatch(TestConnection.Segment::isSynAck);
  }

  @Test
  void connectionsOnWhichNothingComesGiveWay() {
    TapeWriter tape = TapeWriter.of(START, START + 600 * SECOND);
    for (int i = 0; i < TcpStack.MAX_CONNECTIONS; i++) {
      tape.tcp(SERVER, 80, START).sends("hi").done();
    }
    guest.begin(tape.tape());
    for (int i = 0; i < TcpStack.MAX_CONNECTIONS; i++) {
      guest.connect(SERVER, 80).send("hi");
    }
    guest.pass(TcpStack.IDLE_MICROS);
    guest.connect(SERVER, 80);
    assertThat(guest.network.connections()).isEqualTo(TcpStack.MAX_CONNECTIONS);
  }

  @Test
  void anyBytesInAnyFrameAreTakenOrDiscarded() {
    guest.begin(Tape.silent(START, START + 600 * SECOND));
    TestConnection connection = guest.connect(SERVER, 80);
    connection.segments();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] data = new byte[random.nextInt(40)];
      random.nextBytes(data);
      byte[] tcp =
          Packets.tcp(50_000 + random.nextInt(3), 80, random.nextInt(), random.nextInt(), "", data);
      if (random.nextBoolean()) {
        int near = connection.sequence + random.nextInt(20) - 10;
        tcp = Packets.tcp(50_000, 80, near & 0xffff_ffffL, connection.expected, "", data);
      }
      tcp[12] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0x50);
      tcp[13] = (byte) random.nextInt(64);
      byte[] packet = TestGuest.ip(TestGuest.PHONE, SERVER, 6, tcp);
      int length = random.nextInt(10) == 0 ? random.nextInt(packet.length) : packet.length;
      guest.packet(length == 0 ? packet : Arrays.copyOf(packet, length));
      guest.now += random.nextInt(1000);
      assertThat(guest.network.connections()).isLessThanOrEqualTo(TcpStack.MAX_CONNECTIONS);
      guest.all();
    }
    assertThat(guest.discarded(Discard.IP_LENGTH)).isPositive();
    assertThat(guest.discarded(Discard.TCP_HEADER)).isPositive();
  }
}
