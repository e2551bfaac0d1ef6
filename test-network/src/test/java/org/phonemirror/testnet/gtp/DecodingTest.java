package org.phonemirror.testnet.gtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Datagrams that are not what they say. */
class DecodingTest {
  private static final byte[] MESSAGE =
      new ControlMessage(
              Gtp.CREATE_PDP_CONTEXT_RESPONSE,
              7,
              8,
              List.of(
                  ControlMessage.Element.of(ControlMessage.Element.CAUSE, 128),
                  new ControlMessage.Element(ControlMessage.Element.APN, new byte[20])))
          .encode();

  @Test
  void everyTruncatedMessageIsRefused() {
    for (int length = 0; length < MESSAGE.length; length++) {
      ByteBuffer truncated = ByteBuffer.wrap(Arrays.copyOf(MESSAGE, length));
      assertThatThrownBy(() -> ControlMessage.decode(truncated)).isInstanceOf(GtpException.class);
    }
  }

  @Test
  void nothingButTheOneExceptionComesOfDamagedMessages() {
    Random random = new Random(4);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = MESSAGE.clone();
      for (int j = 0; j < 3; j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(ControlMessage.decode(ByteBuffer.wrap(damaged)).elements()).isNotNull();
        assertThat(UserPacket.decode(ByteBuffer.wrap(damaged)).payload().limit())
            .isLessThan(damaged.length);
      } catch (GtpException e) {
        assertThat(e).hasMessageMatching(".+");
      }
    }
  }

  @Test
  void extensionHeadersAreSkipped() throws Exception {
    // a PDCP PDU number (TS 29.281 §5.2.2.2), then an unknown one of eight octets
    byte[] datagram =
        HexFormat.of()
            .parseHex(
                "36ff0012"
                    + "80000001"
                    + "000500c0"
                    + "01123440"
                    + "020000000000"
                    + "0000"
                    + "4500");
    UserPacket packet = UserPacket.decode(ByteBuffer.wrap(datagram));

    assertThat(packet.teid()).isEqualTo(0x80000001L);
    assertThat(packet.payload()).isEqualTo(ByteBuffer.wrap(new byte[] {0x45, 0}));
  }

  @Test
  void extensionHeadersThatLeadAstrayAreRefused() {
    for (String rest : List.of("000500c0", "000500c000", "000500c002123400", "000500")) {
      byte[] body = HexFormat.of().parseHex(rest);
      ByteBuffer datagram = ByteBuffer.allocate(8 + body.length);
      datagram.put((byte) 0x36).put((byte) 0xff).putShort((short) body.length).putInt(1);
      datagram.put(body).flip();
      assertThatThrownBy(() -> UserPacket.decode(datagram)).isInstanceOf(GtpException.class);
    }
  }
}
