package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.tape.UdpFlow;
import org.phonemirror.core.traffic.flow.FlowLimits;
import org.phonemirror.core.traffic.flow.Subscriber;
import org.phonemirror.core.traffic.packet.Discard;

/** Whatever comes, memory stays bounded, and others are recorded as before. */
class LimitsTest {
  private static final FlowLimits SMALL =
      new FlowLimits(100, 150, 4_000, 10_000, 10_000, 20_000, 60_000, Duration.ofMinutes(1));

  @Test
  void hundredThousandHalfOpenFlows() {
    TestTap tap = new TestTap();
    Subscriber other = tap.subscriber(new Impu("sip:+15550002@ims.test"), "10.0.2.16");
    Conversation quiet =
        new Conversation(tap, "10.0.2.16", TestTap.SERVER, 40_000, 1_000, 5_000).open();
    for (int i = 0; i < 100_000; i++) {
      new Conversation(tap, TestTap.PHONE, "198.51." + i / 65_536 + "." + i % 256, i % 65_536, i, 0)
          .syn();
    }
    quiet.phone(0, 0, "A", "get").network(0, 3, "A", "abc");

    assertThat(tap.recorder.flows()).isEqualTo(FlowLimits.DEFAULT.flowsPerSubscriber() + 1);
    assertThat(tap.counters.evicted.sum()).isGreaterThan(98_000);
    TcpFlow flow = tap.tape(other).tcp().get(0);
    assertThat(TestTap.received(flow)).isEqualTo("abc");
    assertThat(flow.marks()).isEmpty();
    assertThat(tap.counters.intervalDropped.sum()).isPositive();
  }

  @Test
  void flowsOfAllAreBoundedAndTheOldestGoes() {
    TestTap tap = new TestTap(SMALL);
    Subscriber other = tap.subscriber(new Impu("sip:+15550002@ims.test"), "10.0.2.16");
    for (int i = 0; i < 100; i++) {
      tap.millis(1);
      new Conversation(tap, 1_000 + i).syn();
      new Conversation(tap, "10.0.2.16", TestTap.SERVER, 1_000 + i, 0, 0).syn();
    }

    assertThat(tap.recorder.flows()).isEqualTo(150);
    assertThat(tap.tape(other).tcp()).hasSizeGreaterThan(90);
  }

  @Test
  void idleFlowsGo() {
    TestTap tap = new TestTap();
    new Conversation(tap, 40_000).syn();
    new Conversation(tap, 40_001).open().phone(0, 0, "RA", "");
    tap.packet(Packets.ip(TestTap.PHONE, TestTap.SERVER, 17, Packets.udp(1, 53, new byte[1])));
    tap.millis(61_000);
    tap.recorder.sweep(tap.now);
    assertThat(tap.recorder.flows()).isEqualTo(2);
    tap.millis(300_000);
    tap.recorder.sweep(tap.now);
    assertThat(tap.recorder.flows()).isEqualTo(1);
    tap.millis(7_200_000);
    tap.recorder.sweep(tap.now);
    assertThat(tap.recorder.flows()).isZero();
  }

  @Test
  void earlyBytesAreBoundedAndTheirLossIsAHole() {
    TestTap tap = new TestTap(SMALL);
    Conversation http = new Conversation(tap, 40_000).open();
    for (int i = 1; i <= 20; i++) {
      http.network(i * 1_000L, 0, "A", "x".repeat(1_000));
    }
    assertThat(tap.counters.earlyDropped.sum()).isPositive();
    http.network(0, 0, "A", "x".repeat(1_000)).phone(0, 21_000, "A", "");

    assertThat(tap.connection().marks()).containsExactly(Mark.HOLE);
  }

  @Test
  void intervalIsBoundedAndTheNextOneHasRoomAgain() {
    TestTap tap = new TestTap(SMALL);
    Conversation http = new Conversation(tap, 40_000).open();
    for (int i = 0; i < 30; i++) {
      tap.millis(10);
      http.network(i * 1_000L, 0, "A", "x".repeat(1_000));
    }
    http.network(30_000, 0, "AF", "");
    TcpFlow flow = tap.connection();
    assertThat(flow.marks()).containsExactly(Mark.TOO_LONG);
    assertThat(TestTap.received(flow).length()).isBetween(15_000, 20_000);
    assertThat(flow.received().get(flow.received().size() - 1).end()).isEqualTo(TcpFlow.End.FIN);

    tap.phone.intervalEnded(tap.now, tap.now);
    new Conversation(tap, 40_001).open().network(0, 0, "A", "abc");
    assertThat(tap.connection().marks()).isEmpty();
  }

