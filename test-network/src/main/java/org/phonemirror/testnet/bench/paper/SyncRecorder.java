package org.phonemirror.testnet.bench.paper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.phonemirror.client.channel.BlockRule;
import org.phonemirror.client.channel.CoapChannel;
import org.phonemirror.client.channel.CoapTiming;
import org.phonemirror.client.channel.Link;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerConfig;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;
import org.phonemirror.testnet.bench.HumanTyping;
import org.phonemirror.testnet.bench.UdpForwarder;
import org.phonemirror.testnet.bench.paper.energy.Burst;

/**
 * The datagrams of our protocol: each batch of the time is really encoded, encrypted and sent by
 * the client's channel to the real server, and answered. Only the waiting between them is left out.
 */
final class SyncRecorder implements AutoCloseable {
  private static final String SERVER = "127.43.7.1";
  private static final String PHONE = "127.43.7.2";
  private static final String IDENTITY = "p1";
  private static final long SEED = 50;
  private static final long T0_MICROS = 1_767_225_600_000_000L;

  /** More than so many tell nothing new: they are repeated. */
  static final int MOST_BATCHES = 120;

  /** A key that is pressed at the end is released in the same interval. */
  private static final long LONGEST_HOLD_MICROS = 150_000;

  /** On a machine with other work; CoAP sends again after some seconds. */
  private static final int PATIENCE_SECONDS = 120;

  private final SyncServer server;
  private final UdpForwarder forwarder;
  private final CoapChannel channel;
  private final HumanTyping typing = new HumanTyping(SEED);
  private final StorageDigest digest;
  private final Deque<Exchange> exchanges = new ArrayDeque<>();
  private long sequence;

  /** When what is sent now would be sent, if the waiting were not left out. */
  private volatile double seconds;

  /**
   * What was sent.
   *
   * @param bursts datagrams up to an answer, and that; those of the handshake go with the boot, at
   *     0
   * @param batchBytes of a batch, both ways, as a mean
   * @param batchDatagrams of a batch, both ways, as a mean
   */
  record Recorded(List<Burst> bursts, double batchBytes, double batchDatagrams) {}

  private record Exchange(List<Integer> up, List<Integer> down) {}

  private SyncRecorder(Link link) throws IOException {
    byte[] key = new byte[16];
    byte[] root = new byte[StorageDigest.ROOT_BYTES];
    Random random = new Random(SEED);
    random.nextBytes(key);
    random.nextBytes(root);
    digest = new StorageDigest(root, 412, 4_400_000, List.of());
    KeyRing keys = new KeyRing();
    keys.put(IDENTITY, new Impu("sip:bench@ims.test"), key);
    server =
        SyncServer.start(
            SyncServerConfig.at(new InetSocketAddress(SERVER, 0)),
            keys,
            (subscriber, message, encoded) ->
                CompletableFuture.completedStage(
                    Acknowledgement.accepted(message.sequence() + 1, List.of())),
            Clock.systemUTC());
    forwarder = UdpForwarder.start(new InetSocketAddress(PHONE, 0), server.address(), this::passes);
    channel =
        new CoapChannel(
            new SyncSettings(
                URI.create("coaps://" + PHONE + ":" + forwarder.address().getPort()),
                IDENTITY,
                key,
                Duration.ofMinutes(3)),
            CoapTiming.DEFAULT,
            new BlockRule(() -> link, () -> (long) (seconds * 1e9)));
  }

  /** Records so long a time of such typing, of a client that is told that its link is this one. */
  static Recorded record(Typed typed, Duration total, Link link) throws Exception {
    try (SyncRecorder recorder = new SyncRecorder(link)) {
      return recorder.run(typed, total);
    }
  }

  private Recorded run(Typed typed, Duration total) throws Exception {
    List<Burst> bursts = new ArrayList<>();
    bursts.addAll(send(0, new Boot(++sequence, 1, T0_MICROS, "reference-phone")));
    long length = typed.interval().toNanos() / 1000;
    long bytes = 0;
    long datagrams = 0;
    List<List<Burst>> recorded = new ArrayList<>();
    int batches = typed.batches(total);
    for (int i = 0; i < Math.min(batches, MOST_BATCHES); i++) {
      long start = T0_MICROS + i * length;
      int events = typed.events(i);
      List<InputEvent> typedNow =
          events == 0 ? List.of() : typing.in(start, length - LONGEST_HOLD_MICROS, events);
      Batch batch = new Batch(++sequence, 1, start, length, typedNow, 0, digest);
      List<Burst> sent = send(typed.sentAt(i), batch);
      bytes += sent.stream().mapToInt(Burst::bytes).sum();
      datagrams += sent.stream().mapToInt(Burst::datagrams).sum();
      recorded.add(sent);
    }
    for (int i = 0; i < batches; i++) {
      for (Burst burst : recorded.get(i % recorded.size())) {
        bursts.add(new Burst(typed.sentAt(i), burst.up(), burst.down()));
      }
    }
    return new Recorded(
        bursts, (double) bytes / recorded.size(), (double) datagrams / recorded.size());
  }

  private List<Burst> send(double at, SyncMessage message) throws Exception {
    seconds = at;
    channel
        .send(SyncCodec.encode(message))
        .toCompletableFuture()
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    synchronized (this) {
      List<Burst> bursts = new ArrayList<>();
      for (Exchange exchange : exchanges) {
        bursts.add(new Burst(at, exchange.up, exchange.down));
      }
      exchanges.clear();
      return bursts;
    }
  }

  private synchronized void passes(boolean isUp, int bytes) {
    if (isUp && (exchanges.isEmpty() || !exchanges.getLast().down.isEmpty())) {
      exchanges.add(new Exchange(new ArrayList<>(), new ArrayList<>()));
    }
    if (!exchanges.isEmpty()) { // what the server says unasked belongs to nothing
      (isUp ? exchanges.getLast().up : exchanges.getLast().down).add(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    forwarder.close();
    server.close();
  }
}
