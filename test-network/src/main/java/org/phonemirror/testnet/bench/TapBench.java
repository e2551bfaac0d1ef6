package org.phonemirror.testnet.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.traffic.TrafficMonitor;
import org.phonemirror.core.traffic.TrafficSettings;

/**
 * Packets through the traffic monitor to tapes on disk, in turns with a bare Netty receiver that
 * only counts them: CPU time of the receiving thread for one packet. Then, whether tapes have what
 * was sent, byte for byte, with losses on the path; and whether what the tap itself lost is seen.
 */
public final class TapBench {
  private static final int PHONES = 8;
  private static final int FLOWS_PER_PHONE = 60;
  private static final int WARM_UP = 6;
  private static final int ROUNDS = 9;
  private static final int TAP_LOSS_ROUNDS = 5;
  private static final double TAP_LOSS = 0.02;
  private static final int BURST = 96;
  private static final long POLL_NANOS = 20_000;
  private static final long SEED = 2152;

  private final Random random = new Random(SEED);
  private final Map<String, Double> figures = new LinkedHashMap<>();
  private final DatagramChannel sender;
  private final TrafficMonitor monitor;
  private final BareReceiver bare;
  private final Gate gate;
  private long sequence;
  private long startMicros = nowMicros();
  private int flows;
  private int exact;
  private int holes;

  private TapBench(DatagramChannel sender, TrafficMonitor monitor, BareReceiver bare, Gate gate) {
    this.sender = sender;
    this.monitor = monitor;
    this.bare = bare;
    this.gate = gate;
  }

