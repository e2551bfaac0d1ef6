package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.qemu.ShellUser.SECOND;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;
import org.phonemirror.core.tape.TcpFlow;

/** What curl and the shell get of recorded connections, on the reference phone. */
class WebReplayTest extends OnReferencePhonesShell {
  private static final String SERVER = "10.0.2.2";
  private static final int PORT = 8080;
  private static final String URL = "http://10.0.2.2:8080";
  private static final TcpFlow.End OPEN = TcpFlow.End.OPEN;

  @Test
  void aPage() throws Exception {
    String command = "curl -so page " + URL + "/a";
    long at = user.typed(command);
    Tape tape =
        tape(command, 5)
            .tcp(SERVER, PORT, at)
            .sends(get("/a"))
            .gets(at + SECOND, ok("Hello, network\n"))
            .closed()
            .tape();
    NetworkReport report = user.type(command, 5 * SECOND, tape).network();
    assertThat(user.file("page")).isEqualTo("Hello, network\n");
    assertFaithful(report, 1);
    assertThat(report.flows().get(0).expectedBytes()).isEqualTo(get("/a").length());
    assertThat(report.flows().get(0).items()).isEqualTo(1);
  }

  @Test
  void aRedirectAndTwoRequestsOnOneConnection() throws Exception {
    String command = "curl -sLo page " + URL + "/old";
    long at = user.typed(command);
    Tape tape =
        tape(command, 5)
            .tcp(SERVER, PORT, at)
            .sends(get("/old"))
            .gets(at + SECOND, "HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n")
            .sends(get("/new"))
            .gets(at + 2 * SECOND, ok("moved here"))
            .closed()
            .tape();
    assertFaithful(user.type(command, 5 * SECOND, tape).network(), 1);
    assertThat(user.file("page")).isEqualTo("moved here");
  }

