package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.traffic.Packets.ethernet;
import static org.phonemirror.core.traffic.Packets.gtp;
import static org.phonemirror.core.traffic.Packets.ip;
import static org.phonemirror.core.traffic.Packets.tcp;
import static org.phonemirror.core.traffic.Packets.udp;
import static org.phonemirror.core.traffic.Packets.vxlan;
import static org.phonemirror.core.traffic.Packets.withChecksum;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.traffic.packet.Discard;

/** What can't be read is counted by its reason, and nothing of it is recorded. */
class GarbageTest {
  private static final byte[] NOTHING = {};

  private final TestTap tap = new TestTap();
  private final byte[] syn =
      ip(TestTap.PHONE, TestTap.SERVER, 6, tcp(40_000, 80, 1, 0, "S", NOTHING));
  private final byte[] query = ip(TestTap.PHONE, TestTap.SERVER, 17, udp(40_000, 53, new byte[12]));

  @AfterEach
  void nothingIsRecorded() {
    assertThat(tap.tape().isSilent()).isTrue();
  }

  @Test
  void everyPrefixOfPacketsIsDiscardedForAReason() {
    for (byte[] packet : new byte[][] {syn, query}) {
      byte[] datagram = vxlan(TestTap.GI, ethernet(packet, 7));
      for (int length = 0; length < datagram.length; length++) {
        long before = discarded();
        tap.vxlan(Arrays.copyOf(datagram, length));
        assertThat(discarded()).as("%d bytes", length).isEqualTo(before + 1);
      }
    }
  }

  @Test
  void everyPrefixOfTunnelledPacketsIsDiscardedForAReason() {
    byte[] datagram = gtp(255, 1, syn);
    for (int length = 0; length < datagram.length; length++) {
      long before = discarded();
      tap.gtpUser(Arrays.copyOf(datagram, length));
      assertThat(discarded()).as("%d bytes", length).isEqualTo(before + 1);
    }
  }

  private long discarded() {
    return tap.discards.snapshot().values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void lyingIpLengths() {
    tap.packet(withChecksum(with(syn, 0, 0x44)));
    tap.packet(withChecksum(with(syn, 0, 0x4f)));
    tap.packet(with(syn, 0, 0x55));
    assertThat(tap.discarded(Discard.IP_HEADER)).isEqualTo(3);

    tap.packet(withChecksum(with(syn, 2, 0xff)));
    tap.packet(withChecksum(with(syn, 3, 10)));
    assertThat(tap.discarded(Discard.IP_LENGTH)).isEqualTo(2);
  }

  @Test
  void wrongIpChecksum() {
    tap.packet(with(syn, 8, 63));

    assertThat(tap.discarded(Discard.IP_CHECKSUM)).isEqualTo(1);
  }

  @Test
  void lyingTcpAndUdpLengths() {
    tap.packet(with(syn, 20 + 12, 0x40));
    tap.packet(with(syn, 20 + 12, 0xf0));
    assertThat(tap.discarded(Discard.TCP_HEADER)).isEqualTo(2);

    tap.packet(with(query, 20 + 5, 7));
    tap.packet(with(query, 20 + 5, 21));
    assertThat(tap.discarded(Discard.UDP_LENGTH)).isEqualTo(2);
  }

  @Test
  void lyingGtpHeaders() {
    byte[] datagram = gtp(255, 1, syn);
    tap.gtpUser(with(datagram, 0, 0x50));
    tap.gtpUser(with(datagram, 0, 0x20));
    assertThat(tap.discarded(Discard.GTP_VERSION)).isEqualTo(2);

    tap.gtpUser(with(datagram, 3, 200));
    assertThat(tap.discarded(Discard.GTP_LENGTH)).isEqualTo(1);

    byte[] endless = gtp(255, 1, new byte[] {0, 0, 0, (byte) 0x85, 0, 0, 0, 0});
    endless[0] = 0x34;
    tap.gtpUser(endless);
    byte[] tooLong = gtp(255, 1, new byte[] {0, 0, 0, (byte) 0x85, 2, 0, 0, 0});
    tooLong[0] = 0x34;
    tap.gtpUser(tooLong);
    assertThat(tap.discarded(Discard.GTP_EXTENSION)).isEqualTo(2);
  }

  @Test
  void lyingIpv6Extensions() {
    byte[] endless = new byte[8 * 20];
    tap.packet(ip(TestTap.PHONE6, TestTap.SERVER6, 0, endless));
    tap.packet(ip(TestTap.PHONE6, TestTap.SERVER6, 60, new byte[] {6, 9, 0, 0, 0, 0, 0, 0}));
    tap.packet(ip(TestTap.PHONE6, TestTap.SERVER6, 43, new byte[] {6, 0, 0, 0}));

    assertThat(tap.discarded(Discard.IP_EXTENSION)).isEqualTo(3);
  }

  @Test
  void otherProtocolsAndFrames() {
    tap.packet(ip(TestTap.PHONE, TestTap.SERVER, 132, new byte[20]));
    tap.packet(ip(TestTap.PHONE6, TestTap.SERVER6, 50, new byte[20]));
    assertThat(tap.discarded(Discard.PROTOCOL)).isEqualTo(2);

    tap.vxlan(vxlan(TestTap.GI, with(ethernet(syn), 13, 6)));
    assertThat(tap.discarded(Discard.ETHERNET_TYPE)).isEqualTo(1);

    tap.vxlan(with(vxlan(TestTap.GI, ethernet(syn)), 0, 0));
    assertThat(tap.discarded(Discard.VXLAN_HEADER)).isEqualTo(1);
  }

  @Test
  void subscriberNobodyKnows() {
    tap.packet(ip("10.9.9.9", TestTap.SERVER, 6, tcp(40_000, 80, 1, 0, "S", NOTHING)));
    tap.gtpUser(gtp(255, 1, ip("10.9.9.9", TestTap.SERVER, 17, udp(1, 2, NOTHING))));

    assertThat(tap.discarded(Discard.UNKNOWN_SUBSCRIBER)).isEqualTo(2);
    assertThat(tap.recorder.flows()).isZero();
  }

  @Test
  void synchronizationItself() {
    tap.packet(
        ip(TestTap.PHONE, TestTap.SERVER, 17, udp(40_000, TestTap.SYNCHRONIZATION_PORT, NOTHING)));

    assertThat(tap.discarded(Discard.NOT_RECORDED)).isEqualTo(1);
  }

  @Test
  void phoneCantSpeakGtpForOthers() {
    byte[] forged = gtp(255, 1, syn);
    tap.packet(ip("10.9.9.9", "10.9.9.8", 17, udp(2152, 2152, forged)));
    tap.gtpUser(gtp(255, 5, ip("10.9.9.9", "10.9.9.8", 17, udp(2152, 2152, forged))));

    assertThat(tap.discarded(Discard.UNKNOWN_SUBSCRIBER)).isEqualTo(2);
  }

  private static byte[] with(byte[] packet, int at, int value) {
    byte[] changed = packet.clone();
    changed[at] = (byte) value;
    return changed;
  }
}
