package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.phonemirror.client.channel.CoapChannel;
import org.phonemirror.client.channel.CoapTiming;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.sync.MessageSink;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerConfig;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;

/**
 * What synchronization costs on the IP layer, both directions, measured at a forwarder between the
 * real client channel and the real server; an event is the paper's, a tap with press and release.
 *
 * <p>The paper (§5.2) sends one UDP datagram of 32 bytes for each: 60 bytes with the headers.
 */
public final class SyncBench {
  private static final int PAPER_BYTES_PER_EVENT = 32 + UdpForwarder.HEADER_BYTES;
  private static final int TAPS = 90;
  private static final Duration INTERVAL = Duration.ofMinutes(3);
  private static final int BATCHES = 20;
  private static final long SEED = 20090;
  private static final long T0_MICROS = 1_767_225_600_000_000L;

  private record Cost(long bytes, long datagrams) {}

  private final UdpForwarder forwarder;
  private final CoapChannel channel;
  private final AtomicLong eventsReceived;
  private final HumanTyping taps = new HumanTyping(SEED);
  private final StorageDigest digest;
  private long sequence;
  private long eventsSent;
  private long messageBytes;

  private SyncBench(UdpForwarder forwarder, CoapChannel channel, AtomicLong eventsReceived) {
    this.forwarder = forwarder;
    this.channel = channel;
    this.eventsReceived = eventsReceived;
    byte[] root = new byte[StorageDigest.ROOT_BYTES];
    new Random(SEED).nextBytes(root);
    this.digest = new StorageDigest(root, 412, 4_400_000, List.of());
  }

  /**
   * Measures, prints, and writes the figures.
   *
   * @param args the file to write; {@code target/bench/sync.json} if there is none
   */
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args.length > 0 ? args[0] : "target/bench/sync.json");
    Map<String, Double> figures = measure();
    System.out.println("Synchronization on the IP layer, " + TAPS + " taps in " + INTERVAL);
    figures.forEach(
        (name, value) -> System.out.printf(Locale.ROOT, "  %-28s %10.2f%n", name, value));
    System.out.printf(
        Locale.ROOT,
        "  the paper: %d bytes per event in %d datagrams per interval, without security%n",
        PAPER_BYTES_PER_EVENT,
        TAPS);
    write(file, figures);
  }

  /** The figures by name. */
  static Map<String, Double> measure() throws Exception {
    byte[] key = new byte[16];
    new Random(SEED).nextBytes(key);
    KeyRing keys = new KeyRing();
    keys.put("p1", new Impu("sip:bench@ims.test"), key);
    AtomicLong received = new AtomicLong();
    MessageSink sink =
        (subscriber, message, encoded) -> {
          if (message instanceof Batch batch) {
            received.addAndGet(batch.events().size());
          }
          return CompletableFuture.completedStage(
              Acknowledgement.accepted(message.sequence() + 1, List.of()));
        };
    InetSocketAddress any = new InetSocketAddress("127.19.7.1", 0);
    try (SyncServer server =
            SyncServer.start(SyncServerConfig.at(any), keys, sink, Clock.systemUTC());
        UdpForwarder forwarder =
            UdpForwarder.start(new InetSocketAddress("127.19.7.2", 0), server.address());
        CoapChannel channel =
            new CoapChannel(
                new SyncSettings(
                    URI.create("coaps://127.19.7.2:" + forwarder.address().getPort()),
                    "p1",
                    key,
                    INTERVAL),
                CoapTiming.DEFAULT)) {
      return new SyncBench(forwarder, channel, received).run();
    }
  }

  private Map<String, Double> run() throws Exception {
    Cost first = send(new Boot(++sequence, 1, T0_MICROS, "reference-phone"));
    List<Cost> busy = new ArrayList<>();
    List<Long> messages = new ArrayList<>();
    List<Cost> idle = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      busy.add(send(batch(TAPS)));
      messages.add(messageBytes);
      idle.add(send(batch(0)));
    }
    forwarder.rebind();
    Cost rebound = send(batch(TAPS));
    send(batch(TAPS));

    Map<String, Double> figures = new LinkedHashMap<>();
    double wire = median(busy.stream().map(Cost::bytes).toList());
    figures.put("wire_bytes_per_event", wire / TAPS);
    figures.put("wire_bytes_idle_interval", median(idle.stream().map(Cost::bytes).toList()));
    figures.put("paper_bytes_per_event", (double) PAPER_BYTES_PER_EVENT);
    figures.put("datagrams_per_interval", median(busy.stream().map(Cost::datagrams).toList()));
    figures.put("events_lost_after_rebinding", (double) (eventsSent - eventsReceived.get()));
    figures.put("wire_bytes_interval", wire);
    figures.put("message_bytes", median(messages));
    figures.put("overhead_bytes_interval", wire - median(messages));
    figures.put("first_message_bytes", (double) first.bytes);
    figures.put("rebound_interval_bytes", (double) rebound.bytes);
    return figures;
  }

  private Batch batch(int count) {
    long length = INTERVAL.toNanos() / 1000;
    long start = T0_MICROS + sequence * length;
    List<InputEvent> events = count == 0 ? List.of() : taps.in(start, length, count);
    return new Batch(++sequence, 1, start, length, events, 0, digest);
  }

  private Cost send(SyncMessage message) throws Exception {
    byte[] encoded = SyncCodec.encode(message);
    messageBytes = encoded.length;
    long bytes = forwarder.bytes();
    long datagrams = forwarder.datagrams();
    Acknowledgement answer = channel.send(encoded).toCompletableFuture().get(60, TimeUnit.SECONDS);
    if (answer.status() != Status.ACCEPTED) {
      throw new IOException("the server answered " + answer);
    }
    if (message instanceof Batch batch) {
      eventsSent += batch.events().size();
    }
    return new Cost(forwarder.bytes() - bytes, forwarder.datagrams() - datagrams);
  }

  private static double median(List<Long> values) {
    List<Long> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2.0;
  }

  private static void write(Path file, Map<String, Double> figures) throws IOException {
    StringBuilder json = new StringBuilder("{");
    figures.forEach(
        (name, value) ->
            json.append(json.length() > 1 ? ",\n" : "\n")
                .append(String.format(Locale.ROOT, "  \"%s\": %.3f", name, value)));
    json.append("\n}\n");
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Files.write(file, json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
