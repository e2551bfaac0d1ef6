package org.phonemirror.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.gateway.link.GuestAddresses;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;
import org.phonemirror.core.traffic.Packets;
import org.phonemirror.core.traffic.packet.Discard;

/** How the guest gets its addresses, and finds the gateway behind all others. */
class LinkTest {
  private final TestGuest guest = new TestGuest();

  @Test
  void everyAddressIsTheGateways() {
    for (String address : new String[] {TestGuest.ROUTER, "192.0.2.80", "10.0.2.16"}) {
      guest.frame(arp(TestGuest.PHONE, address));
      byte[] reply = guest.frames.remove();
      assertThat(HexFormat.of().formatHex(reply, 0, 22))
          .isEqualTo("525400123456" + "020000000002" + "0806" + "0001080006040002");
      assertThat(Arrays.copyOfRange(reply, 28, 32)).isEqualTo(ip(address));
      assertThat(Arrays.copyOfRange(reply, 32, 42))
          .isEqualTo(Packets.join(Arrays.copyOf(reply, 6), ip(TestGuest.PHONE)));
    }
  }

  @Test
  void theGuestsOwnAddressIsNobodyElses() {
    guest.frame(arp("0.0.0.0", TestGuest.PHONE));
    guest.frame(arp("0.0.0.0", "10.0.2.99"));
    guest.frame(arp("10.0.2.99", "10.0.2.99"));
    guest.frame(arp("10.0.2.99", TestGuest.PHONE));
    assertThat(guest.frames).isEmpty();
  }

  @Test
  void everyPrefixOfAnArpRequestIsLeftAlone() {
    byte[] request = arp(TestGuest.PHONE, TestGuest.ROUTER);
    for (int length = 0; length < request.length; length++) {
      guest.frame(Arrays.copyOf(request, length));
    }
    assertThat(guest.frames).isEmpty();
  }

  private static byte[] arp(String asker, String wanted) {
    return Packets.join(
        HexFormat.of().parseHex("ffffffffffff5254001234560806" + "0001080006040001525400123456"),
        ip(asker),
        new byte[6],
        ip(wanted));
  }

  private static byte[] ip(String literal) {
    return TestGuest.address(literal).getAddress();
  }

  @Test
  void aLeaseIsThePhonesAddress() {
    guest.packet(dhcp("3501013703010306ff", "0.0.0.0"));
    byte[] offer = dhcpReply("255.255.255.255");
    assertThat(Arrays.copyOfRange(offer, 16, 20)).isEqualTo(ip(TestGuest.PHONE));
    assertThat(offer[242]).isEqualTo((byte) 2);

    guest.packet(dhcp("350103" + "32040a00020f" + "36040a000202" + "ff", "0.0.0.0"));
    byte[] ack = dhcpReply("255.255.255.255");
    assertThat(Arrays.copyOfRange(ack, 4, 8)).isEqualTo(new byte[] {1, 2, 3, 4});
    assertThat(Arrays.copyOfRange(ack, 16, 20)).isEqualTo(ip(TestGuest.PHONE));
    assertThat(HexFormat.of().formatHex(ack, 240, 286))
        .isEqualTo(
            "350105"
                + "36040a000202"
                + "0104ffffff00"
                + "03040a000202"
                + "1a0205dc"
                + "06040a000203"
                + "330400015180"
                + "ff"
                + "0000000000000000");

    guest.packet(dhcp("350103ff", TestGuest.PHONE));
    assertThat(dhcpReply(TestGuest.PHONE)[242]).as("renewal").isEqualTo((byte) 5);
  }

  @Test
  void anotherAddressIsRefused() {
    guest.packet(dhcp("350103" + "32040a000210" + "ff", "0.0.0.0"));
    byte[] nak = dhcpReply("255.255.255.255");
    assertThat(nak[242]).isEqualTo((byte) 6);
    assertThat(Arrays.copyOfRange(nak, 16, 20)).isEqualTo(new byte[4]);
  }

  @Test
  void anotherServersRequestsAndGarbageAreLeftAlone() {
    guest.packet(dhcp("350103" + "32040a00020f" + "36040a000263" + "ff", "0.0.0.0"));
    guest.packet(dhcp("ff", "0.0.0.0"));
    guest.packet(dhcp("3500ff", "0.0.0.0"));
    guest.packet(dhcp("35", "0.0.0.0"));
    guest.packet(dhcp("3501", "0.0.0.0"));
    guest.packet(dhcp("32ff0a", "0.0.0.0"));
    guest.udp(68, "255.255.255.255", 67, new byte[100]);
    assertThat(guest.frames).isEmpty();
  }

  private byte[] dhcpReply(String to) {
    TestGuest.Packet reply = guest.next().orElseThrow();
    assertThat(reply.to()).isEqualTo(TestGuest.address(to));
    assertThat(reply.u16(2)).isEqualTo(68);
    return reply.data(8);
  }

  private static byte[] dhcp(String options, String own) {
    byte[] message =
        Packets.join(
            HexFormat.of().parseHex("0101060001020304" + "00000000"),
            ip(own),
            new byte[12],
            HexFormat.of().parseHex("525400123456"),
            new byte[202],
            HexFormat.of().parseHex("63825363"),
            HexFormat.of().parseHex(options));
    return TestGuest.ip(own, "255.255.255.255", 17, Packets.udp(68, 67, message));
  }

