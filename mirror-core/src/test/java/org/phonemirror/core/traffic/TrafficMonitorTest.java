package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.traffic.flow.FlowContent;
import org.phonemirror.core.traffic.flow.FlowEnds;
import org.phonemirror.core.traffic.flow.TrafficObserver;

/** The monitor with its sockets, thread and files. */
class TrafficMonitorTest {
  private static final Impu SUBSCRIBER = new Impu("sip:+15550001@ims.test");
  private static final String IMSI = "001010000000001";
  private static final String ADDRESS = "172.16.222.2";
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final long MICROS = NOW.getEpochSecond() * 1_000_000;

  @TempDir Path directory;

  private TrafficMonitor monitor;
  private DatagramSocket sgsn;
  private long sent;

  @BeforeEach
  void start() throws IOException {
    monitor = start(InstantSource.fixed(NOW));
    sgsn = new DatagramSocket(new InetSocketAddress("127.31.0.2", 0));
  }

  private TrafficMonitor start(InstantSource clock) throws IOException {
    return start(clock, TrafficObserver.NONE);
  }

  private TrafficMonitor start(InstantSource clock, TrafficObserver observer) throws IOException {
    InetAddress bind = InetAddress.getByName("127.31.0.1");
    return TrafficMonitor.start(
        TrafficSettings.at(bind, directory.resolve("tapes"))
            .atFreePorts()
            .withGnNetworks(Set.of(TestTap.GN)),
        clock,
        observer);
  }

  @AfterEach
  void stop() {
    sgsn.close();
    monitor.close();
  }

  private void send(InetSocketAddress to, byte[] datagram) throws Exception {
    sgsn.send(new DatagramPacket(datagram, datagram.length, to));
    sent++;
    until(() -> monitor.stats().packets() == sent);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is over").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private void createContext() throws Exception {
    send(
        monitor.gtpControl(),
        Packets.gtp(
            16,
            0,
            7,
            Packets.imsi(IMSI),
            Packets.tv(16, 4, 11),
            Packets.tv(17, 4, 10),
            Packets.tv(20, 1, 5),
            Packets.endUserAddress()));
    send(
        monitor.gtpControl(),
        Packets.gtp(
            17,
            10,
            7,
            Packets.tv(1, 1, 128),
            Packets.tv(16, 4, 21),
            Packets.tv(17, 4, 20),
            Packets.endUserAddress(ADDRESS)));
  }

  /** Returns when it is done: what the thread is asked to do, it does in order. */
  private void assign() throws IOException {
    monitor.assign(SUBSCRIBER, InetAddress.getByName(ADDRESS));
    assertThat(monitor.tape(SUBSCRIBER, 0, 0, 0).isSilent()).isTrue();
    monitor.release(SUBSCRIBER, 0);
  }

  private static byte[] question() {
    return Packets.ip(ADDRESS, "192.0.2.53", 17, Packets.udp(40_000, 53, TestTap.text("A?")));
  }

  private Tape tape(long sequence) throws IOException {
    return monitor.tape(SUBSCRIBER, sequence, MICROS - 1, MICROS + 1);
  }

  @Test
  void eachShapeOfTheCopyComesToTheTape() throws Exception {
    monitor.watch(SUBSCRIBER, Set.of("+15550001", IMSI));
    createContext();
    byte[] tunnelled = Packets.gtp(255, 21, question());
    send(monitor.gtpUser(), tunnelled);
    byte[] gn = Packets.ip("10.1.0.1", "10.1.0.2", 17, Packets.udp(2152, 2152, tunnelled));
    send(monitor.vxlan(), Packets.vxlan(TestTap.GN, Packets.ethernet(gn)));
    send(monitor.vxlan(), Packets.vxlan(TestTap.GI, Packets.ethernet(question())));
    send(monitor.gtpUser(), new byte[0]);

    Tape tape = tape(1);
    assertThat(tape.udp()).hasSize(1);
    assertThat(tape.udp().get(0).datagrams()).hasSize(3);
    assertThat(monitor.stats().discarded()).hasSize(1);
    assertThat(monitor.stats().exchanges()).isEqualTo(1);
    until(() -> monitor.stats().contexts() == 1 && monitor.stats().flows() == 1);
  }

  /** Says what it sees. */
  private static final class Witness implements TrafficObserver {
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public FlowContent opened(Impu subscriber, FlowEnds ends, long micros) {
      seen.add("opened " + ends.remote().getHostAddress() + ":" + ends.remotePort());
      return (fromPhone, data, from, length, when) -> seen.add("bytes " + length);
    }

