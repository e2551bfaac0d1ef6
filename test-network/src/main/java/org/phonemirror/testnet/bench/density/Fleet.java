package org.phonemirror.testnet.bench.density;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.mirror.MirrorPorts;
import org.phonemirror.core.mirror.MirrorSettings;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.Mirrors;
import org.phonemirror.core.placement.PlacementSettings;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;

/**
 * Phones that all do what a recording says, and their mirrors: the real ones, with journal and
 * machines. Phones are switched on one after another, so that their intervals end evenly spread.
 *
 * <p>A replay's <i>lag</i> is the time from its interval's end to the moment at which the mirror
 * has the phone's storage, compared: t_max is in it. A <i>deadline is missed</i> if that is later
 * than the end of the next interval, when an operator would say that the mirror does not keep up;
 * or if it never happens.
 */
final class Fleet implements AutoCloseable {
  private static final long RETRY_MILLIS = 1000;
  private static final long STATUS_SECONDS = 60;

  /** What the system, the server and the page cache need besides mirrors. */
  private static final long SPARE_BYTES = 3_000_000_000L;

  private final Recording recording;
  private final Shape shape;
  private final Mirrors mirrors;
  private final List<Phone> phones = new ArrayList<>();
  private final Map<String, Phone> byName = new HashMap<>();
  private final ScheduledExecutorService feeder =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "phones"));
  private final Durations lags = new Durations();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong settled = new AtomicLong();
  private final AtomicLong late = new AtomicLong();
  private final AtomicLong diverged = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean closing;
  private volatile String lastRefusal = "";

  /**
   * How a fleet lives.
   *
   * @param mirrors how many
   * @param pace how many times faster than a clock phones live; replays cost the same
   * @param laps over how many intervals phones are switched on
   */
  record Shape(int mirrors, double pace, int laps) {
    /** Nanoseconds on the wall of microseconds of the phones'. */
    long wallNanos(long phoneMicros) {
      return (long) (phoneMicros * 1000 / pace);
    }

    /** An interval on the wall. */
    long intervalNanos() {
      return wallNanos(Load.INTERVAL_MICROS);
    }

    /** When a phone is switched on, after the first: laps interleave, so that all phases differ. */
    long startNanos(int phone) {
      int perLap = (mirrors + laps - 1) / laps;
      int lap = phone / perLap;
      double phase = (phone % perLap + (double) lap / laps) / perLap;
      return (long) ((lap + phase) * intervalNanos());
    }

    /** When all are on and have done their first whole interval, after the first's start. */
    long rampNanos() {
      return laps * intervalNanos() + wallNanos(Load.OPENING_MICROS + Load.INTERVAL_MICROS);
    }

    /** How many whole intervals the phone that is switched on first has in a time. */
    int intervals(long nanos) {
      long left = nanos - wallNanos(Load.OPENING_MICROS);
      return (int) Math.max(1, left / intervalNanos() + 1);
    }
  }

  /**
   * What has happened so far.
   *
   * @param settled intervals replayed and compared
   * @param missed those of them that were too late
   */
  record Counts(
      long sent, long settled, long missed, long diverged, long refused, String lastRefusal) {}

  /** Opens the journal; no phone is on. */
  Fleet(Path state, MachineDriver driver, Recording recording, Shape shape) throws IOException {
    // what does not fit in memory hibernates; none is refused, so that what comes of it is seen
    PlacementSettings placement =
        PlacementSettings.defaults()
            .withMemoryBytes(Math.max(0, HostUsage.availableBytes() - SPARE_BYTES))
            .withCpuShare(10)
            .withMaxLateness(Duration.ofHours(1));
    this.recording = recording;
    this.shape = shape;
    for (int i = 0; i < shape.mirrors(); i++) {
      Phone phone = new Phone(i);
      phones.add(phone);
      byName.put(phone.name.uri(), phone);
    }
    MirrorPorts ports =
        new MirrorPorts(
            driver,
            profiles(),
            (subscriber, condition) -> {},
            this::settings,
            new KeyRing(),
            new RecordedTapes(recording.script()),
            List.of(new Watch()),
            Clock.systemUTC());
    MirrorSettings settings = MirrorSettings.defaults(URI.create("coaps://192.0.2.1:5684"));
    this.mirrors = Mirrors.open(state, ports, settings.withPlacement(placement));
  }

  /** Whose mirror one is. */
  static Impu name(int phone) {
    return new Impu(String.format("sip:+1555%07d@density.test", phone));
  }

  private ProfileSource profiles() {
    MirrorProfile profile =
        new MirrorProfile(recording.model(), Duration.of(Load.INTERVAL_MICROS, ChronoUnit.MICROS));
    return new ProfileSource() {
      @Override
      public CompletionStage<Optional<MirrorProfile>> profile(Impu subscriber) {
        return CompletableFuture.completedFuture(Optional.of(profile));
      }

      @Override
      public CompletionStage<Void> subscribe(Impu subscriber) {
        return CompletableFuture.completedFuture(null);
      }
    };
  }

  /** A phone that gets its settings begins to send. */
  private CompletionStage<Void> settings(Impu subscriber, String contentType, String body) {
    feeder.execute(byName.get(subscriber.uri())::boot);
    return CompletableFuture.completedFuture(null);
  }

  /**
   * Switches the phones on, each at its time.
   *
   * @param feedNanos how long, from now, intervals may end that are still sent
   */
  void start(long feedNanos) {
    long now = System.nanoTime();
    for (Phone phone : phones) {
      phone.switchOnAt(now + shape.startNanos(phone.number), now + feedNanos);
    }
  }

  Counts counts() {
    return new Counts(
        sent.get(), settled.get(), late.get(), diverged.get(), refused.get(), lastRefusal);
  }

  Durations lags() {
    return lags;
  }

  List<MirrorStatus> status() throws IOException {
    try {
      return mirrors.status().toCompletableFuture().get(STATUS_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("mirrors do not tell how they are: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    closing = true;
    feeder.shutdownNow();
    mirrors.close();
  }

  /** A phone: it sends a message when it is due and the one before is acknowledged. */
  private final class Phone {
    private final int number;
    private final Impu name;
    private long startNanos;
    private long untilNanos;
    private long bootMicros;
    private int next = -1;
    private volatile int settledBatches;

    Phone(int number) {
      this.number = number;
      this.name = Fleet.name(number);
    }

    void switchOnAt(long start, long until) {
      startNanos = start;
      untilNanos = until;
      at(start, () -> mirrors.phoneOn(name));
    }

    private void at(long nanos, Runnable task) {
      long delay = Math.max(0, nanos - System.nanoTime());
      if (!closing) {
        var unused = feeder.schedule(task, delay, TimeUnit.NANOSECONDS);
      }
    }

    /** Settings may come again; it boots once. */
    void boot() {
      if (next < 0) {
        next = 0;
        long late = (System.nanoTime() - startNanos) / 1000;
        bootMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) - late;
        send(recording.boot(number, bootMicros));
      }
    }

    private long dueNanos(int batch) {
      return startNanos + shape.wallNanos(recording.script().parts().get(batch).endMicros());
    }

    private void sendNext() {
      if (next < recording.batches() && dueNanos(next) <= untilNanos) {
        int batch = next++;
        at(
            dueNanos(batch),
            () -> {
              sent.incrementAndGet();
              send(recording.batch(batch, number, bootMicros));
            });
      }
    }

    private void send(SyncMessage message) {
      mirrors
          .accept(name, message, SyncCodec.encode(message))
          .whenComplete(
              (answer, failure) -> {
                if (closing) {
                  return;
                } else if (failure == null && answer.status() == Acknowledgement.Status.ACCEPTED) {
                  feeder.execute(this::sendNext);
                } else {
                  refused.incrementAndGet();
                  lastRefusal = failure == null ? answer.toString() : failure.toString();
                  var unused =
                      feeder.schedule(() -> send(message), RETRY_MILLIS, TimeUnit.MILLISECONDS);
                }
              });
    }

    void settled(int batch, boolean identical) {
      if (batch < settledBatches) {
        return; // once more, after its machine was lost
      }
      settledBatches = batch + 1;
      long lag = System.nanoTime() - dueNanos(batch);
      lags.add(lag);
      if (lag > shape.intervalNanos()) {
        late.incrementAndGet();
      }
      if (!identical) {
        diverged.incrementAndGet();
      }
      settled.incrementAndGet();
    }
  }

  /** Sees every interval when it has been compared. */
  private final class Watch implements MirrorService {
    @Override
    public String name() {
      return "density";
    }

    @Override
    public void settled(MirrorView mirror, ReplayedInterval interval, SettledStorage storage) {
      byName
          .get(mirror.subscriber().uri())
          .settled(Recording.batchOf(interval.sequence()), storage.identical());
    }
  }
}