  /**
   * {@code TapBench [FILE]}: prints the figures and writes them as JSON, {@code
   * target/bench/tap.json} unless told otherwise.
   */
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args.length > 0 ? args[0] : "target/bench/tap.json").toAbsolutePath();
    Files.createDirectories(file.getParent());
    Path tapes = Files.createTempDirectory(file.getParent(), "tapes");
    InetAddress address = InetAddress.getByName("127.31.1.1");
    TrafficSettings settings = TrafficSettings.at(address, tapes).atFreePorts();
    Gate gate = new Gate();
    InstantSource clock =
        () -> {
          gate.pass(); // the time is asked for each datagram
          return Clock.systemUTC().instant();
        };
    try (DatagramChannel sender = DatagramChannel.open();
        TrafficMonitor monitor = TrafficMonitor.start(settings, clock);
        BareReceiver bare = BareReceiver.start(new InetSocketAddress(address, 0), gate)) {
      write(file, new TapBench(sender, monitor, bare, gate).run());
    } finally {
      Files.deleteIfExists(tapes);
    }
  }

  private Map<String, Double> run() throws Exception {
    for (int phone = 0; phone < PHONES; phone++) {
      monitor.watch(impu(phone), Set.of(TapFrames.imsi(phone)));
      toMonitor(monitor.gtpControl(), List.of(TapFrames.createRequest(phone)));
      toMonitor(monitor.gtpControl(), List.of(TapFrames.createResponse(phone)));
    }
    speed();
    for (int i = 0; i < TAP_LOSS_ROUNDS; i++) {
      exactness(traffic(), 0);
      exactness(traffic(), TAP_LOSS);
    }
    figures.put("flows", (double) flows);
    figures.put("byte_exact_flows", (double) exact);
    figures.put("holes_injected", (double) holes);
    figures.put("holes_detected", (double) monitor.stats().holes());
    for (int phone = 0; phone < PHONES; phone++) {
      monitor.forget(impu(phone));
    }
    return figures;
  }

  private void speed() throws Exception {
    List<byte[]> datagrams = new ArrayList<>(datagrams(traffic()));
    for (int i = 0; i < datagrams.size() / 20; i++) {
      int port = 10_000 + random.nextInt(1_000);
      byte[] payload = new byte[30 + random.nextInt(200)];
      datagrams.add(
          random.nextInt(datagrams.size()),
          TapFrames.datagram(random.nextInt(PHONES), port, i % 2 == 0, payload));
    }
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      double mine =
          cpuNanos(
                  "traffic-monitor",
                  () -> {
                    toMonitor(monitor.gtpUser(), datagrams);
                    tapes();
                  })
              / datagrams.size();
      double other =
          cpuNanos(BareReceiver.THREAD, () -> send(bare.address(), datagrams, () -> bare.packets()))
              / datagrams.size();
      if (round >= WARM_UP) {
        ours.add(mine);
        theirs.add(other);
      }
    }
    double bytes = datagrams.stream().mapToInt(datagram -> datagram.length).average().orElse(0);
    figures.put("packets_per_s_per_core", 1e9 / median(ours));
    figures.put("ns_per_packet", median(ours));
    figures.put("receive_only_ns_per_packet", median(theirs));
    figures.put("ratio", median(ours) / median(theirs));
    figures.put("bytes_per_packet", bytes);
  }

  /** Flows of all phones, as the tap would see them if it lost nothing. */
  private List<TapFlow.Packet> traffic() {
    List<List<TapFlow.Packet>> open = new ArrayList<>();
    for (int i = 0; i < PHONES * FLOWS_PER_PHONE; i++) {
      open.add(new TapFlow(i % PHONES, 20_000 + i / PHONES, random).packets);
    }
    List<TapFlow.Packet> mixed = new ArrayList<>();
    int[] next = new int[open.size()];
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < open.size(); i++) {
      left.add(i);
    }
    while (!left.isEmpty()) {
      int place = random.nextInt(left.size());
      int flow = left.get(place);
      int burst = 1 + random.nextInt(8);
      for (int i = 0; i < burst && next[flow] < open.get(flow).size(); i++) {
        mixed.add(open.get(flow).get(next[flow]++));
      }
      if (next[flow] == open.get(flow).size()) {
        Collections.swap(left, place, left.size() - 1);
        left.remove(left.size() - 1);
      }
    }
    return mixed;
  }

  private static List<byte[]> datagrams(List<TapFlow.Packet> packets) {
    return packets.stream().map(TapFlow.Packet::datagram).toList();
  }

  private void exactness(List<TapFlow.Packet> packets, double tapLoss) throws Exception {
    List<TapFlow.Packet> seen =
        packets.stream()
            .filter(packet -> packet.vital() || random.nextDouble() >= tapLoss)
            .toList();
    toMonitor(monitor.gtpUser(), datagrams(seen));
    Map<TapFlow, List<TapFlow.Packet>> byFlow = new LinkedHashMap<>();
    seen.forEach(p -> byFlow.computeIfAbsent(p.flow(), f -> new ArrayList<>()).add(p));
    Map<String, TcpFlow> recorded = new HashMap<>();
    List<Tape> tapes = tapes();
    for (int phone = 0; phone < PHONES; phone++) {
      for (TcpFlow flow : tapes.get(phone).tcp()) {
        recorded.put(phone + ":" + flow.phone().getPort(), flow);
      }
    }
    byFlow.forEach(
        (flow, left) -> {
          int lost = flow.holes(left);
          holes += lost;
          if (lost == 0) {
            flows++;
            exact += isExact(flow, recorded.get(flow.phone + ":" + flow.port)) ? 1 : 0;
          }
        });
  }

  private static boolean isExact(TapFlow flow, TcpFlow recorded) {
    if (recorded == null) {
      return false;
    }
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    recorded.received().forEach(item -> received.writeBytes(item.data()));
    return recorded.replayable()
        && Arrays.equals(recorded.sent(), flow.sent)
        && Arrays.equals(received.toByteArray(), flow.received);
  }

  /** Ends the interval of all phones. */
  private List<Tape> tapes() throws IOException {
    long end = nowMicros() + 1;
    sequence++;
    List<Tape> tapes = new ArrayList<>();
    for (int phone = 0; phone < PHONES; phone++) {
      monitor.observe(impu(phone), end, end);
      tapes.add(monitor.tape(impu(phone), sequence, startMicros, end));
      monitor.release(impu(phone), sequence);
    }
    startMicros = end;
    return tapes;
  }

  private void toMonitor(InetSocketAddress to, List<byte[]> datagrams) throws Exception {
    send(to, datagrams, () -> monitor.stats().packets());
  }

  /** In bursts that the socket's buffer takes: the loopback must not lose any. */
  private void send(InetSocketAddress to, List<byte[]> datagrams, LongSupplier received)
      throws IOException {
    long before = received.getAsLong();
    int sent = 0;
    while (sent < datagrams.size()) {
      gate.close();
      try {
        int end = Math.min(datagrams.size(), sent + BURST);
        while (sent < end) {
          sender.send(ByteBuffer.wrap(datagrams.get(sent++)), to);
        }
      } finally {
        gate.open();
      }
      await(received, before + sent, to);
    }
  }

  private static void await(LongSupplier received, long expected, InetSocketAddress at)
      throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (received.getAsLong() < expected) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            received.getAsLong() + " of " + expected + " datagrams arrived at " + at);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Something that is measured. */
  private interface Work {
    void run() throws Exception;
  }

  private static double cpuNanos(String thread, Work work) throws Exception {
    long before = ThreadTimes.cpuNanos(thread);
    work.run();
    return ThreadTimes.cpuNanos(thread) - before;
  }

  private static long nowMicros() {
    Instant now = Clock.systemUTC().instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  private static Impu impu(int phone) {
    return new Impu("sip:+1555" + phone + "@ims.test");
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static void write(Path file, Map<String, Double> figures) throws IOException {
    StringBuilder json = new StringBuilder("{");
    figures.forEach(
        (key, value) ->
            json.append(json.length() > 1 ? ",\n" : "\n")
                .append(String.format(Locale.ROOT, "  \"%s\": %.3f", key, value)));
    json.append("\n}\n");
    Files.writeString(file, json);
    System.out.print(json);
  }
}
