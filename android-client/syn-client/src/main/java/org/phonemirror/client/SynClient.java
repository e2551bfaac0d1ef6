package org.phonemirror.client;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.phonemirror.client.clone.Cloner;
import org.phonemirror.client.input.Batcher;
import org.phonemirror.client.input.InputSink;
import org.phonemirror.client.input.Interval;
import org.phonemirror.client.queue.MessageQueue;
import org.phonemirror.client.repair.Answerer;
import org.phonemirror.client.repair.Moment;
import org.phonemirror.client.repair.StorageReader;
import org.phonemirror.client.services.ClientServices;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine: turns the user's input into one message per synchronization interval and sees to it
 * that the server gets each, in order, whatever happens to the network, the server, or the phone.
 *
 * <p>Input is taken on the callers' threads. Everything else (digests, the queue, answers) happens
 * on one thread of the engine's own, so that a slow medium never delays input. Large files are read
 * on another one, so that they delay no message either.
 */
public final class SynClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SynClient.class);

  /** How often the clocks are looked at, so that a set clock closes the interval soon. */
  private static final long LONGEST_LOOK_MICROS = 1_000_000;

  private static final long SHORTEST_LOOK_MICROS = 20_000;

  /** By how much a batch may grow when the queue gives it its number and lost events. */
  private static final int LONGEST_NUMBERS = 32;

  private final SynClientConfig config;
  private final String software;
  private final PhoneClock clock;
  private final Batcher batcher;
  private final DigestSource digests;
  private final Answerer answerer;
  private final Sender sender;
  private final MessageQueue queue;
  private final SynClientListener listener;
  private final Engine engine;
  private final ClientServices services;
  private long bootId;
  private boolean sessionOn;
  private Optional<SyncSettings> settings = Optional.empty();
  private Optional<PhoneCopy> copy = Optional.empty();
  private Optional<ScheduledFuture<?>> nextLook = Optional.empty();

  /** The boot that the server knows a copy of the phone for; empty if it has begun. */
  private Optional<Long> copiedFor = Optional.empty();

  /**
   * An engine that sends what the queue holds from earlier as soon as it has settings.
   *
   * @param queue closed together with the engine
   * @throws IOException if the lists of the services can't be opened, or the version of the phone's
   *     software can't be read
   */
  public SynClient(
      SynClientConfig config,
      PhoneClock clock,
      MessageQueue queue,
      ChannelFactory channels,
      SynClientListener listener)
      throws IOException {
    this(
        config,
        clock,
        queue,
        channels,
        listener,
        new DigestSource(config.userStorage(), config.watch()));
  }

  /** As the other, with digests of its own. */
  SynClient(
      SynClientConfig config,
      PhoneClock clock,
      MessageQueue queue,
      ChannelFactory channels,
      SynClientListener listener,
      DigestSource digests)
      throws IOException {
    this.config = config;
    this.software = config.software();
    this.clock = clock;
    this.queue = queue;
    this.listener = listener;
    this.batcher = new Batcher(clock, config.interval(), config.grace());
    this.digests = digests;
    this.answerer = new Answerer(new StorageReader(config.userStorage()), config.conditions());
    this.engine = new Engine();
    this.services = new ClientServices(config.services(), clock, engine, listener);
    RejectedStore rejected = new RejectedStore(config.rejectedDirectory());
    this.sender =
        new Sender(
            queue,
            rejected,
            config.model(),
            channels,
            config.retry(),
            engine,
            listener,
            new Incoming());
  }

  /** What comes with acknowledgements. */
  private final class Incoming implements Sender.Replies {
    @Override
    public void asks(List<Ask> asks) {
      answerer.asked(asks);
    }

    @Override
    public void notices(List<Notice> notices) {
      services.engineSide().notices(notices);
    }

    @Override
    public void copyFirst(long refused, String address) {
      long next = newBootId();
      copy =
          Optional.of(
              new PhoneCopy(
                  config,
                  settings.orElseThrow(IllegalStateException::new),
                  address,
                  refused,
                  next,
                  listener,
                  (outcome, failure) -> awaitEnd(() -> copyEnded(outcome, failure, next))));
    }

    /** What the user types belongs to the new session from the first key on. */
    private void awaitEnd(Runnable ended) throws InterruptedException {
      CountDownLatch done = new CountDownLatch(1);
      engine.execute(
          () -> {
            try {
              ended.run();
            } finally {
              done.countDown();
            }
          });
      done.await();
    }

    @Override
    public void refused(List<Order> orders) throws IOException {
      services.engineSide().refused(orders);
    }
  }

  /** Where an input source delivers. */
  public InputSink input() {
    return batcher;
  }

  /** Orders to services of the server, and what they told. */
  public ClientServices services() {
    return services;
  }

  /**
   * The user's session has begun.
   *
   * @param startMicros when, in microseconds since the epoch
   */
  public void sessionStarted(long startMicros) {
    batcher.begin(startMicros);
    engine.execute(
        () -> {
          bootId = copiedFor.orElseGet(SynClient::newBootId);
          copiedFor = Optional.empty();
          sessionOn = true;
          sender.offer(new Boot(1, bootId, startMicros, config.model(), software));
          listener.reached(bootId, startMicros);
          services.engineSide().sessionStarted();
          look();
        });
  }

  /**
   * The user's session goes on after the engine was not there for a while. What was typed meanwhile
   * is lost, and the next interval begins where the last one ended.
   *
   * @param boot of the session, as {@link SynClientListener#reached} told
   * @param endMicros the end of its last interval, as told there
   */
  public void sessionResumed(long boot, long endMicros) {
    batcher.resume(endMicros);
    engine.execute(
        () -> {
          bootId = boot;
          sessionOn = true;
          services.engineSide().sessionStarted();
          look();
        });
  }

  private static long newBootId() {
    return Integer.toUnsignedLong(new SecureRandom().nextInt());
  }

  /** The mirror begins with what the phone is now, or the phone tries again later. */
  private void copyEnded(Optional<Cloner.Outcome> outcome, String failure, long next) {
    copy = Optional.empty();
    if (!outcome.isPresent()) {
      listener.warning("there is no copy of this phone yet: " + failure);
      sender.goOn(Optional.of(failure));
    } else if (outcome.get() == Cloner.Outcome.INITIAL) {
      sender.goOn(Optional.empty());
    } else {
      beginAnew(next);
    }
  }

  private void beginAnew(long next) {
    try {
      sender.beginAnew();
    } catch (IOException e) {
      sender.goOn(Optional.of("can't empty the queue: " + e.getMessage()));
      return;
    }
    copiedFor = Optional.of(next);
    if (sessionOn) {
      bootId = next;
      copiedFor = Optional.empty();
      long start = batcher.beginAnew();
      sender.offer(new Boot(1, bootId, start, config.model(), software));
      listener.reached(bootId, start);
    }
  }

  /** Where and how to synchronize from now on; also the interval. */
  public void settings(SyncSettings settings) {
    interval(settings.interval());
    engine.execute(
        () -> {
          this.settings = Optional.of(settings);
          digests.setScope(settings.scope());
          answerer.setBudget(settings.repairBudget());
          services.engineSide().settings(settings.files(), settings.scope());
          sender.settings(settings);
        });
  }

  /** Changes t_syn_int until the next settings come; the running interval ends by it. */
  public void interval(Duration interval) {
    batcher.setInterval(interval);
  }

  /**
   * The user's session has ended and nothing writes to the user storage any more.
   *
   * @param endMicros when it was told to end, in microseconds since the epoch
   * @return true when the server has everything; false at once if there is no server known
   */
  public CompletableFuture<Boolean> shutdown(long endMicros) {
    CompletableFuture<Boolean> flushed = new CompletableFuture<>();
    engine.execute(
        () -> {
          try {
            end(endMicros);
            sender.flush(flushed);
          } catch (RuntimeException e) {
            flushed.completeExceptionally(e);
          }
        });
    return flushed;
  }

  private void end(long endMicros) {
    sessionOn = false;
    nextLook.ifPresent(timer -> timer.cancel(false));
    services.engineSide().sessionEnded();
    List<Interval> intervals = batcher.end(endMicros);
    long end = endMicros;
    for (int i = 0; i < intervals.size(); i++) {
      Interval interval = intervals.get(i);
      // there is no later batch for what was ordered since, before a next session
      offer(interval, i < intervals.size() - 1 ? interval.endMicros() : Long.MAX_VALUE);
      end = Math.max(end, interval.endMicros());
    }
    sender.offer(new Shutdown(1, bootId, end, digests.atRest()));
  }

  /**
   * Does now what is due, and tries at once to send what waits. To be called when the phone has
   * slept, during which the engine's thread does not run, and when the network has come back.
   *
   * @return true when the server has everything; false if there is no server known; not done while
   *     the server is not reached
   */
  public CompletableFuture<Boolean> wake() {
    CompletableFuture<Boolean> flushed = new CompletableFuture<>();
    engine.execute(
        () -> {
          try {
            if (sessionOn) {
              work();
            }
            sender.flush(flushed);
          } catch (RuntimeException e) {
            flushed.completeExceptionally(e);
          }
        });
    return flushed;
  }

  /** How long until the running interval is closed. */
  public Duration untilNext() {
    return Duration.of(batcher.microsToNext(), ChronoUnit.MICROS);
  }

  private void look() {
    try {
      work();
    } finally {
      long micros = Math.min(LONGEST_LOOK_MICROS, batcher.microsToNext());
      nextLook.ifPresent(timer -> timer.cancel(false));
      nextLook =
          Optional.of(
              engine.schedule(
                  this::look, Math.max(SHORTEST_LOOK_MICROS, micros), TimeUnit.MICROSECONDS));
    }
  }

  private void work() {
    try {
      services.engineSide().look();
      batcher.poll().forEach(interval -> offer(interval, interval.endMicros()));
    } catch (RuntimeException e) {
      LOG.error("an interval could not be made into a batch", e);
      listener.warning("an interval was lost: " + e);
      batcher.lost(1);
    }
  }

  private void offer(Interval interval, long ordersUntilMicros) {
    long moment = Math.min(interval.endMicros(), clock.wallMicros());
    Batch bare =
        new Batch(
            1,
            bootId,
            interval.startMicros(),
            interval.lengthMicros(),
            interval.events(),
            interval.lost(),
            digests.live(moment));
    boolean more = !services.engineSide().isIdle() || !answerer.isIdle();
    Batch batch = more ? withMore(bare, moment, ordersUntilMicros) : bare;
    if (sender.offer(batch)) {
      services.engineSide().sent(batch.orders());
    }
    listener.reached(bootId, interval.endMicros());
  }

  /** Orders come first; answers take what room is left. */
  private Batch withMore(Batch batch, long momentMicros, long ordersUntilMicros) {
    int room;
    try {
      room = Limits.MAX_MESSAGE_BYTES - SyncCodec.encode(batch).length - LONGEST_NUMBERS;
    } catch (IllegalArgumentException tooLong) {
      return batch; // the queue shortens it
    }
    List<Order> orders = services.engineSide().orders(ordersUntilMicros, room);
    Batch ordered = batch.withOrders(orders);
    if (answerer.isIdle() || batch.digest().unsettled().contains("")) {
      return ordered; // nothing is asked, or nothing is known of the storage
    }
    Moment moment = new Moment(momentMicros, batch.digest(), digests.tree());
    int left = room - orders.stream().mapToInt(SyncCodec::length).sum();
    return ordered.withAnswers(answerer.answer(moment, left));
  }

  /** Ends the engine; what was not sent stays in the queue's directory. */
  @Override
  public void close() throws Exception {
    engine.execute(() -> copy.ifPresent(PhoneCopy::close));
    engine.execute(services.engineSide()::close);
    engine.execute(sender::close);
    engine.shutdown();
    if (!engine.awaitTermination(5, TimeUnit.SECONDS)) {
      engine.shutdownNow();
    }
    digests.close();
    queue.close();
  }
}