  @Test
  void aSlowPageInChunksComesInItsTime() throws Exception {
    String command = "curl -sNo page " + URL + "/slow; date +%s >end";
    long at = user.typed(command);
    Tape tape =
        tape(command, 20)
            .tcp(SERVER, PORT, at)
            .sends(get("/slow"))
            .gets(at + SECOND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nslow\r\n")
            .gets(at + 6 * SECOND, "5\r\n page\r\n")
            .gets(at + 12 * SECOND, "0\r\n\r\n")
            .closed()
            .tape();
    NetworkReport report = user.type(command, 20 * SECOND, tape).network();
    assertFaithful(report, 1);
    assertThat(user.file("page")).isEqualTo("slow page");
    long end = Long.parseLong(user.file("end").strip());
    assertThat(end).isBetween(at / SECOND + 12, at / SECOND + 14);
    assertThat(report.flows().get(0).items()).isEqualTo(3);
  }

  @Test
  void anUploadOfManyBytesIsCompared() throws Exception {
    int size = 300_000;
    String make = "head -c " + size + " /dev/zero >up";
    user.type(make, 2 * SECOND, tape(make, 2).tape());
    String command = "curl -so page -H Expect: --data-binary @up " + URL + "/in";
    long at = user.typed(command);
    String head =
        "POST /in HTTP/1.1\r\nHost: 10.0.2.2:8080\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n"
            + "Content-Length: "
            + size
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n";
    byte[] body = new byte[size];
    body[200_000] = 1;
    Tape tape =
        tape(command, 6)
            .tcp(SERVER, PORT, at)
            .sends(head)
            .sends(body)
            .gets(at + SECOND, ok("taken"))
            .closed()
            .tape();
    NetworkReport report = user.type(command, 6 * SECOND, tape).network();
    assertThat(user.file("page")).isEqualTo("taken");
    NetworkReport.Flow flow = report.flows().get(0);
    assertThat(flow.sentBytes()).isEqualTo(flow.expectedBytes()).isEqualTo(head.length() + size);
    assertThat(flow.firstMismatch()).isEqualTo(head.length() + 200_000);
  }

  @Test
  void notFoundRefusedResetAndSilent() throws Exception {
    String command =
        "g() { curl -s \"$@\"; echo $? >>codes; }; g -fo a "
            + URL
            + "/404; g -o b http://10.0.2.2:81; g -o c "
            + URL
            + "/cut; g -m 2 -o d http://192.0.2.7";
    long at = user.typed(command);
    Tape tape =
        tape(command, 12)
            .tcp(SERVER, PORT, at)
            .sends(get("/404"))
            .gets(at, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            .closed()
            .attempt(SERVER, 81, at, TcpFlow.Opening.REFUSED)
            .tcp(SERVER, PORT, at)
            .sends(get("/cut"))
            .gets(at, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly a part")
            .gets(at + 2 * SECOND, new byte[0], TcpFlow.End.RST)
            .done()
            .attempt("192.0.2.7", 80, at + 2 * SECOND, TcpFlow.Opening.SILENT)
            .tape();
    NetworkReport report = user.type(command, 12 * SECOND, tape).network();
    // CURLE_HTTP_RETURNED_ERROR, COULDNT_CONNECT, RECV_ERROR, OPERATION_TIMEDOUT
    assertThat(user.file("codes")).isEqualTo("22\n7\n56\n28\n");
    assertThat(user.file("c")).isEqualTo("only a part");
    assertFaithful(report, 4);
  }

  @Test
  void aRefusedPortThatListensLater() throws Exception {
    String command = "for i in 1 2 3; do curl -so p$i " + URL + "; echo $? >>codes; sleep 2; done";
    long at = user.typed(command);
    Tape tape =
        tape(command, 14)
            .attempt(SERVER, PORT, at, TcpFlow.Opening.REFUSED)
            .attempt(SERVER, PORT, at + 2 * SECOND, TcpFlow.Opening.REFUSED)
            .tcp(SERVER, PORT, at + 4 * SECOND)
            .sends(get("/"))
            .gets(at + 4 * SECOND, ok("up"))
            .closed()
            .tape();
    NetworkReport report = user.type(command, 14 * SECOND, tape).network();
    assertThat(user.file("codes")).isEqualTo("7\n7\n0\n");
    assertThat(user.file("p3")).isEqualTo("up");
    assertFaithful(report, 3);
  }

  @Test
  void threeConnectionsAtOnceInAnyOrder() throws Exception {
    String command = "for n in x y z; do curl -so $n " + URL + "/$n & done";
    long at = user.typed(command);
    TapeWriter tape = tape(command, 8);
    for (String name : new String[] {"z", "x", "y"}) {
      tape.tcp(SERVER, PORT, at)
          .sends(get("/" + name))
          .gets(at + 2 * SECOND, ok("page " + name))
          .closed();
    }
    NetworkReport report = user.type(command, 8 * SECOND, tape.tape()).network();
    for (String name : new String[] {"x", "y", "z"}) {
      assertThat(user.file(name)).isEqualTo("page " + name);
    }
    assertFaithful(report, 3);
  }

  @Test
  void aLargeDownloadIsWhole() throws Exception {
    byte[] body = new byte[3_000_000];
    new Random(7).nextBytes(body);
    String command = "curl -so big " + URL + "/big";
    long at = user.typed(command);
    TapeWriter.Tcp flow =
        tape(command, 10)
            .tcp(SERVER, PORT, at)
            .sends(get("/big"))
            .gets(at, "HTTP/1.0 200 OK\r\n\r\n");
    for (int i = 0; i < body.length; i += 100_000) {
      flow.gets(at + i, Arrays.copyOfRange(body, i, i + 100_000), OPEN);
    }
    Tape tape = flow.gets(at + 4 * SECOND, new byte[0], TcpFlow.End.FIN).closed().tape();
    NetworkReport report = user.type(command, 10 * SECOND, tape).network();
    assertThat(user.bytes("big")).isEqualTo(body);
    assertFaithful(report, 1);
  }

  @Test
  void aConnectionThatGoesOnInTheNextInterval() throws Exception {
    String command = "curl -sNo page " + URL + "/long; echo $? >code";
    long at = user.typed(command);
    Tape first =
        tape(command, 5)
            .tcp(SERVER, PORT, at)
            .sends(get("/long"))
            .gets(at + SECOND, "HTTP/1.0 200 OK\r\n\r\nfirst half, ")
            .done()
            .tape();
    NetworkReport report = user.type(command, 5 * SECOND, first).network();
    assertThat(report.flows().get(0).isFaithful()).as(report.toString()).isTrue();
    assertThat(user.file("page")).isEqualTo("first half, ");

    // one without anything on the connection lies between
    user.rest(5 * SECOND, Tape.silent(user.start(), user.start() + 5 * SECOND));

    long start = user.start();
    Tape second =
        TapeWriter.of(start, start + 5 * SECOND)
            .continued(1, SERVER, PORT, at, get("/long").length())
            .gets(start + SECOND, "second half".getBytes(StandardCharsets.UTF_8), TcpFlow.End.FIN)
            .closed()
            .tape();
    report = user.rest(5 * SECOND, second).network();
    assertThat(user.file("page")).isEqualTo("first half, second half");
    assertThat(user.file("code")).isEqualTo("0\n");
    assertFaithful(report, 1);
  }

  @Test
  void aConnectionToWhichTheMirrorComesAfterTheIntervalsEnd() throws Exception {
    String command = "sleep 2; curl -so page " + URL + "/late";
    long at = user.typed(command);
    Tape first =
        tape(command, 1)
            .tcp(SERVER, PORT, at)
            .sends(get("/late"))
            .gets(at + SECOND / 2, ok("in time"))
            .closed()
            .tape();
    assertThat(user.type(command, SECOND, first).network().unused()).isEmpty();
    Tape second = Tape.silent(user.start(), user.start() + 5 * SECOND);
    NetworkReport report = user.rest(5 * SECOND, second).network();
    assertThat(user.file("page")).isEqualTo("in time");
    assertFaithful(report, 1);
  }

  @Test
  void aRequestThatDiffersGetsTheRecordedAnswerAndIsReported() throws Exception {
    String command = "curl -so page " + URL + "/mine";
    long at = user.typed(command);
    Tape tape =
        tape(command, 6)
            .tcp(SERVER, PORT, at)
            .sends(get("/yours"))
            .gets(at, ok("recorded"))
            .closed()
            .tape();
    NetworkReport report = user.type(command, 6 * SECOND, tape).network();
    assertThat(user.file("page")).isEqualTo("recorded");
    assertThat(report.flows().get(0).firstMismatch()).isEqualTo("GET /".length());
    assertThat(report.flows().get(0).sentBytes()).isEqualTo(get("/mine").length());
  }

  @Test
  void aMirrorThatSendsLessThanItsPhoneWaitsALittle() throws Exception {
    String command = "exec 3<>/dev/tcp/10.0.2.2/99; echo hi >&3; cat <&3 >got; date +%s >end";
    long at = user.typed(command);
    Tape tape =
        tape(command, 6)
            .tcp(SERVER, 99, at)
            .sends("hi\nand more\n")
            .gets(at, "answer".getBytes(StandardCharsets.UTF_8), TcpFlow.End.FIN)
            .done()
            .tape();
    NetworkReport report = user.type(command, 6 * SECOND, tape).network();
    assertThat(user.file("got")).isEqualTo("answer");
    assertThat(Long.parseLong(user.file("end").strip())).isGreaterThan(at / SECOND);
    NetworkReport.Flow flow = report.flows().get(0);
    assertThat(flow.sentBytes()).isEqualTo(3);
    assertThat(flow.expectedBytes()).isEqualTo(12);
    assertThat(flow.itemsReleased()).isEqualTo(1);
    assertThat(flow.longestWaitMicros()).isGreaterThanOrEqualTo(SECOND);
  }

  @Test
  void aMirrorThatSendsMoreThanItsPhoneIsHeard() throws Exception {
    String command = "exec 3<>/dev/tcp/10.0.2.2/99; echo hi, there >&3; cat <&3 >got";
    long at = user.typed(command);
    Tape tape =
        tape(command, 6)
            .tcp(SERVER, 99, at)
            .sends("hi")
            .gets(at, "answer".getBytes(StandardCharsets.UTF_8), TcpFlow.End.FIN)
            .done()
            .tape();
    NetworkReport.Flow flow = user.type(command, 6 * SECOND, tape).network().flows().get(0);
    assertThat(user.file("got")).isEqualTo("answer");
    assertThat(flow.sentBytes()).isEqualTo(10);
    assertThat(flow.expectedBytes()).isEqualTo(2);
    assertThat(flow.isFaithful()).isFalse();
  }

  @Test
  void aRequestThatIsNotRecordedIsReportedAndCutOff() throws Exception {
    String command = "curl -so page http://198.51.100.9:1234/secret; echo $? >code";
    long at = user.typed(command);
    NetworkReport report = user.type(command, 8 * SECOND, tape(command, 8).tape()).network();
    assertThat(user.file("code")).isEqualTo("56\n");
    assertThat(report.unrecorded()).hasSize(1);
    NetworkReport.Request request = report.unrecorded().get(0);
    assertThat(request.protocol()).isEqualTo(NetworkReport.Protocol.TCP);
    assertThat(request.remote().getAddress().getHostAddress()).isEqualTo("198.51.100.9");
    assertThat(request.remote().getPort()).isEqualTo(1234);
    assertThat(request.timeMicros()).isBetween(at, at + 2 * SECOND);
    assertThat(new String(request.bytes(), StandardCharsets.UTF_8))
        .startsWith("GET /secret HTTP/1.1\r\nHost: 198.51.100.9:1234\r\n");
  }

  @Test
  void aFlowThatCanNotBeReplayedIsCutOffAndUsedUp() throws Exception {
    String command = "curl -kso page https://10.0.2.2; echo $? >code";
    long at = user.typed(command);
    Tape tape =
        tape(command, 6)
            .tcp(SERVER, 443, at)
            .sends(new byte[500])
            .gets(at + SECOND, new byte[3000], OPEN)
            .marked(Mark.TLS)
            .closed()
            .tape();
    NetworkReport report = user.type(command, 6 * SECOND, tape).network();
    assertThat(user.file("code")).isEqualTo("35\n");
    assertThat(report.unrecorded()).isEmpty();
    assertThat(report.unused()).isEmpty();
    assertThat(report.flows()).extracting(NetworkReport.Flow::id).containsExactly(1L);
  }

  @Test
  void aServerThatSpeaksFirst() throws Exception {
    String command =
        "exec 3<>/dev/tcp/10.0.2.2/2525; for i in a b c; do read -u 3 r; echo \"$r\"; echo $i >&3;"
            + " done >got";
    long at = user.typed(command);
    Tape tape =
        tape(command, 8)
            .tcp(SERVER, 2525, at)
            .gets(at, "220 mail ready\n")
            .sends("a\n")
            .gets(at + SECOND, "250 a it is\n")
            .sends("b\n")
            .gets(at + 2 * SECOND, "250 b it is\n")
            .sends("c\n")
            .done()
            .tape();
    NetworkReport report = user.type(command, 8 * SECOND, tape).network();
    assertThat(user.file("got")).isEqualTo("220 mail ready\n250 a it is\n250 b it is\n");
    assertFaithful(report, 1);
  }

  @Test
  void anAddressOfIpv6() throws Exception {
    String command = "curl -gso page 'http://[2001:db8::7]/six'";
    long at = user.typed(command);
    Tape tape =
        tape(command, 5)
            .tcp("2001:db8::7", 80, at)
            .sends(get("/six").replace("10.0.2.2:8080", "[2001:db8::7]"))
            .gets(at, ok("long addresses"))
            .closed()
            .tape();
    assertFaithful(user.type(command, 5 * SECOND, tape).network(), 1);
    assertThat(user.file("page")).isEqualTo("long addresses");
  }

  @Test
  void whatTheMirrorDoesNotComeToIsReported() throws Exception {
    String command = "true";
    long at = user.typed(command);
    Tape tape =
        tape(command, 20)
            .tcp(SERVER, PORT, at)
            .sends(get("/a"))
            .gets(at, ok("b"))
            .closed()
            .attempt(SERVER, 81, at, TcpFlow.Opening.REFUSED)
            .tape();
    NetworkReport report = user.type(command, 20 * SECOND, tape).network();
    assertThat(report.unused()).containsExactlyInAnyOrder(1L, 2L);
    assertThat(report.flows()).isEmpty();
  }

  private static void assertFaithful(NetworkReport report, int flows) {
    assertThat(report.flows()).hasSize(flows).allMatch(NetworkReport.Flow::isFaithful);
    assertThat(report.unused()).isEmpty();
    assertThat(report.leftOut()).isEmpty();
    assertThat(report.unrecorded()).isEmpty();
  }

  private TapeWriter tape(String command, int restSeconds) {
    return TapeWriter.of(user.start(), user.typed(command) + restSeconds * SECOND);
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\n" + headers();
  }

  private static String headers() {
    return "Host: 10.0.2.2:8080\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";
  }

  private static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }
}
