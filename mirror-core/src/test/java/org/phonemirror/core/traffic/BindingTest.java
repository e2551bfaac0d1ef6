package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.traffic.Packets.endUserAddress;
import static org.phonemirror.core.traffic.Packets.gsnAddress;
import static org.phonemirror.core.traffic.Packets.gtp;
import static org.phonemirror.core.traffic.Packets.imsi;
import static org.phonemirror.core.traffic.Packets.ip;
import static org.phonemirror.core.traffic.Packets.join;
import static org.phonemirror.core.traffic.Packets.msisdn;
import static org.phonemirror.core.traffic.Packets.tlv;
import static org.phonemirror.core.traffic.Packets.tv;
import static org.phonemirror.core.traffic.Packets.udp;

import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.traffic.flow.Subscriber;
import org.phonemirror.core.traffic.packet.Discard;

/** Whose a tunnel's packets are, by what GTP-C says (TS 29.060 §7.3). */
class BindingTest {
  private static final String ADDRESS = "172.16.222.2";
  private static final String SGSN = "10.1.0.1";
  private static final String GGSN = "10.1.0.2";
  private static final byte[] ACCEPTED = tv(1, 1, 128);

  private final TestTap tap = new TestTap();
  private final Subscriber phone = subscriber("2");
  private final Subscriber other = subscriber("3");

  private Subscriber subscriber(String number) {
    return tap.recorder.subscriber(new Impu("sip:+1555000" + number + "@ims.test"), tap.now);
  }

  private void createRequest(int sequence, String imsi, String msisdn, int control, int data) {
    tap.gtpControl(
        gtp(
            16,
            0,
            sequence,
            imsi(imsi),
            tv(14, 1, 3),
            tv(15, 1, 0),
            tv(16, 4, data),
            tv(17, 4, control),
            tv(20, 1, 5),
            tv(26, 2, 0x0800),
            endUserAddress(),
            tlv(131, TestTap.text("internet")),
            gsnAddress(SGSN),
            gsnAddress(SGSN),
            msisdn(msisdn),
            tlv(135, new byte[] {0, 1, 2, 3})));
  }

  private void createResponse(
      int sequence, int sgsnControl, int control, int data, String... addresses) {
    tap.gtpControl(
        gtp(
            17,
            sgsnControl,
            sequence,
            ACCEPTED,
            tv(8, 1, 0),
            tv(14, 1, 3),
            tv(16, 4, data),
            tv(17, 4, control),
            tv(127, 4, 99),
            endUserAddress(addresses),
            gsnAddress(GGSN),
            gsnAddress(GGSN)));
  }

  private void create(int sequence, String imsi, int sgsn, int ggsn, String... addresses) {
    createRequest(sequence, imsi, "4915112345", sgsn, sgsn + 1);
    createResponse(sequence, sgsn, ggsn, ggsn + 1, addresses);
  }

  private void uplink(int tunnel, String from) {
    String to = from.contains(":") ? TestTap.SERVER6 : TestTap.SERVER;
    tap.gtpUser(gtp(255, tunnel, ip(from, to, 17, udp(1, 2, TestTap.text("up")))));
  }

  private void downlink(int tunnel, String to) {
    tap.gtpUser(gtp(255, tunnel, ip(TestTap.SERVER, to, 17, udp(2, 1, TestTap.text("down")))));
  }

  private int recorded(Subscriber subscriber) {
    return subscriber.cut(tap.now - 1, tap.now + 1).udp().stream()
        .mapToInt(flow -> flow.datagrams().size())
        .sum();
  }

  @Test
  void bothDirectionsByImsi() {
    tap.contexts.watch(phone, Set.of("001010000000002"));
    create(7, "001010000000002", 100, 200, ADDRESS);
    uplink(201, ADDRESS);
    downlink(101, ADDRESS);

    assertThat(recorded(phone)).isEqualTo(2);
  }

  @Test
  void theOwnerIsFoundByImsiAndMsisdn() {
    create(7, "001010000000002", 100, 200, ADDRESS);
    assertThat(tap.contexts.owners("001010000000002")).isEmpty();
    tap.contexts.watch(phone, Set.of("4915112345"));
    assertThat(tap.contexts.owners("001010000000002")).containsExactly(phone.impu());
    assertThat(tap.contexts.owners("4915112345")).containsExactly(phone.impu());
    assertThat(tap.contexts.owners("4915112346")).isEmpty();
  }

