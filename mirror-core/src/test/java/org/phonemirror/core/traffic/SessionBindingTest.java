package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.traffic.Packets.gtp;
import static org.phonemirror.core.traffic.Packets.ip;
import static org.phonemirror.core.traffic.Packets.join;
import static org.phonemirror.core.traffic.Packets.udp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.traffic.flow.Subscriber;
import org.phonemirror.core.traffic.packet.Discard;

/** Whose a bearer's packets are, by what GTPv2-C says on S5/S8 (TS 29.274 §7.2). */
class SessionBindingTest {
  private static final String ADDRESS = "172.16.222.2";
  private static final String ADDRESS6 = "2001:db8:7:8::1";
  private static final String IMSI = "001010000000002";
  private static final byte[] ACCEPTED = element(2, 0, 16, 0);
  private static final int SGW_USER = 4;
  private static final int PGW_USER = 5;
  private static final int SGW_CONTROL = 6;
  private static final int PGW_CONTROL = 7;

  private final TestTap tap = new TestTap();
  private final Subscriber phone =
      tap.recorder.subscriber(new Impu("sip:+15550002@ims.test"), tap.now);

  SessionBindingTest() {
    tap.contexts.watch(phone, Set.of(IMSI));
  }

  // ---- messages, after the specification

  private static byte[] message(int type, int tunnel, int sequence, byte[]... elements) {
    byte[] content = join(elements);
    return join(
        ByteBuffer.allocate(12)
            .put((byte) 0x48)
            .put((byte) type)
            .putShort((short) (8 + content.length))
            .putInt(tunnel)
            .putInt(sequence << 8)
            .array(),
        content);
  }

