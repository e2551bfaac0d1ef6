package org.phonemirror.core.traffic;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.SessionRecorder;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeSource;
import org.phonemirror.core.traffic.flow.FlowCounters;
import org.phonemirror.core.traffic.flow.FlowRecorder;
import org.phonemirror.core.traffic.flow.Observed;
import org.phonemirror.core.traffic.flow.Subscriber;
import org.phonemirror.core.traffic.flow.TrafficObserver;
import org.phonemirror.core.traffic.gtp.PdpContexts;
import org.phonemirror.core.traffic.packet.Discard;
import org.phonemirror.core.traffic.packet.DiscardCounter;
import org.phonemirror.core.traffic.packet.IpDecoder;
import org.phonemirror.core.traffic.store.TapeStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives a copy of phones' packets and makes tapes of it.
 *
 * <p>One thread receives, reads and records; all state is its own, without a lock. That is about a
 * microsecond for a packet, so that a server's network card is full before a core is. Calls hand
 * their work to the thread; only those about tapes wait for it, and write files on the caller's.
 */
public final class TrafficMonitor implements TapeSource, SessionRecorder, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrafficMonitor.class);
  private static final long ANSWER_SECONDS = 30;
  private static final int MAX_WAITING_SESSIONS = 1_024;
  private static final int STRIPES = 64;
  private static final long LOG_PERIOD_MICROS = 60_000_000;

  /** A tape that was cut, as long as it is not written: a full disk must not lose it. */
  private record Unwritten(long sequence, Tape tape) {}

  private final InstantSource clock;
  private final TapeStore store;
  private final EventLoopGroup thread = Receiver.newThread("traffic-monitor");
  private final List<Channel> channels = new ArrayList<>();
  private final LongAdder packets = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder sessionsDropped = new LongAdder();
  private final AtomicInteger waitingSessions = new AtomicInteger();
  private final DiscardCounter discards = new DiscardCounter();
  private final FlowCounters counters = new FlowCounters();
  private final Map<Impu, Unwritten> unwritten = new ConcurrentHashMap<>();
  private final Object[] stripes = new Object[STRIPES];

  // the thread's own
  private final FlowRecorder recorder;
  private final PdpContexts contexts;
  private final CopyReader reader;
  private final Map<Impu, Subscriber> subscribers = new HashMap<>();
  private long loggedMicros;
  private volatile int flowsNow;
  private volatile int contextsNow;

  private TrafficMonitor(TrafficSettings settings, InstantSource clock, TrafficObserver observer)
      throws IOException {
    this.clock = clock;
    TrafficObserver guarded = observer == TrafficObserver.NONE ? observer : new Observed(observer);
    this.store = new TapeStore(settings.directory());
    IpDecoder ip = new IpDecoder(discards);
    recorder =
        new FlowRecorder(
            settings.limits(), settings.notRecorded(), ip, discards, counters, guarded);
    contexts = new PdpContexts(settings.contexts(), discards, guarded);
    reader = new CopyReader(settings.gnNetworks(), contexts, recorder, ip, discards);
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Object();
    }
  }

  /**
   * Starts to receive.
   *
   * @param clock the network's time
   * @throws IOException naming the address that can't be listened at, or the directory that can't
   *     be used
   */
  public static TrafficMonitor start(TrafficSettings settings, InstantSource clock)
      throws IOException {
    return start(settings, clock, TrafficObserver.NONE);
  }

  /** As the other, with somebody who sees the traffic as it is recorded. */
  public static TrafficMonitor start(
      TrafficSettings settings, InstantSource clock, TrafficObserver observer) throws IOException {
    TrafficMonitor monitor = new TrafficMonitor(settings, clock, observer);
    try {
      monitor.listen(settings.gtpUser(), monitor.reader::gtpUser);
      monitor.listen(settings.gtpControl(), monitor.reader::gtpControl);
      monitor.listen(settings.vxlan(), monitor.reader::vxlan);
    } catch (IOException e) {
      monitor.close();
      throw e;
    }
    Future<?> unused = monitor.thread.scheduleAtFixedRate(monitor::sweep, 1, 1, TimeUnit.SECONDS);
    return monitor;
  }

  /** Reads a datagram that arrived at a time. */
  private interface Read {
    void read(byte[] data, int from, int to, long micros);
  }

  private void listen(InetSocketAddress address, Read read) throws IOException {
    channels.add(Receiver.listen(thread, address, (data, from, to) -> take(read, data, from, to)));
  }

  private void take(Read read, byte[] data, int from, int to) {
    packets.increment();
    bytes.add(to - from);
    try {
      read.read(data, from, to, nowMicros());
    } catch (RuntimeException e) {
      defect(e);
    }
  }

  /** One packet must not end the others, nor fill the log. */
  private void defect(RuntimeException cause) {
    discards.count(Discard.DEFECT);
    long now = nowMicros();
    if (loggedMicros == 0 || now - loggedMicros > LOG_PERIOD_MICROS) {
      loggedMicros = now;
      LOG.error("a packet of the copy was lost to a defect of the traffic monitor", cause);
    }
  }

  private long nowMicros() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  private void sweep() {
    try {
      long now = nowMicros();
      recorder.sweep(now);
      subscribers.values().forEach(subscriber -> recorder.sweep(subscriber, now));
      flowsNow = recorder.flows();
      contextsNow = contexts.size();
    } catch (RuntimeException e) {
      defect(e);
    }
  }

  /** Where GTP-U is received. */
  public InetSocketAddress gtpUser() {
    return (InetSocketAddress) channels.get(0).localAddress();
  }

  /** Where GTP-C is received. */
  public InetSocketAddress gtpControl() {
    return (InetSocketAddress) channels.get(1).localAddress();
  }

  /** Where VXLAN is received. */
  public InetSocketAddress vxlan() {
    return (InetSocketAddress) channels.get(2).localAddress();
  }

  /**
   * Records a subscriber from now on; again, with other identities.
   *
   * @param identities IMSI and MSISDN, in digits; a plus sign before them is left out
   */
  public void watch(Impu impu, Set<String> identities) {
    Set<String> digits =
        identities.stream().map(TrafficMonitor::digits).collect(Collectors.toUnmodifiableSet());
    thread.execute(() -> contexts.watch(subscriber(impu), digits));
  }

  private static String digits(String identity) {
    String digits = identity.startsWith("+") ? identity.substring(1) : identity;
    if (!digits.matches("[0-9]{1,15}")) {
      throw new IllegalArgumentException(
          "'" + identity + "' is neither IMSI nor MSISDN: it must have 1 to 15 digits");
    }
    return digits;
  }

  /**
   * Who uses the packet domain under an identity now.
   *
   * @param identity IMSI or MSISDN, in digits; a plus sign before them is left out
   * @return watched subscribers only; later
   */
  public CompletionStage<Set<Impu>> owners(String identity) {
    String digits = digits(identity);
    return CompletableFuture.supplyAsync(() -> contexts.owners(digits), thread);
  }

  /** Told by signalling: an address is a subscriber's, whatever tunnel its packets come in. */
  public void assign(Impu impu, InetAddress address) {
    thread.execute(() -> contexts.assign(subscriber(impu), address));
  }

  private Subscriber subscriber(Impu impu) {
    return subscribers.computeIfAbsent(impu, i -> recorder.subscriber(i, nowMicros()));
  }

  /** Records a subscriber no more, and forgets what is on no tape. */
  public void unwatch(Impu impu) {
    thread.execute(
        () -> {
          Subscriber subscriber = subscribers.remove(impu);
          if (subscriber != null) {
            contexts.unwatch(subscriber);
            recorder.remove(subscriber);
          }
        });
  }

  /** Tells the observer of the flows of a subscriber that are followed now, soon. */
  public void announce(Impu impu) {
    thread.execute(
        () -> find(impu).ifPresent(subscriber -> recorder.announce(subscriber, nowMicros())));
  }

  @Override
  public void observe(Impu impu, long phoneMicros, long serverMicros) {
    thread.execute(() -> find(impu).ifPresent(s -> s.intervalEnded(phoneMicros, serverMicros)));
  }

  private Optional<Subscriber> find(Impu impu) {
    return Optional.ofNullable(subscribers.get(impu));
  }

  @Override
  public void record(Impu impu, SessionContent content) {
    if (waitingSessions.incrementAndGet() > MAX_WAITING_SESSIONS) {
      waitingSessions.decrementAndGet();
      sessionsDropped.increment();
      return;
    }
    thread.execute(
        () -> {
          waitingSessions.decrementAndGet();
          find(impu).ifPresent(subscriber -> subscriber.session(content));
        });
  }

  @Override
  public Tape tape(Impu impu, long sequence, long startMicros, long endMicros) throws IOException {
    synchronized (stripe(impu)) {
      Optional<Tape> stored = store.read(impu, sequence);
      if (stored.isPresent()) {
        return stored.get();
      }
      Unwritten cut = unwritten.get(impu);
      if (cut == null || cut.sequence() != sequence) {
        cut = new Unwritten(sequence, cut(impu, startMicros, endMicros));
        unwritten.put(impu, cut);
      }
      store.write(impu, sequence, cut.tape());
      unwritten.remove(impu);
      return cut.tape();
    }
  }

  private Tape cut(Impu impu, long startMicros, long endMicros) throws IOException {
    return await(
        () ->
            find(impu)
                .map(subscriber -> subscriber.cut(startMicros, endMicros))
                .orElseGet(() -> Tape.silent(startMicros, endMicros)));
  }

  @Override
  public void release(Impu impu, long upTo) throws IOException {
    synchronized (stripe(impu)) {
      store.release(impu, upTo);
    }
  }

  @Override
  public void forget(Impu impu) throws IOException {
    synchronized (stripe(impu)) {
      await(
          () -> {
            find(impu).ifPresent(Subscriber::forget);
            return impu;
          });
      unwritten.remove(impu);
      store.forget(impu);
    }
  }

  private Object stripe(Impu impu) {
    return stripes[Math.floorMod(impu.hashCode(), STRIPES)];
  }

  private <T> T await(Callable<T> work) throws IOException {
    try {
      return thread.submit(work).get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the traffic monitor failed", e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the traffic monitor did not answer in " + ANSWER_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The numbers so far. */
  public TrafficStats stats() {
    return new TrafficStats(
        packets.sum(),
        bytes.sum(),
        discards.snapshot(),
        counters.connections.sum(),
        counters.exchanges.sum(),
        counters.marks(),
        counters.holes.sum(),
        counters.evicted.sum(),
        counters.earlyDropped.sum(),
        counters.intervalDropped.sum(),
        counters.uncutDropped.sum(),
        sessionsDropped.sum(),
        counters.timesBackwards.sum(),
        flowsNow,
        contextsNow);
  }

  /** Receives no more. What was not cut is lost. */
  @Override
  public void close() {
    thread.shutdownGracefully(0, ANSWER_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
