package org.phonemirror.core.qemu;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.qemu.ShellUser.SECOND;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;
import org.phonemirror.core.tape.TcpFlow;

/** Names looked up, other datagrams, and notifications, on the reference phone. */
class DatagramReplayTest extends OnReferencePhonesShell {
  private static final String NAME_SERVER = "10.0.2.3";
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int NXDOMAIN = 3;

  @Test
  void aNameIsLookedUpAndConnectedTo() throws Exception {
    String command = "curl -so page http://www.test/";
    long at = user.typed(command);
    String request = "GET / HTTP/1.1\r\nHost: www.test\r\n";
    request += "User-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";
    Tape tape =
        tape(command, 6)
            .udp(NAME_SERVER, 53)
            .sends(at, dns(0x1111, "www.test", A))
            .sends(at + 1, dns(0x2222, "www.test", AAAA))
            .gets(at + SECOND / 2, found(0x1111, "www.test", 192, 0, 2, 80))
            .gets(at + SECOND, answer(0x2222, "www.test", AAAA, 0))
            .done()
            .tcp("192.0.2.80", 80, at)
            .sends(request)
            .gets(at + 2 * SECOND, "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nname")
            .closed()
            .tape();
    NetworkReport report = user.type(command, 6 * SECOND, tape).network();
    assertThat(user.file("page")).isEqualTo("name");
    assertFaithful(report, 2);
  }

  @Test
  void anAnswerThatIsTooLongForADatagramComesByTcp() throws Exception {
    String command = "getent ahosts many.test >got";
    long at = user.typed(command);
    byte[] truncated = message(0x1111, 0x8380, "many.test", A, 0);
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    answers.writeBytes(framed(answer(0x2222, "many.test", AAAA, 0)));
    answers.writeBytes(framed(found(0x1111, "many.test", 192, 0, 2, 80)));
    Tape tape =
        tape(command, 5)
            .udp(NAME_SERVER, 53)
            .sends(at, dns(0x1111, "many.test", A))
            .sends(at + 1, dns(0x2222, "many.test", AAAA))
            .gets(at, answer(0x2222, "many.test", AAAA, 0))
            .gets(at + SECOND / 2, truncated)
            .done()
            .tcp(NAME_SERVER, 53, at)
            .sends(framed(dns(0x1111, "many.test", A)))
            .sends(framed(dns(0x2222, "many.test", AAAA)))
            .gets(at + SECOND, answers.toByteArray(), TcpFlow.End.OPEN)
            .closed()
            .tape();
    NetworkReport report = user.type(command, 5 * SECOND, tape).network();
    assertThat(user.file("got")).contains("192.0.2.80");
    assertFaithful(report, 2);
  }

  @Test
  void aNameThatIsNotThere() throws Exception {
    String command = "curl -s http://none.test; echo $? >code";
    long at = user.typed(command);
    Tape tape =
        tape(command, 5)
            .udp(NAME_SERVER, 53)
            .sends(at, dns(1, "none.test", A))
            .sends(at, dns(2, "none.test", AAAA))
            .gets(at, answer(1, "none.test", A, NXDOMAIN))
            .gets(at, answer(2, "none.test", AAAA, NXDOMAIN))
            .done()
            .tape();
    NetworkReport report = user.type(command, 5 * SECOND, tape).network();
    assertThat(user.file("code")).isEqualTo("6\n");
    assertFaithful(report, 1);
  }

  @Test
  void aQuestionWithoutAnswerStaysWithout() throws Exception {
    String command = "curl -s http://mute.test; echo $? $SECONDS >code";
    long at = user.typed(command);
    TapeWriter.Udp first = tape(command, 15).udp(NAME_SERVER, 53);
    for (int attempt = 0; attempt < 2; attempt++) {
      first.sends(at + attempt * 2L * SECOND, dns(1, "mute.test", A));
      first.sends(at + attempt * 2L * SECOND, dns(2, "mute.test", AAAA));
    }
    NetworkReport report = user.type(command, 15 * SECOND, first.done().tape()).network();
    assertThat(user.file("code")).startsWith("6 ");
    assertFaithful(report, 1);
  }

  @Test
  void aQuestionThatIsNotRecordedIsReportedAndRefused() throws Exception {
    String command = "curl -s http://what.test; echo $? >code";
    long at = user.typed(command);
    NetworkReport report = user.type(command, 20 * SECOND, tape(command, 20).tape()).network();
    assertThat(user.file("code")).isEqualTo("6\n");
    assertThat(report.unrecorded()).isNotEmpty();
    NetworkReport.Request request = report.unrecorded().get(0);
    assertThat(request.protocol()).isEqualTo(NetworkReport.Protocol.UDP);
    assertThat(request.remote().getAddress().getHostAddress()).isEqualTo(NAME_SERVER);
    assertThat(request.remote().getPort()).isEqualTo(53);
    assertThat(request.timeMicros()).isBetween(at, at + 2 * SECOND);
    assertThat(new String(request.bytes(), ISO_8859_1)).contains("\004what\004test");
  }

  @Test
  void theAnswerThatComesInTheNextInterval() throws Exception {
    String command = "curl -s http://none.test; echo $? >code";
    long at = user.typed(command);
    Tape first =
        tape(command, 1)
            .udp(NAME_SERVER, 53)
            .sends(at, dns(1, "none.test", A))
            .sends(at, dns(2, "none.test", AAAA))
            .gets(at, answer(1, "none.test", A, NXDOMAIN))
            .done()
            .tape();
    user.type(command, SECOND, first);
    long start = user.start();
    Tape second =
        TapeWriter.of(start, start + 4 * SECOND)
            .continuedUdp(1, NAME_SERVER, 53)
            .gets(start + SECOND / 2, answer(2, "none.test", AAAA, NXDOMAIN))
            .done()
            .tape();
    NetworkReport report = user.rest(4 * SECOND, second).network();
    assertThat(user.file("code")).isEqualTo("6\n");
    assertFaithful(report, 1);
  }

