package org.phonemirror.testnet.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.phonemirror.testnet.gateway.GatewayStage.SECOND;
import static org.phonemirror.testnet.gateway.GatewayStage.SERVER;
import static org.phonemirror.testnet.gateway.GatewayStage.START;
import static org.phonemirror.testnet.gateway.GatewayStage.end;
import static org.phonemirror.testnet.gateway.GatewayStage.get;
import static org.phonemirror.testnet.gateway.GatewayStage.ok;
import static org.phonemirror.testnet.gateway.GatewayStage.tape;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.tape.UdpFlow;
import org.phonemirror.testnet.gateway.GatewayStage.Flow;
import org.phonemirror.testnet.program.Program;

/** What real programs on Linux' own TCP/IP get of a tape by the gateway. */
@EnabledIf("org.phonemirror.testnet.gateway.LinuxGuest#isPossible")
@Timeout(300)
class GatewayStackTest {
  private static final String CURL = "curl -s -A t ";
  private static final String URL = "http://" + SERVER;

  @TempDir private Path directory;
  private GatewayStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = GatewayStage.open(directory);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private static void assertFaithful(NetworkReport report, int flows) {
    assertThat(report.flows()).hasSize(flows).allMatch(NetworkReport.Flow::isFaithful);
    assertThat(report.unused()).isEmpty();
    assertThat(report.unrecorded()).isEmpty();
  }

  @Test
  void aPageAndAnotherOnTheSameConnection() throws Exception {
    TcpFlow flow =
        new Flow(SERVER, 80)
            .sends(get(SERVER, "/a"))
            .gets(1, ok("one, "))
            .sends(get(SERVER, "/b"))
            .gets(2, ok("two"))
            .flow(1);
    NetworkReport report =
        stage.withAddress().play(tape(List.of(flow)), CURL + URL + "/a " + URL + "/b");
    assertThat(stage.said()).isEqualTo("one, two");
    assertFaithful(report, 1);
  }