  private static byte[] element(int type, int instance, int... octets) {
    byte[] value = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      value[i] = (byte) octets[i];
    }
    return element(type, instance, value);
  }

  private static byte[] element(int type, int instance, byte[] value) {
    return join(
        ByteBuffer.allocate(4)
            .put((byte) type)
            .putShort((short) value.length)
            .put((byte) instance)
            .array(),
        value);
  }

  private static byte[] imsi(String digits) {
    byte[] value = Packets.imsi(digits);
    return element(1, 0, Arrays.copyOfRange(value, 1, value.length));
  }

  private static byte[] tunnel(int instance, int kind, int identifier) {
    return element(
        87,
        instance,
        ByteBuffer.allocate(9).put((byte) (0x80 | kind)).putInt(identifier).putInt(77).array());
  }

  private static byte[] bearer(int instance, int number, byte[]... more) {
    return element(93, instance, join(element(73, 0, number), join(more)));
  }

  private static byte[] addresses() {
    byte[] v6 = TestTap.address(ADDRESS6).getAddress();
    byte[] v4 = TestTap.address(ADDRESS).getAddress();
    return element(79, 0, join(new byte[] {3, 64}, v6, v4));
  }

  private static byte[] createRequest(int sequence) {
    return message(
        32,
        0,
        sequence,
        imsi(IMSI),
        element(76, 0, 0x51, 0x55, 0x00, 0x20),
        element(82, 0, 6),
        tunnel(0, SGW_CONTROL, 100),
        element(71, 0, TestTap.text("\bInternet")),
        element(79, 0, 1, 0, 0, 0, 0),
        bearer(0, 5, tunnel(2, SGW_USER, 101)));
  }

  private static byte[] createResponse(int sequence, byte[] cause, byte[] paa) {
    return message(
        33,
        100,
        sequence,
        cause,
        tunnel(1, PGW_CONTROL, 200),
        paa,
        bearer(0, 5, ACCEPTED, tunnel(2, PGW_USER, 201)));
  }

  private void create() {
    tap.gtpControl(createRequest(7));
    tap.gtpControl(createResponse(7, ACCEPTED, addresses()));
  }

  private void uplink(int tunnel, String from) {
    String to = from.contains(":") ? TestTap.SERVER6 : TestTap.SERVER;
    tap.gtpUser(gtp(255, tunnel, ip(from, to, 17, udp(1, 2, TestTap.text("up")))));
  }

  private void downlink(int tunnel) {
    tap.gtpUser(gtp(255, tunnel, ip(TestTap.SERVER, ADDRESS, 17, udp(2, 1, TestTap.text("down")))));
  }

  private int recorded() {
    return tap.tape(phone).udp().stream().mapToInt(flow -> flow.datagrams().size()).sum();
  }

  // ---- what they do

  @Test
  void createSessionBindsBothAddressesToBothTunnels() {
    create();
    uplink(201, ADDRESS);
    downlink(101);
    uplink(201, ADDRESS6);
    uplink(202, ADDRESS);

    assertThat(recorded()).isEqualTo(3);
    assertThat(tap.discarded(Discard.UNKNOWN_SUBSCRIBER)).isEqualTo(1);
    assertThat(tap.contexts.owners(IMSI)).hasSize(1);
    assertThat(tap.contexts.owners("15550002")).hasSize(1);
  }

  @Test
  void anIpv4AddressAlone() {
    byte[] ipv4 = element(79, 0, join(new byte[] {1}, TestTap.address(ADDRESS).getAddress()));
    tap.gtpControl(createRequest(7));
    tap.gtpControl(createResponse(7, ACCEPTED, ipv4));
    uplink(201, ADDRESS);

    assertThat(recorded()).isEqualTo(1);
  }

  @Test
  void refusedUnaskedAndLateResponsesBindNothing() {
    tap.gtpControl(createResponse(6, ACCEPTED, addresses()));
    tap.gtpControl(createRequest(7));
    tap.gtpControl(createResponse(7, element(2, 0, 73, 0), addresses()));
    tap.gtpControl(createRequest(8));
    tap.millis(120_000);
    tap.gtpControl(createResponse(8, ACCEPTED, addresses()));

    assertThat(tap.contexts.size()).isEqualTo(new TestTap().contexts.size());
    assertThat(tap.discarded(Discard.GTP_UNMATCHED)).isEqualTo(2);
  }

  @Test
  void anotherServingGatewayTakesOver() {
    create();
    tap.gtpControl(
        message(34, 200, 9, tunnel(0, SGW_CONTROL, 300), bearer(0, 5, tunnel(1, SGW_USER, 301))));
    tap.gtpControl(message(35, 300, 9, ACCEPTED, bearer(0, 5, ACCEPTED)));
    downlink(101);
    downlink(301);
    assertThat(recorded()).isEqualTo(1);

    tap.gtpControl(message(36, 200, 10, element(73, 0, 5)));
    tap.gtpControl(message(37, 300, 10, ACCEPTED));
    uplink(201, ADDRESS);
    assertThat(recorded()).isZero();
  }

  @Test
  void aDedicatedBearerComesWithTheDefaultOneAndGoesAlone() {
    tap.gtpControl(createRequest(7));
    byte[] response = createResponse(7, ACCEPTED, addresses());
    response[0] |= 0x10; // the request comes behind it
    byte[] request =
        message(95, 100, 20, element(73, 0, 5), bearer(0, 0, tunnel(1, PGW_USER, 211)));
    tap.gtpControl(join(response, request));
    tap.gtpControl(
        message(
            96,
            200,
            20,
            ACCEPTED,
            bearer(0, 6, ACCEPTED, tunnel(2, SGW_USER, 111), tunnel(3, PGW_USER, 211))));
    uplink(211, ADDRESS);
    uplink(201, ADDRESS);
    assertThat(recorded()).isEqualTo(2);

    tap.gtpControl(message(99, 100, 21, element(73, 1, 6)));
    tap.gtpControl(message(100, 200, 21, ACCEPTED));
    uplink(211, ADDRESS);
    uplink(201, ADDRESS);
    assertThat(recorded()).isEqualTo(1);

    tap.gtpControl(message(99, 100, 22, element(73, 0, 5)));
    tap.gtpControl(message(100, 200, 22, ACCEPTED));
    uplink(201, ADDRESS);
    assertThat(recorded()).isZero();
  }

  @Test
  void messagesOfOtherInterfacesAndEchoesAreNotTaken() {
    tap.gtpControl(message(32, 0, 7, imsi(IMSI), tunnel(0, 10, 100), bearer(0, 5)));
    byte[] echo = {0x40, 1, 0, 4, 0, 0, 1, 0};
    tap.gtpControl(echo);

    assertThat(tap.discarded(Discard.GTP_UNMATCHED)).isEqualTo(1);
    assertThat(tap.discarded(Discard.GTP_MESSAGE)).isEqualTo(1);
  }

  @Test
  void lyingLengthsAreDiscarded() {
    byte[] request = createRequest(7);
    for (int length = 1; length < request.length; length++) {
      tap.gtpControl(Arrays.copyOf(request, length)); // the header says more
      byte[] cut = Arrays.copyOf(request, length);
      if (length >= 12) {
        cut[2] = (byte) ((length - 4) >> 8);
        cut[3] = (byte) (length - 4);
        tap.gtpControl(cut); // an element says more
      }
    }
    byte[] hasNoRoomForItsTunnel = {0x48, 32, 0, 4, 0, 0, 1, 0, 0, 0, 0, 0};
    tap.gtpControl(hasNoRoomForItsTunnel);
    tap.gtpControl(message(33, 100, 7, element(2, 0), bearer(0, 5, element(87, 2, 0x85, 1))));
    tap.gtpControl(message(33, 100, 7, element(87, 0, 0xc5, 0, 0, 0, 1, 1, 2, 3, 4)));

    assertThat(tap.discarded(Discard.GTP_LENGTH)).isGreaterThan(request.length - 2);
    assertThat(tap.discarded(Discard.GTP_ELEMENT)).isGreaterThan(50);
    assertThat(tap.discarded(Discard.DEFECT)).isZero();
    assertThat(recorded()).isZero();
  }

  @Test
  void bearersAreBounded() {
    byte[][] bearers = new byte[2_000][];
    for (int i = 0; i < bearers.length; i++) {
      bearers[i] = bearer(0, i & 0xf, ACCEPTED, tunnel(2, PGW_USER, i));
    }
    tap.gtpControl(createRequest(7));
    tap.gtpControl(message(33, 100, 7, ACCEPTED, addresses(), join(bearers)));

    assertThat(tap.contexts.size()).isLessThan(20);
  }
}
