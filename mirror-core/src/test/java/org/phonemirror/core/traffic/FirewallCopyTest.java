package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.firewall.Await;
import org.phonemirror.core.firewall.Dns;
import org.phonemirror.core.firewall.Enforcement.Target;
import org.phonemirror.core.firewall.FakeEnforcement;
import org.phonemirror.core.firewall.FirewallService;
import org.phonemirror.core.firewall.FirewallSettings;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.FirewallRule.Action;
import org.phonemirror.core.subscriber.FirewallRule.Protocol;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.IpNetwork;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.PortRange;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.traffic.flow.FlowEnds;
import org.phonemirror.core.traffic.flow.FlowLimits;
import org.phonemirror.core.traffic.flow.Observed;
import org.phonemirror.core.traffic.flow.TrafficObserver;
import org.phonemirror.sync.Notice;

/** The firewall over packets of the copy. */
class FirewallCopyTest {
  private static final Impu BOB = new Impu("sip:+15550002@ims.test");
  private static final String NAMES = "192.0.2.53";
  private static final FirewallSettings SETTINGS =
      FirewallSettings.DEFAULT.withEnforcement(
          Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofHours(9));

  private final HandClock clock = new HandClock();
  private final FakeEnforcement node = new FakeEnforcement();
  private final List<Notice> notices = new CopyOnWriteArrayList<>();
  private final List<Impu> announced = new CopyOnWriteArrayList<>();
  private final Map<String, String> malware = new ConcurrentHashMap<>();
  private FirewallService firewall;
  private TestTap tap;

  @BeforeEach
  void start() {
    firewall =
        new FirewallService(
            SETTINGS,
            (subscriber, notice) -> {
              notices.add(notice);
              return CompletableFuture.completedFuture(null);
            },
            node,
            sha256 -> Optional.ofNullable(malware.get(sha256)),
            clock);
    firewall.announcer(announced::add);
    tap = new TestTap(FlowLimits.DEFAULT, firewall);
  }

  @AfterEach
  void stop() {
    firewall.close();
    assertThat(node.blocked()).as("nothing is blocked without the firewall").isEmpty();
  }

  /** A clock that is moved by hand. */
  private static final class HandClock extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T12:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private void rules(FirewallRule... rules) throws InterruptedException {
    int before = announced.size();
    MirrorProfile profile = new MirrorProfile("m", Duration.ofSeconds(10));
    firewall.profileChanged(
        TestTap.IMPU,
        Optional.of(
            profile.withServices(
                ServicePolicies.USUAL.withFirewall(new ServicePolicies.Firewall(List.of(rules))))));
    if (rules.length > 0) {
      Await.until("rules", () -> announced.size() > before);
    }
  }

  private static FirewallRule port(String name, Action action, int port) {
    return new FirewallRule(
        name,
        action,
        Protocol.TCP,
        List.of(IpNetwork.parse("192.0.2.0/24")),
        List.of(new PortRange(port, port)),
        List.of(),
        false);
  }

  private static FirewallRule domain(String name) {
    return new FirewallRule(
        "ads", Action.BLOCK, Protocol.ANY, List.of(), List.of(), List.of(name), false);
  }

  private static FirewallRule malware(Action action) {
    return new FirewallRule("malware", action, Protocol.ANY, List.of(), List.of(), List.of(), true);
  }

  private static Target target(int port) {
    return new Target(
        TestTap.address(TestTap.PHONE), TestTap.address(TestTap.SERVER), port, Protocol.TCP);
  }

  private void awaitBlocked(Target... targets) throws InterruptedException {
    Await.until(Set.of(targets) + " blocked", () -> node.blocked().equals(Set.of(targets)));
  }

  private void awaitFlows(long flows) throws InterruptedException {
    Await.until(flows + " flows seen", () -> firewall.stats().flows() == flows);
  }

  @Test
  void whatARuleForbidsIsBlockedAndToldAndRecordedAllTheSame() throws Exception {
    rules(port("web", Action.BLOCK, 80), port("other", Action.BLOCK, 81));
    Conversation conversation = new Conversation(tap, 40_000).open();
    awaitBlocked(target(80));
    Await.until("told", () -> notices.size() == 1);
    assertThat(notices.get(0).topic()).isEqualTo("firewall-alert");
    assertThat(notices.get(0).first("rule")).contains("web");
    assertThat(notices.get(0).first("host")).contains(TestTap.SERVER);
    assertThat(notices.get(0).first("port")).contains("80");
    conversation.phone(0, 0, "A", "GET").network(0, 3, "A", "page");
    TcpFlow recorded = tap.connection();
    assertThat(TestTap.sent(recorded)).isEqualTo("GET");
    assertThat(TestTap.received(recorded)).isEqualTo("page");
    assertThat(firewall.stats().matched()).containsEntry(Action.BLOCK, 1L);
  }

