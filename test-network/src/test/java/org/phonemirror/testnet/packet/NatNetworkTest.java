package org.phonemirror.testnet.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.hss.diameter.Tbcd;
import org.phonemirror.testnet.gtp.ControlMessage;
import org.phonemirror.testnet.gtp.ControlMessage.Element;
import org.phonemirror.testnet.gtp.Gtp;
import org.phonemirror.testnet.gtp.UserPacket;
import org.phonemirror.testnet.phone.PhoneNetwork;

/** QEMU's copy of a phone's frames becomes what an SGSN copies. */
class NatNetworkTest {
  private static final byte[] QUESTION =
      Packets.udp(PacketNetwork.PHONE, 40_000, Packets.GATEWAY, 5684, (byte) 1, (byte) 2);
  private static final byte[] ANSWER =
      Packets.udp(Packets.GATEWAY, 5684, PacketNetwork.PHONE, 40_000, (byte) 3);

  @TempDir Path directory;
  private PacketStage stage;
  private Monitor monitor;
  private PhoneNetwork.FramePort port;

  @BeforeEach
  void start() throws Exception {
    stage = new PacketStage(Access.NAT, directory);
    monitor = stage.monitor();
    port = ((PhoneNetwork.Nat) stage.network().phoneNetwork(PacketStage.ALICE)).copies();
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  @Test
  void aMirroredPhonesPacketsComeAfterWhoseTheyAre() throws Exception {
    stage.mirrorAlice(true);
    stage.sgsn().attach(PacketStage.ALICE);
    ControlMessage request = monitor.nextMessage();
    ControlMessage response = monitor.nextMessage();
    ControlMessage mmsRequest = monitor.nextMessage();
    ControlMessage mmsResponse = monitor.nextMessage();

    assertThat(request.type()).isEqualTo(Gtp.CREATE_PDP_CONTEXT_REQUEST);
    byte[] imsi = request.require("IMSI", Element.IMSI);
    assertThat(Tbcd.decode(imsi)).isEqualTo(PacketStage.ALICE);
    byte[] msisdn = request.require("MSISDN", Element.MSISDN);
    assertThat(Tbcd.decode(Arrays.copyOfRange(msisdn, 1, msisdn.length)))
        .isEqualTo(PacketStage.ALICE_NUMBER);
    assertThat(response.type()).isEqualTo(Gtp.CREATE_PDP_CONTEXT_RESPONSE);
    assertThat(response.sequence()).isEqualTo(request.sequence());
    assertThat(response.teid()).isEqualTo(request.teid("control", Element.TEID_CONTROL));
    assertThat(response.require("End User Address", Element.END_USER_ADDRESS))
        .endsWith(10, 0, 2, 15);

    port.received(Packets.fromPhone(QUESTION));
    port.received(Packets.toPhone(ANSWER));

    assertCopied(monitor.nextPacket(), data(response), QUESTION);
    assertCopied(monitor.nextPacket(), data(request), ANSWER);

    byte[] send = Packets.udp(PacketNetwork.PHONE, 40_001, Packets.GATEWAY, PacketNetwork.MMS_PORT);
    byte[] sent = Packets.udp(Packets.GATEWAY, PacketNetwork.MMS_PORT, PacketNetwork.PHONE, 40_001);
    port.received(Packets.fromPhone(send));
    port.received(Packets.toPhone(sent));

    assertThat(mmsRequest.require("APN", Element.APN)).containsExactly(3, 'm', 'm', 's');
    assertCopied(monitor.nextPacket(), data(mmsResponse), send);
    assertCopied(monitor.nextPacket(), data(mmsRequest), sent);

    stage.sgsn().detach(PacketStage.ALICE);
    ControlMessage deletion = monitor.nextMessage(Gtp.DELETE_PDP_CONTEXT_REQUEST);
    assertThat(monitor.nextMessage(Gtp.DELETE_PDP_CONTEXT_RESPONSE).sequence())
        .isEqualTo(deletion.sequence());
    port.received(Packets.fromPhone(QUESTION));
    assertThat(monitor.hearsNoPacket()).isTrue();
  }

  @Test
  void theHssTurnsTheCopyOnAndOff() throws Exception {
    stage.sgsn().attach(PacketStage.ALICE);
    port.received(Packets.fromPhone(QUESTION));
    assertThat(monitor.hearsNoPacket()).isTrue();

    stage.mirrorAlice(true);
    assertThat(monitor.nextMessage().type()).isEqualTo(Gtp.CREATE_PDP_CONTEXT_REQUEST);
    long teid = data(monitor.nextMessage());
    awaitCopying();
    assertCopied(monitor.nextPacket(), teid, QUESTION);

    stage.mirrorAlice(false);
    port.received(Packets.fromPhone(QUESTION));
    while (!monitor.hearsNoPacket()) {
      // what was copied before the change
    }
    port.received(Packets.fromPhone(QUESTION));
    assertThat(monitor.hearsNoPacket()).isTrue();
  }

  @Test
  void whatIsNoPacketOfThePhonesIsNotCopied() throws Exception {
    stage.mirrorAlice(true);
    stage.sgsn().attach(PacketStage.ALICE);
    byte[] others = Packets.udp(Packets.GATEWAY, 1, Packets.GATEWAY, 2, (byte) 1);
    byte[] tooLong = QUESTION.clone();
    tooLong[2] = 0x7f;
    byte[] headerless = Arrays.copyOf(QUESTION, 19);
    byte[] shortHeader = QUESTION.clone();
    shortHeader[0] = 0x44;

    for (byte[] packet : new byte[][] {others, tooLong, headerless, shortHeader, {}}) {
      port.received(Packets.fromPhone(packet));
    }
    port.received(Packets.frame(Packets.PHONE_MAC, Packets.PHONE_MAC, 0x86dd, QUESTION));
    port.received(ByteBuffer.allocate(3));
    // frames are filled up to 60 octets
    port.received(Packets.fromPhone(Arrays.copyOf(QUESTION, 46)));

    assertThat(bytes(monitor.nextPacket().payload())).isEqualTo(QUESTION);
    assertThat(monitor.hearsNoPacket()).isTrue();
  }

  @Test
  void aDeadMirrorServerIsNotNoticed() throws Exception {
    stage.mirrorAlice(true);
    stage.sgsn().attach(PacketStage.ALICE);
    monitor.close();
    long before = stage.copy().sent();

    for (int i = 0; i < 1000; i++) {
      port.received(Packets.fromPhone(QUESTION));
    }

    assertThat(stage.copy().sent() + stage.copy().dropped() - before).isEqualTo(1000);
    stage.sgsn().detach(PacketStage.ALICE);
    assertThat(stage.sgsn().contexts(PacketStage.ALICE)).isEmpty();
  }

  private void awaitCopying() throws IOException {
    // the profile is in effect at the SGSN before its answer is on the way
    port.received(Packets.fromPhone(QUESTION));
    while (monitor.hearsNoPacket()) {
      port.received(Packets.fromPhone(QUESTION));
    }
    port.received(Packets.fromPhone(QUESTION));
  }

  private static long data(ControlMessage message) throws IOException {
    return message.teid("data", Element.TEID_DATA);
  }

  private static void assertCopied(UserPacket packet, long teid, byte[] expected) {
    assertThat(packet.type()).isEqualTo(Gtp.T_PDU);
    assertThat(packet.teid()).isEqualTo(teid);
    assertThat(bytes(packet.payload())).isEqualTo(expected);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