  @Test
  void whatNobodyCutsGoes() {
    TestTap tap = new TestTap(SMALL);
    Conversation http = new Conversation(tap, 40_000).open().phone(0, 0, "A", "get");
    for (int i = 0; i < 100; i++) {
      tap.millis(10);
      tap.phone.intervalEnded(tap.now, tap.now);
      http.network(i * 1_000L, 3, "A", "x".repeat(1_000));
    }
    assertThat(tap.counters.uncutDropped.sum()).isPositive();
    TcpFlow flow = tap.connection();
    assertThat(flow.marks()).containsExactly(Mark.TOO_LONG);
    assertThat(flow.sentBefore()).isEqualTo(3);
    assertThat(TestTap.received(flow).length()).isBetween(40_000, 60_000);

    http.network(100_000, 3, "A", "late");
    tap.millis(61_000);
    tap.recorder.sweep(tap.phone, tap.now);
    assertThat(tap.tape().isSilent()).isTrue();
  }

  @Test
  void timeGoingBackwardsStandsStill() {
    TestTap tap = new TestTap();
    Conversation http = new Conversation(tap, 40_000).open();
    long before = tap.now;
    tap.millis(-5_000);
    http.network(0, 0, "A", "abc");
    tap.now = before;

    assertThat(tap.connection().received().get(0).timeMicros()).isEqualTo(before);
    assertThat(tap.counters.timesBackwards.sum()).isEqualTo(1);
  }

  @Test
  void udpQuestionsAnswersAndUnreachablePorts() {
    TestTap tap = new TestTap();
    byte[] query =
        Packets.ip(TestTap.PHONE, TestTap.SERVER, 17, Packets.udp(40_000, 53, TestTap.text("A?")));
    tap.packet(query);
    tap.millis(20);
    tap.packet(
        Packets.ip(TestTap.SERVER, TestTap.PHONE, 17, Packets.udp(53, 40_000, TestTap.text("A!"))));
    tap.packet(Packets.ip(TestTap.SERVER, TestTap.PHONE, 1, Packets.unreachable(3, 3, query)));

    UdpFlow flow = tap.tape().udp().get(0);
    assertThat(flow.isDns()).isTrue();
    assertThat(flow.datagrams())
        .containsExactly(
            new UdpFlow.Datagram(tap.now - 20_000, UdpFlow.Kind.SENT, TestTap.text("A?")),
            new UdpFlow.Datagram(tap.now, UdpFlow.Kind.RECEIVED, TestTap.text("A!")),
            new UdpFlow.Datagram(tap.now, UdpFlow.Kind.UNREACHABLE, new byte[0]));
  }

  @Test
  void encryptedDatagramsAreMarkedAndNotKept() {
    TestTap tap = new TestTap();
    byte[] dtls = new byte[20];
    dtls[0] = 22;
    dtls[1] = (byte) 0xfe;
    dtls[2] = (byte) 0xfd;
    byte[] quic = new byte[1_200];
    quic[0] = (byte) 0xc3;
    quic[4] = 1;
    tap.packet(Packets.ip(TestTap.PHONE, TestTap.SERVER, 17, Packets.udp(1, 5_000, dtls)));
    tap.packet(Packets.ip(TestTap.PHONE, TestTap.SERVER, 17, Packets.udp(1, 443, quic)));

    Tape tape = tap.tape();
    assertThat(tape.udp()).hasSize(2);
    assertThat(tape.udp())
        .allSatisfy(
            flow -> {
              assertThat(flow.marks()).containsExactly(Mark.TLS);
              assertThat(flow.datagrams()).isEmpty();
            });
    assertThat(tap.discarded(Discard.DEFECT)).isZero();
  }
}
