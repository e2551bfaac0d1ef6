package org.phonemirror.testnet.sgsn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Addresses that are replaced on the way. */
class Ipv4Test {
  private static final int PHONE = 0x0a00_020f;
  private static final int CONTEXT = 0x0a00_0301;

  /** A TCP SYN from 10.0.2.15:40000 to 10.0.2.2:8080. */
  private static final String SYN =
      "4500003c1c4640004006%s0a00020f0a0002029c401f9000000001000000005002faf0%s0000"
          + "020405b4040208000000000000000000000000";

  @Test
  void checksumsStayRight() {
    ByteBuffer packet = ByteBuffer.wrap(HexFormat.of().parseHex(SYN.formatted("0000", "0000")));
    packet.limit(Ipv4.length(packet.putShort(2, (short) packet.limit())));
    packet.putShort(10, (short) ~sum(packet, 0, 20, 0));
    packet.putShort(36, (short) ~tcpSum(packet));

    Ipv4.replaceSource(packet, PHONE, CONTEXT);

    assertThat(Ipv4.source(packet)).isEqualTo(CONTEXT);
    assertThat(sum(packet, 0, 20, 0)).isEqualTo(0xffff);
    assertThat(tcpSum(packet)).isEqualTo(0xffff);
    assertThat(Ipv4.destinationPort(packet)).isEqualTo(8080);
  }

  @Test
  void noPacketIsTooOdd() {
    Random random = new Random(5);
    for (int i = 0; i < 50_000; i++) {
      byte[] octets = new byte[20 + random.nextInt(40)];
      random.nextBytes(octets);
      ByteBuffer packet = ByteBuffer.wrap(octets);
      octets[0] = (byte) (0x45 + random.nextInt(4));
      octets[9] = new byte[] {1, 6, 17}[random.nextInt(3)];
      packet.putShort(2, (short) octets.length).putShort(6, (short) 0);
      packet.putInt(12, PHONE).putInt(16, CONTEXT);
      if (Ipv4.isOne(packet)) {
        Ipv4.replaceSource(packet, PHONE, CONTEXT);
        Ipv4.replaceDestination(packet, CONTEXT, PHONE);
        assertThat(Ipv4.destinationPort(packet)).isBetween(-1, 65_535);
        assertThat(Ipv4.destination(packet)).isEqualTo(PHONE);
      }
    }
  }

  private static int tcpSum(ByteBuffer packet) {
    int length = packet.limit() - 20;
    return sum(packet, 20, length, sum(packet, 12, 8, 6 + length));
  }

  private static int sum(ByteBuffer octets, int from, int length, int start) {
    int sum = start;
    for (int i = 0; i < length; i++) {
      sum += (octets.get(from + i) & 0xff) << (i % 2 == 0 ? 8 : 0);
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }
}
