package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.traffic.flow.FlowLimits;
import org.phonemirror.core.traffic.packet.Discard;

/** Packets in fragments, of both versions of IP. */
class FragmentsTest {
  private final TestTap tap = new TestTap();
  private final byte[] payload = new byte[3_000];

  FragmentsTest() {
    new Random(1).nextBytes(payload);
  }

  private byte[] packet(boolean ipv6) {
    return Packets.ip(
        ipv6 ? TestTap.PHONE6 : TestTap.PHONE,
        ipv6 ? TestTap.SERVER6 : TestTap.SERVER,
        17,
        Packets.udp(40_000, 2_000, payload));
  }

  private void assertRecorded() {
    Tape tape = tap.tape();
    assertThat(tape.udp()).hasSize(1);
    assertThat(tape.udp().get(0).datagrams()).hasSize(1);
    assertThat(tape.udp().get(0).datagrams().get(0).data()).isEqualTo(payload);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inAnyOrderAndRepeated(boolean ipv6) {
    List<byte[]> fragments = Packets.fragments(packet(ipv6), 1_000);
    Collections.reverse(fragments);
    fragments.add(1, fragments.get(0));
    fragments.forEach(tap::packet);

    assertRecorded();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void thatOverlapAreDiscarded(boolean ipv6) {
    byte[] packet = packet(ipv6);
    tap.packet(Packets.fragment(packet, 0, 1_000, true));
    tap.packet(Packets.fragment(packet, 992, 2_000, true));
    tap.packet(Packets.fragment(packet, 2_000, 3_008, false));

    assertThat(tap.tape().isSilent()).isTrue();
    assertThat(tap.discarded(Discard.FRAGMENT_OVERLAP)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void repeatedWithOtherContentAreDiscarded(boolean ipv6) {
    byte[] packet = packet(ipv6);
    byte[] forged = packet.clone();
    forged[500] ^= 1;
    tap.packet(Packets.fragment(packet, 0, 1_000, true));
    tap.packet(Packets.fragment(forged, 0, 1_000, true));

    assertThat(tap.discarded(Discard.FRAGMENT_OVERLAP)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void outOfBounds(boolean ipv6) {
    byte[] packet = packet(ipv6);
    // not a multiple of 8 bytes, but not the last
    tap.packet(Packets.fragment(packet, 0, 1_001, true));
    // beyond the last
    tap.packet(Packets.fragment(packet, 1_000, 2_000, false));
    tap.packet(Packets.fragment(packet, 2_000, 3_000, true));

    assertThat(tap.tape().isSilent()).isTrue();
    assertThat(tap.discarded(Discard.FRAGMENT_BOUNDS)).isEqualTo(2);
  }

  @Test
  void thatWouldBeLongerThanAnyPacket() {
    byte[] huge = Packets.fragment(packet(false), 0, 1_000, true);
    huge[6] = 0x1f;
    huge[7] = (byte) 0xff;
    tap.packet(Packets.withChecksum(huge));

    assertThat(tap.discarded(Discard.FRAGMENT_BOUNDS)).isEqualTo(1);
  }

  @Test
  void thatNeverComplete() {
    byte[] packet = packet(false);
    tap.packet(Packets.fragment(packet, 0, 1_000, true));
    tap.millis(31_000);
    tap.recorder.sweep(tap.phone, tap.now);

    assertThat(tap.discarded(Discard.FRAGMENT_TIMEOUT)).isEqualTo(1);
    Packets.fragments(packet, 1_000).forEach(tap::packet);
    assertRecorded();
  }

  @Test
  void floodTakesNoMoreThanItsRoom() {
    FlowLimits d = FlowLimits.DEFAULT;
    TestTap small =
        new TestTap(
            new FlowLimits(
                d.flowsPerSubscriber(),
                d.flows(),
                d.earlyBytesPerStream(),
                d.earlyBytes(),
                20_000,
                d.intervalBytes(),
                d.uncutBytes(),
                d.uncutAge()));
    for (int i = 0; i < 10_000; i++) {
      byte[] fragment = Packets.fragment(packet(false), 1_000, 2_000, true);
      fragment[4] = (byte) (i >> 8);
      fragment[5] = (byte) i;
      small.packet(Packets.withChecksum(fragment));
    }
    assertThat(small.discarded(Discard.FRAGMENT_LIMIT)).isGreaterThan(9_900);

    small.millis(31_000);
    small.recorder.sweep(small.phone, small.now);
    Packets.fragments(packet(false), 1_000).forEach(small::packet);
    assertThat(small.tape().udp()).hasSize(1);
  }

  @Test
  void ofTunnelsThemselves() {
    byte[] inner = packet(false);
    byte[] outer =
        Packets.ip("10.1.0.1", "10.1.0.2", 17, Packets.udp(2152, 2152, Packets.gtp(255, 9, inner)));
    for (byte[] fragment : Packets.fragments(outer, 1_400)) {
      tap.vxlan(Packets.vxlan(TestTap.GN, Packets.ethernet(fragment)));
    }

    assertRecorded();
  }

  @Test
  void extensionHeadersBehindAFragmentsAreSteppedOver() {
    byte[] options = {17, 0, 0, 0, 0, 0, 0, 0};
    byte[] packet =
        Packets.ip(
            TestTap.PHONE6,
            TestTap.SERVER6,
            60,
            Packets.join(options, Packets.udp(40_000, 2_000, payload)));
    Packets.fragments(packet, 1_000).forEach(tap::packet);

    assertRecorded();
  }
}