    @Override
    public void running(Impu subscriber, FlowEnds ends, long micros) {
      seen.add("running " + ends.phone().getHostAddress() + ":" + ends.phonePort());
    }

    @Override
    public void addressChanged(long phoneKey, Optional<Impu> owner) {
      seen.add("address of " + owner.map(Impu::uri).orElse("nobody"));
    }
  }

  @Test
  void anObserverSeesFlowsAndWhoseAddressesAre() throws Exception {
    monitor.close();
    Witness witness = new Witness();
    monitor = start(InstantSource.fixed(NOW), witness);
    sent = 0;
    monitor.watch(SUBSCRIBER, Set.of(IMSI));
    createContext();
    send(monitor.gtpUser(), Packets.gtp(255, 21, question()));
    monitor.announce(SUBSCRIBER);
    monitor.watch(SUBSCRIBER, Set.of(IMSI));
    send(
        monitor.gtpControl(), Packets.gtp(20, 20, 8, Packets.tv(19, 1, 255), Packets.tv(20, 1, 5)));
    send(monitor.gtpControl(), Packets.gtp(21, 10, 8, Packets.tv(1, 1, 128)));
    until(() -> witness.seen.size() == 6);
    assertThat(witness.seen)
        .containsExactly(
            "address of " + SUBSCRIBER,
            "opened 192.0.2.53:53",
            "bytes 2",
            "running " + ADDRESS + ":40000",
            "address of " + SUBSCRIBER,
            "address of nobody");
  }

  @Test
  void sameTapeAgainAlsoAfterARestart() throws Exception {
    assign();
    send(monitor.vxlan(), Packets.vxlan(TestTap.GI, Packets.ethernet(question())));
    Tape first = tape(1);
    assertThat(first.isSilent()).isFalse();
    assertThat(tape(1)).isEqualTo(first);
    assertThat(tape(2).isSilent()).isTrue();

    monitor.close();
    monitor = start(Clock.systemUTC());
    assertThat(tape(1)).isEqualTo(first);
    monitor.release(SUBSCRIBER, 1);
    assertThat(tape(1).isSilent()).isTrue();
    monitor.forget(SUBSCRIBER);
    assertThat(directory.resolve("tapes")).isEmptyDirectory();
  }

  @Test
  void tapeThatCantBeWrittenIsNotLost() throws Exception {
    assign();
    send(monitor.vxlan(), Packets.vxlan(TestTap.GI, Packets.ethernet(question())));
    Path tapes = directory.resolve("tapes");
    try (var subscribers = Files.newDirectoryStream(tapes)) {
      for (Path subscriber : subscribers) {
        Files.delete(subscriber);
      }
    }
    Files.delete(tapes);
    Files.createFile(tapes);
    assertThatThrownBy(() -> tape(1)).isInstanceOf(IOException.class);

    Files.delete(tapes);
    Files.createDirectory(tapes);
    assertThat(tape(1).udp()).hasSize(1);
  }

  @Test
  void sessionContentOfWatchedSubscribersIsRecorded() throws Exception {
    SessionContent content =
        new SessionContent(
            MICROS,
            SessionContent.Direction.FROM_PHONE,
            "MESSAGE",
            "sip:friend@ims.test",
            "text/plain",
            TestTap.text("hello"));
    monitor.record(SUBSCRIBER, content);
    assertThat(tape(1).session()).isEmpty();

    monitor.watch(SUBSCRIBER, Set.of(IMSI));
    monitor.observe(SUBSCRIBER, MICROS, MICROS);
    monitor.record(SUBSCRIBER, content);
    assertThat(tape(2).session()).containsExactly(content);

    monitor.unwatch(SUBSCRIBER);
    monitor.record(SUBSCRIBER, content);
    assertThat(tape(3).session()).isEmpty();
  }

  @Test
  void addressInUseIsNamed() throws IOException {
    TrafficSettings settings =
        TrafficSettings.at(InetAddress.getByName("127.31.0.1"), directory).atFreePorts();
    TrafficSettings taken =
        new TrafficSettings(
            settings.gtpUser(),
            monitor.gtpControl(),
            settings.vxlan(),
            Set.of(),
            Set.of(),
            1,
            settings.limits(),
            directory);

    assertThatThrownBy(() -> TrafficMonitor.start(taken, Clock.systemUTC()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(String.valueOf(monitor.gtpControl().getPort()));
  }

  @Test
  void identitiesAreNumbers() {
    assertThatThrownBy(() -> monitor.watch(SUBSCRIBER, Set.of("sip:a@b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sip:a@b");
  }
}