  @Test
  void byMsisdnAndWatchedLater() {
    create(7, "001010000000002", 100, 200, ADDRESS);
    uplink(201, ADDRESS);
    assertThat(tap.discarded(Discard.NOT_WATCHED)).isEqualTo(1);

    tap.contexts.watch(phone, Set.of("4915112345"));
    uplink(201, ADDRESS);
    assertThat(recorded(phone)).isEqualTo(1);

    tap.contexts.unwatch(phone);
    uplink(201, ADDRESS);
    assertThat(tap.discarded(Discard.NOT_WATCHED)).isEqualTo(2);
  }

  @Test
  void sameAddressInTwoNetworks() {
    tap.contexts.watch(phone, Set.of("001010000000002"));
    tap.contexts.watch(other, Set.of("001010000000003"));
    create(7, "001010000000002", 100, 200, ADDRESS);
    create(8, "001010000000003", 300, 400, ADDRESS);
    uplink(201, ADDRESS);
    uplink(401, ADDRESS);
    downlink(301, ADDRESS);
    uplink(999, ADDRESS);

    assertThat(recorded(phone)).isEqualTo(1);
    assertThat(recorded(other)).isEqualTo(2);
    assertThat(tap.discarded(Discard.UNKNOWN_SUBSCRIBER)).isEqualTo(1);
  }

  @Test
  void sameIdentifiersOfBothEnds() {
    tap.contexts.watch(phone, Set.of("001010000000002"));
    tap.contexts.watch(other, Set.of("001010000000003"));
    create(7, "001010000000002", 1, 3, "172.16.222.2");
    create(8, "001010000000003", 3, 1, "172.16.222.3");
    uplink(4, "172.16.222.2");
    downlink(4, "172.16.222.3");

    assertThat(recorded(phone)).isEqualTo(1);
    assertThat(recorded(other)).isEqualTo(1);
  }

  @Test
  void ipv6PrefixAndDualStack() {
    tap.contexts.watch(phone, Set.of("001010000000002"));
    create(7, "001010000000002", 100, 200, ADDRESS, "2001:db8:aa:bb::1");
    uplink(201, ADDRESS);
    uplink(201, "2001:db8:aa:bb:1:2:3:4");

    assertThat(recorded(phone)).isEqualTo(2);
  }

  @Test
  void rejectedOrUnmatchedResponsesBindNothing() {
    tap.contexts.watch(phone, Set.of("001010000000002"));
    createRequest(7, "001010000000002", "4915112345", 100, 101);
    createResponse(8, 100, 200, 201, ADDRESS);
    tap.gtpControl(gtp(17, 100, 7, tv(1, 1, 199)));
    createResponse(7, 100, 200, 201, ADDRESS);
    uplink(201, ADDRESS);

    assertThat(tap.discarded(Discard.GTP_UNMATCHED)).isEqualTo(2);
    assertThat(tap.discarded(Discard.UNKNOWN_SUBSCRIBER)).isEqualTo(1);
  }

  @Test
  void updateMovesTheTunnel() {
    tap.contexts.watch(phone, Set.of("001010000000002"));
    create(7, "001010000000002", 100, 200, ADDRESS);
    tap.gtpControl(
        gtp(18, 200, 9, tv(16, 4, 501), tv(17, 4, 500), tv(20, 1, 5), gsnAddress("10.1.0.9")));
    tap.gtpControl(gtp(19, 500, 9, ACCEPTED));
    downlink(501, ADDRESS);
    downlink(101, ADDRESS);

    assertThat(recorded(phone)).isEqualTo(1);
    assertThat(tap.discarded(Discard.UNKNOWN_SUBSCRIBER)).isEqualTo(1);
  }

  @Test
  void deleteBySgsnAndByGgsn() {
    tap.contexts.watch(phone, Set.of("001010000000002"));
    create(7, "001010000000002", 100, 200, ADDRESS);
    tap.gtpControl(gtp(20, 200, 9, tv(19, 1, 0xff), tv(20, 1, 5)));
    uplink(201, ADDRESS);
    assertThat(recorded(phone)).isEqualTo(1);
    tap.gtpControl(gtp(21, 100, 9, ACCEPTED));
    assertThat(tap.contexts.find(201, 0)).isNull();
    uplink(201, ADDRESS);

    create(10, "001010000000002", 100, 200, ADDRESS);
    tap.gtpControl(gtp(20, 100, 3, tv(20, 1, 5)));
    tap.gtpControl(gtp(21, 200, 3, ACCEPTED));
    uplink(201, ADDRESS);

    assertThat(tap.discarded(Discard.UNKNOWN_SUBSCRIBER)).isEqualTo(2);
  }