  @Test
  void everyAddressOfIpv6IsTheGateways() {
    byte[] target = ip("2001:db8::80");
    byte[] solicitation = Packets.join(new byte[] {(byte) 135, 0, 0, 0, 0, 0, 0, 0}, target);
    guest.packet(TestGuest.ip(TestGuest.PHONE6, "ff02::1:ff00:80", 58, solicitation));
    TestGuest.Packet advertisement = guest.next().orElseThrow();
    assertThat(advertisement.from()).isEqualTo(TestGuest.address("2001:db8::80"));
    assertThat(HexFormat.of().formatHex(advertisement.data(24))).isEqualTo("0201020000000002");
    assertThat(advertisement.payload()[0]).isEqualTo((byte) 136);

    guest.packet(TestGuest.ip("::", "ff02::1:ff00:80", 58, solicitation));
    assertThat(guest.frames).as("answers to a probe").isEmpty();
    guest.packet(TestGuest.ip(TestGuest.PHONE, "192.0.2.1", 58, solicitation));
    assertThat(guest.frames).as("answers to one by IPv4").isEmpty();
  }

  @Test
  void thePrefixIsThePhones() {
    guest.packet(
        TestGuest.ip("fe80::1234", "ff02::2", 58, new byte[] {(byte) 133, 0, 0, 0, 0, 0, 0, 0}));
    TestGuest.Packet advertisement = guest.next().orElseThrow();
    assertThat(advertisement.payload()[0]).isEqualTo((byte) 134);
    assertThat(Arrays.copyOfRange(advertisement.payload(), 40, 56)).isEqualTo(ip("2001:db8:1:2::"));
    assertThat(advertisement.data(64)).isEqualTo(ip("2001:db8::53"));
  }

  @Test
  void garbageIsCountedByItsReason() {
    guest.frame(new byte[13]);
    assertThat(guest.discarded(Discard.ETHERNET_HEADER)).isEqualTo(1);
    guest.frame(new byte[60]);
    assertThat(guest.discarded(Discard.ETHERNET_TYPE)).isEqualTo(1);
    byte[] segment = Packets.tcp(50_000, 80, 1, 0, "S", new byte[0]);
    guest.packet(Packets.ip(TestGuest.PHONE, "192.0.2.1", 6, segment));
    assertThat(guest.discarded(Discard.TRANSPORT_CHECKSUM)).isEqualTo(1);
    guest.packet(TestGuest.ip(TestGuest.PHONE, "192.0.2.1", 132, new byte[20]));
    assertThat(guest.discarded(Discard.PROTOCOL)).isEqualTo(1);
    guest.packet(TestGuest.ip(TestGuest.PHONE, "224.0.0.251", 6, segment));
    assertThat(guest.discarded(Discard.PROTOCOL)).isEqualTo(2);
    guest.packet(TestGuest.ip(TestGuest.PHONE6, "ff02::16", 58, new byte[28]));
    assertThat(guest.discarded(Discard.ICMP)).isEqualTo(1);
    assertThat(guest.frames).isEmpty();
  }

  @Test
  void addressesAreThoseSeenOnATape() {
    assertThat(GuestAddresses.seenOn(Tape.silent(0, 1))).isEmpty();
    Tape tape =
        TapeWriter.of(0, 1)
            .udp("10.0.2.3", 53)
            .sends(0, new byte[12])
            .done()
            .udp("10.0.2.3", 53)
            .done()
            .tcp("192.0.2.80", 80, 0)
            .done()
            .tape();
    GuestAddresses addresses = GuestAddresses.seenOn(tape).orElseThrow();
    assertThat(addresses.phone()).isEqualTo(TestGuest.address(TestGuest.PHONE));
    assertThat(addresses.router()).isEqualTo(TestGuest.address("10.0.2.1"));
    assertThat(addresses.nameServers()).containsExactly(TestGuest.address("10.0.2.3"));
  }

  @Test
  void addressesThatCanNotBeAreRefused() {
    Inet4Address phone = (Inet4Address) TestGuest.address("10.0.2.1");
    assertThat(GuestAddresses.of(phone, List.of()).router())
        .isEqualTo(TestGuest.address("10.0.2.2"));
    List<InetAddress> nine = Collections.nCopies(9, phone);
    assertThatThrownBy(() -> GuestAddresses.of(phone, nine))
        .hasMessage("9 name servers, more than 8");
    assertThatThrownBy(
            () -> new GuestAddresses(phone, phone, List.of(), java.util.Optional.empty()))
        .hasMessageContaining("10.0.2.1");
  }

  @Test
  void aLongDatagramGoesInFragmentsAndComesInThem() {
    byte[] question = new byte[3000];
    question[2999] = 7;
    byte[] answer = new byte[4000];
    ByteBuffer.wrap(answer).putInt(3996, 0x01020304);
    guest.begin(
        TapeWriter.of(TestGuest.START, TestGuest.START + TestGuest.SECOND)
            .udp("192.0.2.1", 4000)
            .sends(TestGuest.START, question)
            .gets(TestGuest.START, answer)
            .done()
            .tape());
    byte[] packet =
        TestGuest.ip(TestGuest.PHONE, "192.0.2.1", 17, Packets.udp(50_001, 4000, question));
    for (byte[] fragment : Packets.fragments(packet, 1480)) {
      guest.packet(fragment);
    }
    assertThat(guest.next().orElseThrow().data(8)).isEqualTo(answer);
    assertThat(guest.end(1).flows().get(0).isFaithful()).isTrue();
  }
}