  @Test
  void refusedSilentResetAndNotFound() throws Exception {
    List<TcpFlow> flows =
        List.of(
            new Flow(SERVER, 81).flow(1, TcpFlow.Opening.REFUSED),
            new Flow(SERVER, 82).flow(2, TcpFlow.Opening.SILENT),
            new Flow(SERVER, 80)
                .sends(get(SERVER, "/cut"))
                .gets(0, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly a part")
                .gets(1, "", TcpFlow.End.RST)
                .flow(3),
            new Flow(SERVER, 80)
                .sends(get(SERVER, "/404"))
                .gets(0, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                .flow(4));
    NetworkReport report =
        stage
            .withAddress()
            .play(
                tape(flows),
                "g() { %s \"$@\"; echo \" $?\"; }; g %s:81; g -m 2 %s:82; g %s/cut; g -f %s/404"
                    .formatted(CURL, URL, URL, URL, URL));
    // CURLE_COULDNT_CONNECT, OPERATION_TIMEDOUT, RECV_ERROR, HTTP_RETURNED_ERROR
    assertThat(stage.said()).isEqualTo(" 7\n 28\nonly a part 56\n 22\n");
    assertFaithful(report, 4);
  }

  @Test
  void manyBytesInBothDirections() throws Exception {
    String body = "0123456789abcdef".repeat(200_000);
    String upload = "x".repeat(300_000);
    Path file = Files.writeString(directory.resolve("up"), upload);
    String post =
        String.join(
            "\r\n",
            "POST /in HTTP/1.1",
            "Host: " + SERVER,
            "User-Agent: t",
            "Accept: */*",
            "Content-Length: 300000",
            "Content-Type: application/x-www-form-urlencoded",
            "",
            "");
    String recorded = upload.substring(0, 200_000) + "y" + upload.substring(200_001);
    Flow down = new Flow(SERVER, 80).sends(get(SERVER, "/big"));
    down.gets(0, "HTTP/1.0 200 OK\r\n\r\n");
    for (int i = 0; i < body.length(); i += 100_000) {
      down.gets(0, body.substring(i, i + 100_000));
    }
    List<TcpFlow> flows =
        List.of(
            down.gets(0, "", TcpFlow.End.FIN).flow(1),
            new Flow(SERVER, 80).sends(post + recorded).gets(0, ok("taken")).flow(2));
    Path got = directory.resolve("got");
    String script =
        "%s -o %s %s/big; %s -H Expect: --data-binary @%s %s/in"
            .formatted(CURL, got, URL, CURL, file, URL);
    NetworkReport report = stage.withAddress().play(tape(flows), script);
    assertThat(stage.said()).isEqualTo("taken");
    assertThat(Files.readString(got).equals(body)).as("download is whole").isTrue();
    assertThat(report.flows().get(0).isFaithful()).isTrue();
    NetworkReport.Flow second = report.flows().get(1);
    assertThat(second.sentBytes()).isEqualTo(second.expectedBytes());
    assertThat(second.firstMismatch()).isEqualTo(post.length() + 200_000);
  }

  @Test
  void threeConnectionsAtOnceInAnyOrder() throws Exception {
    List<TcpFlow> flows =
        List.of(
            new Flow(SERVER, 80).sends(get(SERVER, "/z")).gets(2, ok("z")).flow(1),
            new Flow(SERVER, 80).sends(get(SERVER, "/x")).gets(2, ok("x")).flow(2),
            new Flow(SERVER, 80).sends(get(SERVER, "/y")).gets(2, ok("y")).flow(3));
    NetworkReport report =
        stage
            .withAddress()
            .play(
                tape(flows),
                "cd %s; for n in x y z; do %s -o $n %s/$n & done; wait; cat x y z"
                    .formatted(directory, CURL, URL));
    assertThat(stage.said()).isEqualTo("xyz");
    assertFaithful(report, 3);
  }

  @Test
  void otherBytesAndLessAndMoreThanThePhone() throws Exception {
    List<TcpFlow> flows =
        List.of(
            new Flow(SERVER, 80).sends(get(SERVER, "/yours")).gets(0, ok("recorded ")).flow(1),
            new Flow(SERVER, 98).sends("hi\nand more\n").gets(0, "less ", TcpFlow.End.FIN).flow(2),
            new Flow(SERVER, 99).sends("hi").gets(0, "more", TcpFlow.End.FIN).flow(3));
    String talk = "exec 3<>/dev/tcp/" + SERVER + "/%d; echo '%s' >&3; cat <&3; exec 3>&-;";
    NetworkReport report =
        stage
            .withAddress()
            .play(
                tape(flows),
                CURL + URL + "/mine;" + talk.formatted(98, "hi") + talk.formatted(99, "hi, there"));
    assertThat(stage.said()).isEqualTo("recorded less more");
    assertThat(report.flows())
        .extracting(NetworkReport.Flow::firstMismatch)
        .containsExactly(5L, -1L, -1L);
    assertThat(report.flows())
        .extracting(NetworkReport.Flow::sentBytes)
        .containsExactly((long) get(SERVER, "/mine").length(), 3L, 10L);
    assertThat(report.flows().get(1).longestWaitMicros()).isGreaterThan(SECOND);
  }

  @Test
  void aRequestThatIsNotRecordedIsReportedAndCutOff() throws Exception {
    NetworkReport report =
        stage
            .withAddress()
            .play(tape(List.of()), CURL + "http://198.51.100.9:1234/secret; echo $?");
    assertThat(stage.said()).isEqualTo("56\n");
    assertThat(report.unrecorded()).hasSize(1);
    NetworkReport.Request request = report.unrecorded().get(0);
    assertThat(request.remote()).isEqualTo(end("198.51.100.9", 1234));
    assertThat(new String(request.bytes(), StandardCharsets.US_ASCII))
        .isEqualTo(get("198.51.100.9:1234", "/secret"));
  }

  @Test
  void theNameServer() throws Exception {
    assumeTrue(Program.find("busybox").isPresent(), "busybox is not installed");
    byte[] found = question("www.example");
    byte[] missing = question("no.example");
    UdpFlow flow =
        new UdpFlow(
            1,
            end("10.0.2.15", 40_000),
            end("10.0.2.3", 53),
            List.of(
                new UdpFlow.Datagram(START, UdpFlow.Kind.SENT, found),
                new UdpFlow.Datagram(START, UdpFlow.Kind.RECEIVED, answer(found)),
                new UdpFlow.Datagram(START, UdpFlow.Kind.SENT, missing),
                new UdpFlow.Datagram(START, UdpFlow.Kind.RECEIVED, noSuchName(missing))),
            Set.of());
    String ask = "busybox nslookup -type=a %s 10.0.2.3 2>&1 || true;";
    NetworkReport report =
        stage
            .withAddress()
            .play(
                tape(List.of(), flow),
                ask.formatted("www.example")
                    + ask.formatted("no.example")
                    + ask.formatted("unrecorded.example"));
    assertThat(stage.said()).contains("192.0.2.80").contains("can't find no.example: NXDOMAIN");
    assertThat(report.flows()).hasSize(1).allMatch(NetworkReport.Flow::isFaithful);
    assertThat(report.unrecorded()).isNotEmpty();
    assertThat(report.unrecorded().get(0).toString()).contains("unrecorded.example");
  }

  /** RFC 1035 §4.1: an address is asked for. */
  private static byte[] question(String name) {
    ByteBuffer message = ByteBuffer.allocate(12 + name.length() + 2 + 4);
    message.putShort((short) 0x1234).putShort((short) 0x0100).putShort((short) 1);
    message.position(12);
    for (String label : name.split("\\.", -1)) {
      message.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
    }
    return message.put((byte) 0).putShort((short) 1).putShort((short) 1).array();
  }

  private static byte[] answer(byte[] question) {
    ByteBuffer message = ByteBuffer.allocate(question.length + 16).put(question);
    message.putShort((short) 0xc00c).putShort((short) 1).putShort((short) 1).putInt(60);
    message.putShort((short) 4).put(new byte[] {(byte) 192, 0, 2, 80});
    return message.putShort(2, (short) 0x8180).putShort(6, (short) 1).array();
  }

  private static byte[] noSuchName(byte[] question) {
    byte[] message = Arrays.copyOf(question, question.length);
    return ByteBuffer.wrap(message).putShort(2, (short) 0x8183).array();
  }

  @Test
  void anAddressByDhcp() throws Exception {
    assumeTrue(Program.find("busybox").isPresent(), "busybox is not installed");
    Path script =
        Files.writeString(
            directory.resolve("lease"),
            "#!/bin/sh\n[ \"$1\" = bound ] && echo $ip $subnet $router $dns $mtu $lease; true\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    TcpFlow flow = new Flow(SERVER, 80).sends(get(SERVER, "/")).gets(0, ok("hello")).flow(1);
    stage.play(
        tape(List.of(flow)), "busybox udhcpc -f -q -n -t 10 -i tap0 -s " + script + " 2>/dev/null");
    assertThat(stage.said()).isEqualTo("10.0.2.15 255.255.255.0 10.0.2.2 10.0.2.3 1500 86400\n");
  }

  @Test
  void anAddressOfIpv6() throws Exception {
    TcpFlow flow =
        new Flow("2001:db8::80", 80).sends(get("[2001:db8::80]", "/")).gets(0, ok("six")).flow(1);
    NetworkReport report =
        stage.play(
            tape(List.of(flow)),
            guest -> {
              guest.awaitOutput(
                  "2001:db8:1:2:", "ip", "-6", "addr", "show", "dev", "tap0", "-tentative");
              return guest.run(CURL + "-g 'http://[2001:db8::80]/'");
            });
    assertThat(stage.said()).isEqualTo("six");
    assertFaithful(report, 1);
  }
}