  @Test
  void errorIndicationTearsDown() {
    tap.contexts.watch(phone, Set.of("001010000000002"));
    create(7, "001010000000002", 100, 200, ADDRESS);
    tap.gtpUser(gtp(26, 0, join(tv(16, 4, 201), gsnAddress("10.1.0.77"))));
    uplink(201, ADDRESS);
    assertThat(recorded(phone)).isEqualTo(1);

    tap.gtpUser(gtp(26, 0, join(tv(16, 4, 201), gsnAddress(GGSN))));
    uplink(201, ADDRESS);
    assertThat(tap.discarded(Discard.UNKNOWN_SUBSCRIBER)).isEqualTo(1);
  }

  @Test
  void inFramesOfGn() {
    tap.contexts.watch(phone, Set.of("001010000000002"));
    create(7, "001010000000002", 100, 200, ADDRESS);
    byte[] tunnelled =
        gtp(255, 201, ip(ADDRESS, TestTap.SERVER, 17, udp(1, 2, TestTap.text("up"))));
    byte[] frame = Packets.ethernet(ip(SGSN, GGSN, 17, udp(2152, 2152, tunnelled)), 5, 6);
    tap.vxlan(Packets.vxlan(TestTap.GN, frame));
    tap.vxlan(Packets.vxlan(TestTap.GI, frame)); // not GTP there, but a packet of nobody

    assertThat(recorded(phone)).isEqualTo(1);
    assertThat(tap.discarded(Discard.UNKNOWN_SUBSCRIBER)).isEqualTo(1);
  }

  @Test
  void extensionHeadersAndSequenceNumbersOfPackets() {
    tap.contexts.watch(phone, Set.of("001010000000002"));
    create(7, "001010000000002", 100, 200, ADDRESS);
    byte[] packet = ip(ADDRESS, TestTap.SERVER, 17, udp(1, 2, TestTap.text("up")));
    byte[] options = {0, 9, 0, (byte) 0x85, 1, 0x10, 0, (byte) 0xc0, 1, 0, 0, 0};
    byte[] datagram = gtp(255, 201, join(options, packet));
    datagram[0] = 0x36;
    tap.gtpUser(datagram);
    tap.gtpUser(gtp(254, 201, new byte[0]));

    assertThat(recorded(phone)).isEqualTo(1);
    assertThat(tap.discarded(Discard.GTP_MESSAGE)).isEqualTo(1);
  }

  @Test
  void packetFromPhoneToPhoneIsOnBothTapes() {
    Subscriber a = tap.subscriber(new Impu("sip:a@ims.test"), "10.5.0.1");
    Subscriber b = tap.subscriber(new Impu("sip:b@ims.test"), "10.5.0.2");
    tap.packet(ip("10.5.0.1", "10.5.0.2", 17, udp(1, 2, TestTap.text("hi"))));

    assertThat(recorded(a)).isEqualTo(1);
    assertThat(recorded(b)).isEqualTo(1);
  }

  @Test
  void contextsAreBounded() {
    for (int i = 0; i < 500; i++) {
      create(i, "0010100000" + (10_000 + i), 1_000 + i, 5_000 + i, "10.7." + i / 250 + ".1");
    }

    assertThat(tap.contexts.size()).isEqualTo(100);
  }

  @Test
  void cutOffElementsAreDiscarded() {
    byte[] request =
        gtp(16, 0, 7, imsi("001010000000002"), tv(16, 4, 1), tv(17, 4, 2), tlv(133, new byte[4]));
    for (int length = 13; length < request.length; length++) {
      byte[] cut = Arrays.copyOf(request, length);
      cut[3] = (byte) (length - 8);
      tap.gtpControl(cut);
    }
    tap.gtpControl(gtp(16, 0, 7, tv(99, 1, 1)));

    assertThat(tap.discarded(Discard.GTP_ELEMENT)).isGreaterThan(20);
    assertThat(tap.discarded(Discard.DEFECT)).isZero();
  }
}