  @Test
  void anAlertBlocksNothingAndIsToldOnce() throws Exception {
    rules(port("web", Action.ALERT, 80));
    for (int i = 0; i < 50; i++) {
      new Conversation(tap, 40_000 + i).open();
    }
    awaitFlows(50);
    Await.until("told", () -> !notices.isEmpty());
    clock.now = clock.now.plus(Duration.ofHours(1));
    Await.until("told again", () -> notices.size() == 2);
    assertThat(notices).extracting(n -> n.first("count").orElseThrow()).containsExactly("1", "49");
    assertThat(node.blocked()).isEmpty();
  }

  private void dns(byte[] query, byte[] answer) {
    tap.packet(Packets.ip(TestTap.PHONE, NAMES, 17, Packets.udp(5_353, 53, query)));
    tap.packet(Packets.ip(NAMES, TestTap.PHONE, 17, Packets.udp(53, 5_353, answer)));
  }

  @Test
  void namesAreLearnedFromAnswersThatWereAskedFor() throws Exception {
    rules(domain("tracker.example"));
    Dns answer =
        Dns.about(1, "app.example")
            .alias("app.example", "eu.tracker.example")
            .address("eu.tracker.example", TestTap.SERVER, 60);
    tap.packet(Packets.ip(NAMES, TestTap.PHONE, 17, Packets.udp(53, 5_353, answer.answer())));
    new Conversation(tap, 40_000).open();
    awaitFlows(2);
    assertThat(firewall.stats().answers()).as("nobody asked").isZero();
    dns(Dns.about(2, "app.example").query(), Dns.about(2, "other.example").answer());
    dns(answer.query(), answer.answer());
    Await.until("answer", () -> firewall.stats().answers() == 1);
    new Conversation(tap, 40_001).open();
    awaitBlocked(target(80));
    Await.until("told", () -> notices.size() == 1);
    assertThat(notices.get(0).first("host")).contains("app.example");
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void download(int phonePort, String... pieces) {
    Conversation conversation = new Conversation(tap, phonePort).open();
    String get = "GET /f HTTP/1.1\r\n\r\n";
    conversation.phone(0, 0, "A", get);
    int place = 0;
    for (String piece : pieces) {
      conversation.network(place, get.length(), "A", piece);
      place += piece.length();
    }
  }

  @Test
  void aDownloadOfMalwareIsBlockedFromThenOn() throws Exception {
    malware.put(sha256("eicar"), "Eicar-Test");
    rules(malware(Action.BLOCK));
    download(40_000, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
    Await.until("read", () -> firewall.stats().downloads() == 1);
    assertThat(node.blocked()).isEmpty();
    download(
        40_001,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nei",
        "\r\n3\r\ncar\r\n0\r\n\r\n");
    awaitBlocked(target(80));
    Await.until("told", () -> notices.size() == 1);
    assertThat(notices.get(0).text()).contains("Eicar-Test", "Delete");
    assertThat(firewall.stats().malware()).isEqualTo(1);
  }

  @Test
  void aDownloadThatTurnsOutToBeMalwareIsToldLater() throws Exception {
    rules(malware(Action.ALERT));
    download(40_000, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "eicar");
    Await.until("read", () -> firewall.stats().downloads() == 1);
    firewall.found(sha256("other"), "Other");
    firewall.found(sha256("eicar"), "Eicar-Test");
    Await.until("told", () -> notices.size() == 1);
    assertThat(notices.get(0).text()).contains("Eicar-Test");
  }

  @Test
  void whatTheCopyLostIsNoContent() throws Exception {
    rules(malware(Action.BLOCK), port("end", Action.ALERT, 80));
    Conversation conversation = new Conversation(tap, 40_000).open();
    String get = "GET /f HTTP/1.1\r\n\r\n";
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    conversation.phone(0, 0, "A", get).network(0, get.length(), "A", head);
    conversation.phone(get.length(), head.length() + 5, "A", "");
    conversation.network(head.length() + 5, get.length(), "A", "67890");
    conversation.network(head.length() + 10, get.length(), "FA", "");
    new Conversation(tap, 40_001).open();
    awaitFlows(2);
    assertThat(firewall.stats().downloads()).isZero();
  }

  @Test
  void aServersNameIsReadFromTls() throws Exception {
    rules(domain("ads.example"));
    Conversation conversation = new Conversation(tap, 40_000).open();
    conversation.phone(0, 0, "A", hello("www.ads.example"));
    awaitBlocked(target(80));
    Await.until("told", () -> notices.size() == 1);
    assertThat(notices.get(0).first("host")).contains("www.ads.example");
  }

  /** A ClientHello of ASCII octets only, with nothing in it but a name. */
  private static String hello(String server) {
    String extension =
        "\0\0"
            + u16(server.length() + 5)
            + u16(server.length() + 3)
            + "\0"
            + u16(server.length())
            + server;
    String body =
        "\3\3" + "r".repeat(32) + "\0" + "\0\2\23\1" + "\1\0" + u16(extension.length()) + extension;
    String message = "\1\0" + u16(body.length()) + body;
    return "\26\3\1" + u16(message.length()) + message;
  }

  private static String u16(int value) {
    return "" + (char) (value >> 8) + (char) (value & 0x7f);
  }

  @Test
  void anAddressThatBecomesAnothersIsFreed() throws Exception {
    rules(port("web", Action.BLOCK, 80));
    new Conversation(tap, 40_000).open();
    awaitBlocked(target(80));
    tap.contexts.assign(tap.recorder.subscriber(BOB, tap.now), TestTap.address(TestTap.PHONE));
    awaitBlocked();
    new Conversation(tap, 40_001).open();
    tap.contexts.assign(tap.phone, TestTap.address(TestTap.PHONE));
    new Conversation(tap, 40_002).open();
    awaitBlocked(target(80));
    tap.contexts.unwatch(tap.phone);
    awaitBlocked();
  }

  @Test
  void rulesThatChangeWhileAFlowRunsCountForIt() throws Exception {
    rules(port("other", Action.BLOCK, 81));
    new Conversation(tap, 40_000).open();
    awaitFlows(1);
    rules(port("web", Action.BLOCK, 80));
    tap.recorder.announce(tap.phone, tap.now);
    awaitBlocked(target(80));
    rules(port("web", Action.ALERT, 80));
    awaitBlocked();
    rules(port("web", Action.BLOCK, 80));
    tap.recorder.announce(tap.phone, tap.now);
    awaitBlocked(target(80));
    rules();
    awaitBlocked();
    assertThat(firewall.stats().subscribers()).isZero();
  }

  @Test
  void aFlowThatGoesOnStaysBlockedAndOneThatEndedDoesNot() throws Exception {
    rules(port("web", Action.BLOCK, 80));
    new Conversation(tap, 40_000).open();
    awaitBlocked(target(80));
    int before = announced.size();
    clock.now = clock.now.plus(Duration.ofMinutes(50));
    Await.until("asked for flows", () -> announced.size() > before);
    tap.recorder.announce(tap.phone, tap.now);
    Await.until("renewed", () -> untilOf(target(80)).isAfter(clock.now.plusSeconds(3_000)));
    clock.now = clock.now.plus(Duration.ofMinutes(61));
    awaitBlocked();
    assertThat(notices).hasSize(1);
  }

  private Instant untilOf(Target target) {
    try {
      return node.list().stream()
          .filter(block -> block.target().equals(target))
          .map(block -> block.until())
          .findFirst()
          .orElse(Instant.MIN);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aNodeThatIsAwayDisturbsNobody() throws Exception {
    node.failNext(20);
    rules(port("web", Action.BLOCK, 80));
    new Conversation(tap, 40_000).open().phone(0, 0, "A", "GET");
    assertThat(TestTap.sent(tap.connection())).isEqualTo("GET");
    awaitBlocked(target(80));
    Await.until("well again", () -> firewall.stats().enforcementFailure().isEmpty());
    assertThat(firewall.stats().enforcementFailures()).isEqualTo(20);
  }

  @Test
  void aHundredThousandFlowsLeaveBoundedTraces() throws Exception {
    rules(
        new FirewallRule(
            "all", Action.BLOCK, Protocol.ANY, List.of(), List.of(), List.of(), false));
    int flows = 100_000;
    for (int i = 0; i < flows; i++) {
      String server = "198." + i / 62_500 + "." + i / 250 % 250 + "." + (1 + i % 250);
      tap.packet(Packets.ip(TestTap.PHONE, server, 17, Packets.udp(1, 9, new byte[1])));
    }
    Await.until("all seen", () -> firewall.stats().flows() + firewall.stats().missed() == flows);
    Await.until("bounded", () -> firewall.stats().blocks() == 256);
    Await.until("enforced", () -> node.blocked().size() == 256);
    assertThat(notices).hasSize(20);
    assertThat(tap.recorder.flows()).isEqualTo(FlowLimits.DEFAULT.flowsPerSubscriber());
    assertThat(tap.counters.exchanges.sum()).isEqualTo(flows);
  }

  @Test
  void anObserverThatFailsDoesNotDisturbRecording() {
    TrafficObserver failing =
        (Impu subscriber, FlowEnds ends, long micros) -> {
          throw new IllegalStateException("observer is broken");
        };
    TestTap other = new TestTap(FlowLimits.DEFAULT, new Observed(failing));
    new Conversation(other, 40_000).open().phone(0, 0, "A", "GET");
    assertThat(TestTap.sent(other.connection())).isEqualTo("GET");
  }
}
