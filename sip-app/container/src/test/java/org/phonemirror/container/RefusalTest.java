package org.phonemirror.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefusalTest {
  private static final String VIA = "Via: SIP/2.0/UDP 127.17.0.3:7070;branch=z9hG4bKAb;x";
  private static final String MESSAGE =
      """
      MESSAGE sip:b@h SIP/2.0
      @VIA@
      v: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKc
      f: <sip:a@h>;tag=1
      TO : "B,"
       <sip:b@h>
      Call-ID: 7@h
      CSeq: 1 MESSAGE
      Route: <sip:127.17.0.1:5080;lr>
      Content-Length: 8

      To: body"""
          .replace("\n", "\r\n");

  @Test
  void answersWhatTheRequestSays() throws Exception {
    Refusal refusal = refuse(VIA).orElseThrow();
    assertThat(refusal.transaction()).isEqualTo("z9hg4bkab");
    assertThat(text(refusal))
        .isEqualTo(
            """
            SIP/2.0 503 Overloaded
            @VIA@
            v: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKc
            f: <sip:a@h>;tag=1
            TO : "B,"
             <sip:b@h>;tag=@TAG@
            Call-ID: 7@h
            CSeq: 1 MESSAGE
            Retry-After: 5
            Content-Length: 0

            """
                .replace("@VIA@", VIA)
                .replace("@TAG@", Refusal.TAG + Integer.toHexString("z9hg4bkab".hashCode()))
                .replace("\n", "\r\n"));
    assertThat(refusal.packet().getSocketAddress())
        .as("the port of the Via header (RFC 3261 §18.2.2)")
        .isEqualTo(new InetSocketAddress("127.17.0.3", 7070));
  }

  @Test
  void aRetransmissionGetsTheSameAnswer() throws Exception {
    assertThat(text(refuse(VIA).orElseThrow())).isEqualTo(text(refuse(VIA).orElseThrow()));
  }

  @Test
  void goesBackToTheSenderIfItAsks() throws Exception {
    Refusal refusal = refuse("Via: SIP/2.0/UDP h ;RPORT;branch=z9hG4bKAb").orElseThrow();
    assertThat(text(refusal))
        .contains("Via: SIP/2.0/UDP h ;rport=6060;branch=z9hG4bKAb;received=127.17.0.3\r\n");
    assertThat(refusal.packet().getPort()).isEqualTo(6060);
  }

  @Test
  void goesToTheSendersAddressWhateverTheViaSays() throws Exception {
    Refusal refusal =
        refuse("Via: SIP/2.0/UDP h.example.net;branch=z9hG4bKAb, SIP/2.0/UDP x;branch=y")
            .orElseThrow();
    assertThat(text(refusal))
        .contains("net;branch=z9hG4bKAb;received=127.17.0.3, SIP/2.0/UDP x;branch=y\r\n");
    assertThat(refusal.packet().getSocketAddress())
        .isEqualTo(new InetSocketAddress("127.17.0.3", 5060));
  }

  @Test
  void leavesToTheParserWhatItCannotAnswer() throws Exception {
    for (String via :
        List.of(
            "Via: SIP/2.0/UDP h",
            "Via: SIP/2.0/UDP h;branch=1",
            "Via: h;branch=z9hG4bKAb",
            "Via: SIP/2.0/UDP h:port;branch=z9hG4bKAb",
            "Via: SIP/2.0/UDP h:99999;branch=z9hG4bKAb",
            "Via: SIP/2.0/UDP h;branch=z9hG4bKAb;maddr=224.0.0.1",
            "Via: SIP/2.0/UDP h;x=\",\";branch=z9hG4bKAb")) {
      assertThat(refuse(via)).as(via).isEmpty();
    }
    for (String text : List.of("", "\n", "MESSAGE", MESSAGE.replace("Call-ID", "Call"))) {
      assertThat(Refusal.of(received(text))).as(text).isEmpty();
    }
  }

  @Test
  void nothingThatIsUnderWayIsRefused() throws Exception {
    List<String> sent = new ArrayList<>();
    Refusals refusals =
        new Refusals("z9hg4bkab"::equals, packet -> sent.add(packet.getAddress().toString()));
    assertThat(refusals.test(received(MESSAGE.replace("@VIA@", VIA)))).isFalse();
    assertThat(sent).isEmpty();
    assertThat(refusals.test(received(MESSAGE.replace("@VIA@", VIA + "2;branch=z9hG4bKd"))))
        .isFalse();
    assertThat(refusals.test(received(MESSAGE.replace("@VIA@", VIA.replace("Ab", "Ac"))))).isTrue();
    assertThat(sent).hasSize(1);
  }

  private static Optional<Refusal> refuse(String via) throws Exception {
    return Refusal.of(received(MESSAGE.replace("@VIA@", via)));
  }

  private static String text(Refusal refusal) {
    return new String(refusal.packet().getData(), StandardCharsets.US_ASCII);
  }

  private static Datagram received(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return new Datagram(
        new DatagramPacket(bytes, bytes.length, InetAddress.getByName("127.17.0.3"), 6060), 0);
  }
}