  @Test
  void datagramsInOrderAndOneThatDiffers() throws Exception {
    String command =
        "exec 4<>/dev/udp/192.0.2.5/99; for i in 1 2 3; do echo $i >&4; head -n 1 <&4; done >got";
    long at = user.typed(command);
    Tape tape =
        tape(command, 8)
            .udp("192.0.2.5", 99)
            .sends(at, bytes("1\n"))
            .gets(at + SECOND, bytes("one\n"))
            .sends(at + SECOND, bytes("2\n"))
            .gets(at + 2 * SECOND, bytes("two\n"))
            .sends(at + 2 * SECOND, bytes("4\n"))
            .gets(at + 3 * SECOND, bytes("four\n"))
            .done()
            .tape();
    NetworkReport report = user.type(command, 8 * SECOND, tape).network();
    assertThat(user.file("got")).isEqualTo("one\ntwo\nfour\n");
    assertThat(report.flows()).hasSize(1);
    assertThat(report.flows().get(0).firstMismatch()).isEqualTo(4);
    assertThat(report.flows().get(0).itemsReleased()).isEqualTo(3);
    assertThat(report.unrecorded()).isEmpty();
  }

  @Test
  void whereNobodyListens() throws Exception {
    String command = "exec 4<>/dev/udp/192.0.2.5/99; echo 1 >&4; read -u 4 r 2>err; echo $? >code";
    long at = user.typed(command);
    Tape tape =
        tape(command, 5)
            .udp("192.0.2.5", 99)
            .sends(at, bytes("1\n"))
            .unreachable(at + SECOND)
            .done()
            .tape();
    NetworkReport report = user.type(command, 5 * SECOND, tape).network();
    assertThat(user.file("err")).contains("Connection refused");
    assertThat(user.file("code")).isEqualTo("1\n");
    assertFaithful(report, 1);
  }

  @Test
  void datagramsByIpv6() throws Exception {
    String command = "exec 4<>/dev/udp/2001:db8::5/99; echo 1 >&4; head -n 1 <&4 >got";
    long at = user.typed(command);
    Tape tape =
        tape(command, 5)
            .udp("2001:db8::5", 99)
            .sends(at, bytes("1\n"))
            .gets(at + SECOND, bytes("one\n"))
            .done()
            .tape();
    assertFaithful(user.type(command, 5 * SECOND, tape).network(), 1);
    assertThat(user.file("got")).isEqualTo("one\n");
  }

  @Test
  void notificationsAreDeliveredAtTheirTime() throws Exception {
    String command = "while [ ! -e /data/mms/push/00001.mms ]; do sleep .1; done; date +%s >seen";
    long at = user.typed(command);
    byte[] one = {(byte) 0x8c, (byte) 0x82, 1};
    byte[] two = {(byte) 0x8c, (byte) 0x82, 2};
    Tape tape =
        tape(command, 8)
            .notification(at + 4 * SECOND, one)
            .notification(at + 5 * SECOND, two)
            .tape();
    user.type(command, 8 * SECOND, tape);
    long seen = Long.parseLong(user.file("seen").strip());
    assertThat(seen).isBetween(at / SECOND + 3, at / SECOND + 6);
    assertThat(user.bytes("../mms/push/00001.mms")).isEqualTo(one);
    assertThat(user.bytes("../mms/push/00002.mms")).isEqualTo(two);
  }

  private TapeWriter tape(String command, int restSeconds) {
    return TapeWriter.of(user.start(), user.typed(command) + restSeconds * SECOND);
  }

  private static void assertFaithful(NetworkReport report, int flows) {
    assertThat(report.flows()).hasSize(flows).allMatch(NetworkReport.Flow::isFaithful);
    assertThat(report.unused()).isEmpty();
    assertThat(report.unrecorded()).isEmpty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** A question (RFC 1035 §4), as the resolver of the C library asks it. */
  private static byte[] dns(int id, String name, int type) {
    return message(id, 0x0100, name, type, 0);
  }

  /** A message as TCP carries it (RFC 1035 §4.2.2). */
  private static byte[] framed(byte[] message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(message.length >> 8);
    out.write(message.length);
    out.writeBytes(message);
    return out.toByteArray();
  }

  private static byte[] answer(int id, String name, int type, int code) {
    return message(id, 0x8180 | code, name, type, 0);
  }

  private static byte[] found(int id, String name, int... address) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(message(id, 0x8180, name, A, 1));
    out.writeBytes(new byte[] {(byte) 0xc0, 12, 0, A, 0, 1, 0, 0, 0, 60, 0, 4});
    for (int part : address) {
      out.write(part);
    }
    return out.toByteArray();
  }

  private static byte[] message(int id, int flags, String name, int type, int answers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int number : new int[] {id, flags, 1, answers, 0, 0}) {
      out.write(number >> 8);
      out.write(number);
    }
    for (String label : name.split("\\.", -1)) {
      out.write(label.length());
      out.writeBytes(bytes(label));
    }
    out.writeBytes(new byte[] {0, 0, (byte) type, 0, 1});
    return out.toByteArray();
  }
}
