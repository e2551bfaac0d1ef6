package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.traffic.flow.FlowLimits;
import org.phonemirror.core.traffic.packet.Discard;

/**
 * Whatever a tap brings is recorded or counted, and never thrown through. An input is a sequence of
 * datagrams, each after its length in two bytes.
 */
class CopyFuzzTest {
  private final TestTap tap = new TestTap();

  @FuzzTest(maxDuration = "60s")
  void gtpUserIsReadOrDiscarded(byte[] input) {
    datagrams(input).forEach(tap::gtpUser);
    check();
  }

  @FuzzTest(maxDuration = "60s")
  void gtpControlIsReadOrDiscarded(byte[] input) {
    datagrams(input).forEach(tap::gtpControl);
    check();
    assertThat(tap.contexts.size()).isLessThanOrEqualTo(100);
  }

  @FuzzTest(maxDuration = "60s")
  void vxlanIsReadOrDiscarded(byte[] input) {
    datagrams(input).forEach(tap::vxlan);
    check();
  }

  /** Segments of one connection with any numbers, flags and content: no decoder is in the way. */
  @FuzzTest(maxDuration = "60s")
  void segmentsArePutTogether(byte[] input) {
    ByteBuffer in = ByteBuffer.wrap(input);
    while (in.remaining() >= 7) {
      boolean fromPhone = in.get() % 2 == 0;
      byte[] payload = new byte[in.get() & 0x3f];
      byte[] segment =
          Packets.tcp(
              fromPhone ? 40_000 : 80,
              fromPhone ? 80 : 40_000,
              in.getShort(),
              in.getShort(),
              "",
              payload);
      segment[13] = in.get();
      for (int i = 0; i < payload.length && in.hasRemaining(); i++) {
        segment[20 + i] = in.get();
      }
      String from = fromPhone ? TestTap.PHONE : TestTap.SERVER;
      String to = fromPhone ? TestTap.SERVER : TestTap.PHONE;
      tap.packet(Packets.ip(from, to, 6, segment));
    }
    check();
  }

  private static List<byte[]> datagrams(byte[] input) {
    ByteBuffer in = ByteBuffer.wrap(input);
    List<byte[]> datagrams = new ArrayList<>();
    while (in.remaining() > 2) {
      byte[] datagram = new byte[Math.min(in.getShort() & 0xffff, in.remaining())];
      in.get(datagram);
      datagrams.add(datagram);
    }
    return datagrams;
  }

  private void check() {
    tap.millis(500);
    tap.recorder.sweep(tap.now);
    tap.recorder.sweep(tap.phone, tap.now);
    assertThat(tap.discarded(Discard.DEFECT)).isZero();
    assertThat(tap.recorder.flows()).isBetween(0, FlowLimits.DEFAULT.flowsPerSubscriber());
    Tape tape = tap.tape();
    for (TcpFlow flow : tape.tcp()) {
      long sent = 0;
      for (TcpFlow.Received received : flow.received()) {
        assertThat(received.afterSent()).isGreaterThanOrEqualTo(sent);
        sent = received.afterSent();
      }
    }
    tap.recorder.remove(tap.phone);
    assertThat(tap.recorder.flows()).isZero();
  }
}
