package org.phonemirror.testnet.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.phonemirror.client.channel.BlockRule;
import org.phonemirror.client.channel.ChannelException;
import org.phonemirror.client.channel.CoapChannel;
import org.phonemirror.client.channel.CoapTiming;
import org.phonemirror.client.channel.Link;
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
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncSettings;
import org.phonemirror.testnet.bench.UdpForwarder;

/** The client's channel against the real server, over DTLS on the loopback. */
@Timeout(60)
class SyncChannelTest {
  private static final Impu ALICE = new Impu("sip:alice@ims.test");
  private static final CoapTiming QUICK =
      new CoapTiming(Duration.ofMillis(300), 2, Duration.ofSeconds(10));

  /** Sends nothing twice only because the machine is slow. */
  private static final CoapTiming PATIENT =
      new CoapTiming(Duration.ofSeconds(5), 2, Duration.ofSeconds(10));

  private static final StorageDigest DIGEST =
      new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 0, 0, List.of());

  private final byte[] key = new byte[16];
  private final KeyRing keys = new KeyRing();
  private final RecordingSink sink = new RecordingSink();
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void aliceHasAKey() {
    new Random(1).nextBytes(key);
    keys.put("alice-1", ALICE, key);
  }

  @AfterEach
  void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (System.nanoTime() < deadline && !leftThreads().isEmpty()) {
      Thread.sleep(20);
    }
    assertThat(leftThreads()).isEmpty();
  }

  private static List<String> leftThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sync-") || name.startsWith("DTLS"))
        .toList();
  }

  private SyncServer server(int maxInFlight, MessageSink to) throws IOException {
    SyncServerConfig config =
        new SyncServerConfig(
            new InetSocketAddress("127.19.2.1", 0), 100, maxInFlight, 4, Duration.ofMillis(150));
    SyncServer server = SyncServer.start(config, keys, to, Clock.systemUTC());
    open.add(server);
    return server;
  }

  private CoapChannel channel(InetSocketAddress server, String identity, byte[] psk)
      throws IOException {
    URI uri = URI.create("coaps://" + server.getHostString() + ":" + server.getPort());
    CoapChannel channel =
        new CoapChannel(new SyncSettings(uri, identity, psk, Duration.ofMinutes(1)), QUICK);
    open.add(channel);
    return channel;
  }

  private static Acknowledgement send(CoapChannel channel, byte[] message) throws Exception {
    return channel.send(message).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static byte[] boot(long sequence) {
    return SyncCodec.encode(new Boot(sequence, 9, 1_000_000, "m"));
  }

  private static byte[] batch(long sequence, int events) {
    List<InputEvent> list = new ArrayList<>();
    Random random = new Random(sequence);
    long micros = 2_000_000;
    for (int i = 0; i < events; i++) {
      micros += 1 + random.nextInt(20_000);
      list.add(new InputEvent(micros, 1, InputEvent.EV_ABS, i & 1, random.nextInt(32768)));
    }
    return SyncCodec.encode(new Batch(sequence, 9, 2_000_000, 3_600_000_000L, list, 0, DIGEST));
  }

  @Test
  void blocksFollowTheLinkWithinOneSession() throws Exception {
    SyncServer server = server(10, sink);
    List<Integer> up = Collections.synchronizedList(new ArrayList<>());
    UdpForwarder forwarder =
        UdpForwarder.start(
            new InetSocketAddress("127.61.2.2", 0),
            server.address(),
            (isUp, bytes) -> {
              if (isUp) {
                up.add(bytes);
              }
            });
    open.add(forwarder);
    URI uri = URI.create("coaps://127.61.2.2:" + forwarder.address().getPort());
    AtomicReference<Link> link = new AtomicReference<>(Link.UMTS);
    AtomicLong nanos = new AtomicLong();
    CoapChannel channel =
        new CoapChannel(
            new SyncSettings(uri, "alice-1", key, Duration.ofMinutes(1)),
            PATIENT,
            new BlockRule(link::get, nanos::get));
    open.add(channel);
    send(channel, boot(1)); // with the handshake

    for (int sequence = 2; sequence < 6; sequence++) {
      nanos.addAndGet(60_000_000_000L);
      boolean shared = sequence % 2 == 0;
      link.set(shared ? Link.UMTS : Link.OTHER);
      up.clear();
      byte[] batch = batch(sequence, 100);
      assertThat(send(channel, batch)).isEqualTo(Acknowledgement.accepted(sequence + 1, List.of()));
      assertThat(sink.messages().get(sequence - 1).encoded()).isEqualTo(batch);
      List<Integer> sent = List.copyOf(up);
      if (shared) {
        assertThat(sent)
            .hasSizeGreaterThanOrEqualTo(batch.length / BlockRule.SMALL)
            .allMatch(bytes -> bytes <= 151);
      } else {
        assertThat(sent).anyMatch(bytes -> bytes > batch.length);
      }
    }
    nanos.addAndGet(60_000_000_000L);
    link.set(Link.UMTS);
    up.clear();
    byte[] large = batch(6, 3000);
    assertThat(large).hasSizeGreaterThan(BlockRule.MOST_SHARED);
    assertThat(send(channel, large)).isEqualTo(Acknowledgement.accepted(7, List.of()));
    assertThat(List.copyOf(up)).anyMatch(bytes -> bytes > BlockRule.USUAL);
    assertThat(server.stats().handshakes()).isEqualTo(1);
  }

  @Test
  void aMessageIsAcceptedOnceAndADuplicateAgain() throws Exception {
    SyncServer server = server(10, sink);
    CoapChannel channel = channel(server.address(), "alice-1", key);

    assertThat(send(channel, boot(1))).isEqualTo(Acknowledgement.accepted(2, List.of()));
    assertThat(send(channel, boot(1))).isEqualTo(Acknowledgement.accepted(2, List.of()));
    assertThat(send(channel, batch(2, 100))).isEqualTo(Acknowledgement.accepted(3, List.of()));

    assertThat(sink.messages()).hasSize(2);
    assertThat(sink.messages()).allMatch(taken -> taken.subscriber().equals(ALICE));
    assertThat(sink.messages().get(1).encoded()).isEqualTo(batch(2, 100));
    assertThat(server.stats().handshakes()).isEqualTo(1);
    assertThat(server.stats().accepted()).isEqualTo(3);
    assertThat(server.stats().inFlight()).isZero();
  }

  @Test
  void anOutOfOrderMessageIsToldWhereToGoOn() throws Exception {
    CoapChannel channel = channel(server(10, sink).address(), "alice-1", key);
    Acknowledgement answer = send(channel, boot(5));
    assertThat(answer.status()).isEqualTo(Status.OUT_OF_ORDER);
    assertThat(answer.expected()).isEqualTo(1);
  }

  @Test
  void aWrongKeyAndAnUnknownIdentityGetNoFurtherThanTheHandshake() throws Exception {
    SyncServer server = server(10, sink);
    byte[] wrong = key.clone();
    wrong[3] ^= 1;
    CoapChannel impostor = channel(server.address(), "alice-1", wrong);
    assertThatThrownBy(() -> send(impostor, boot(1)))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(ChannelException.class)
        .hasMessageContaining("alice-1");
    CoapChannel stranger = channel(server.address(), "mallory", key);
    assertThatThrownBy(() -> send(stranger, boot(1))).hasCauseInstanceOf(ChannelException.class);

    assertThat(sink.messages()).isEmpty();
    assertThat(server.stats().unknownIdentities()).isPositive();
    assertThat(server.stats().handshakes()).isZero();
    assertThat(server.stats().received()).isZero();
  }

  @Test
  void aRevokedKeyEndsARunningSession() throws Exception {
    SyncServer server = server(10, sink);
    CoapChannel channel = channel(server.address(), "alice-1", key);
    send(channel, boot(1));
    keys.remove("alice-1");
    assertThatThrownBy(() -> send(channel, batch(2, 1)))
        .hasCauseInstanceOf(ChannelException.class)
        .hasMessageContaining("4.01");
    assertThat(server.stats().unauthorized()).isEqualTo(1);
    assertThat(sink.messages()).hasSize(1);
  }

  @Test
  void bytesThatAreNoMessageAreMalformed() throws Exception {
    SyncServer server = server(10, sink);
    CoapChannel channel = channel(server.address(), "alice-1", key);
    Acknowledgement answer = send(channel, new byte[] {1, 2, 3});
    assertThat(answer.status()).isEqualTo(Status.MALFORMED);
    assertThat(answer.detail()).isNotEmpty();
    assertThat(server.stats().malformed()).isEqualTo(1);
    assertThat(send(channel, boot(1)).status()).isEqualTo(Status.ACCEPTED);
  }

  @Test
  void longMessagesGoBlockByBlockAndTooLongOnesAreRefused() throws Exception {
    SyncServer server = server(10, sink);
    CoapChannel channel = channel(server.address(), "alice-1", key);
    send(channel, boot(1));
    byte[] big = batch(2, 12_000);
    assertThat(big).hasSizeBetween(20_000, Limits.MAX_MESSAGE_BYTES);
    assertThat(send(channel, big).expected()).isEqualTo(3);
    assertThat(sink.messages().get(1).encoded()).isEqualTo(big);

    byte[] tooBig = Arrays.copyOf(big, Limits.MAX_MESSAGE_BYTES + 1);
    assertThat(send(channel, tooBig).status()).isEqualTo(Status.MALFORMED);
    assertThat(send(channel, batch(3, 1)).expected()).isEqualTo(4);
  }

  @Test
  void theSessionGoesOnWhenTheNatTakesAnotherPort() throws Exception {
    SyncServer server = server(10, sink);
    UdpForwarder nat = UdpForwarder.start(new InetSocketAddress("127.19.2.3", 0), server.address());
    open.add(nat);
    CoapChannel channel = channel(nat.address(), "alice-1", key);
    send(channel, boot(1));
    for (int i = 2; i < 8; i++) {
      nat.rebind();
      long before = nat.datagrams();
      assertThat(send(channel, batch(i, 50)).expected()).isEqualTo(i + 1);
      assertThat(nat.datagrams() - before).isEqualTo(2);
    }
    assertThat(sink.messages()).hasSize(7);
    assertThat(server.stats().handshakes()).isEqualTo(1);
  }

  @Test
  void aServerThatWasRestartedIsFoundAgain() throws Exception {
    SyncServer first = server(10, sink);
    CoapChannel channel = channel(first.address(), "alice-1", key);
    send(channel, boot(1));
    first.close();
    assertThatThrownBy(() -> send(channel, batch(2, 1))).hasCauseInstanceOf(ChannelException.class);

    SyncServerConfig samePlace = SyncServerConfig.at(first.address());
    open.add(SyncServer.start(samePlace, keys, sink, Clock.systemUTC()));
    assertThat(send(channel, batch(2, 1)).expected()).isEqualTo(3);
  }

  @Test
  void aSlowSinkIsWaitedForWithoutSendingAgain() throws Exception {
    CompletableFuture<Acknowledgement> answer = new CompletableFuture<>();
    SyncServer server = server(10, (subscriber, message, encoded) -> answer);
    CoapChannel channel = channel(server.address(), "alice-1", key);
    CompletableFuture<Acknowledgement> sent = channel.send(boot(1)).toCompletableFuture();
    Thread.sleep(1500); // beyond all retransmissions of QUICK but for the empty acknowledgement
    assertThat(sent).isNotDone();
    answer.complete(Acknowledgement.accepted(2, List.of()));
    assertThat(sent.get(20, TimeUnit.SECONDS).expected()).isEqualTo(2);
    assertThat(server.stats().received()).isEqualTo(1);
  }

  @Test
  void moreMessagesThanTheLimitAreAskedToComeLater() throws Exception {
    CompletableFuture<Acknowledgement> answer = new CompletableFuture<>();
    SyncServer server = server(1, (subscriber, message, encoded) -> answer);
    keys.put("bob-1", new Impu("sip:bob@ims.test"), key);
    CompletableFuture<Acknowledgement> first =
        channel(server.address(), "alice-1", key).send(boot(1)).toCompletableFuture();
    while (server.stats().inFlight() == 0) {
      Thread.sleep(10);
    }
    assertThat(send(channel(server.address(), "bob-1", key), boot(1)).status())
        .isEqualTo(Status.UNAVAILABLE);
    answer.complete(Acknowledgement.accepted(2, List.of()));
    assertThat(first.get(20, TimeUnit.SECONDS).status()).isEqualTo(Status.ACCEPTED);
    assertThat(server.stats().unavailable()).isEqualTo(1);
  }

  @Test
  void aSinkThatFailsMeansUnavailable() throws Exception {
    SyncServer server =
        server(
            10,
            (subscriber, message, encoded) -> {
              throw new IllegalStateException("journal is gone");
            });
    CoapChannel channel = channel(server.address(), "alice-1", key);
    assertThat(send(channel, boot(1)).status()).isEqualTo(Status.UNAVAILABLE);
    assertThat(server.stats().inFlight()).isZero();
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    SyncServer server = server(10, sink);
    assertThatThrownBy(
            () ->
                SyncServer.start(
                    SyncServerConfig.at(server.address()), keys, sink, Clock.systemUTC()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Integer.toString(server.address().getPort()));
  }

  @Test
  void aClosedChannelFailsAtOnce() throws Exception {
    CoapChannel channel = channel(server(10, sink).address(), "alice-1", key);
    channel.close();
    assertThatThrownBy(() -> send(channel, boot(1))).hasCauseInstanceOf(ChannelException.class);
  }
}
