package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The application server under half of the load that it can take, for a while: messages,
 * registrations that come and go, and calls. Nothing may fail, and nothing may grow.
 *
 * <p>What it holds is looked at when all transactions have ended, before and after: what is left
 * then is left for good. A few threads and descriptors may come later than the warm-up, as pools
 * have bounds that they need not reach in it; and the heap may be some objects larger, by caches of
 * the same kind. Those bounds are {@link #HEAP_PERCENT}, {@link #THREADS} and {@link #DESCRIPTORS};
 * a leak of 20 bytes for each request is more after half an hour.
 */
public final class SoakBench {
  /** Of the heap after a full collection, which is some 50 MB. */
  static final double HEAP_PERCENT = 10;

  /** The container's pools have 4 threads each at first, and grow if all of them wait. */
  static final long THREADS = 8;

  static final long DESCRIPTORS = 8;

  private static final String HEAP = "-Xms3g -Xmx3g";
  private static final int WINDOW = 64;
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration MEASURE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SLICE = Duration.ofSeconds(60);

  /** Longer than the longest transaction without an answer to come, 32 s (Timers B, F, H, J). */
  private static final Duration ALL_ENDED = Duration.ofSeconds(40);

  private final MirrorNetwork network;
  private final ExecutorService senders = Executors.newFixedThreadPool(3);
  private long failed;

  private SoakBench(MirrorNetwork network) {
    this.network = network;
  }

  /**
   * {@code SoakBench CONTAINER DIRECTORY FILE MINUTES}: the directory is emptied, the figures are
   * JSON. Exit code 1 if a request failed or something has grown.
   */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]).toAbsolutePath();
    int minutes = Integer.parseInt(args[3]);
    Directories.empty(directory);
    Figures figures = new Figures();
    try (MirrorNetwork network =
        MirrorNetwork.start(Path.of(args[0]).toAbsolutePath(), directory, HEAP)) {
      new SoakBench(network).run(minutes, figures);
    }
    figures.write(Path.of(args[2]));
    List<String> faults = new ArrayList<>();
    check(faults, figures, "failed", 0);
    check(faults, figures, "heap_growth_pct", HEAP_PERCENT);
    check(faults, figures, "thread_growth", THREADS);
    check(faults, figures, "fd_growth", DESCRIPTORS);
    if (!faults.isEmpty()) {
      System.err.println("soak: " + String.join(", ", faults));
      System.exit(1);
    }
  }

  private static void check(List<String> faults, Figures figures, String key, double most) {
    if (figures.get(key) > most) {
      faults.add(key + " is more than " + most);
    }
  }

  private void run(int minutes, Figures figures) throws Exception {
    long pid = network.server().pid();
    int rate = halfLoad();
    send(rate, WARM_UP);
    failed = 0;
    Footprint before = atRest(pid);
    Figures.tell("%d requests a second for %d minutes; at rest: %s", rate, minutes, before);
    for (int minute = 1; minute <= minutes; minute++) {
      send(rate, SLICE);
      if (minute % 5 == 0 || minute == minutes) {
        Figures.tell("minute %d: %d failed; %s", minute, failed, Footprint.of(pid));
      }
    }
    Footprint after = atRest(pid);
    senders.shutdown();
    Figures.tell("at rest: %s", after);
    figures.put("minutes", (double) minutes);
    figures.put("rate", (double) rate);
    figures.put("failed", (double) failed);
    figures.put(
        "heap_growth_pct",
        100.0 * (after.heapKilobytes() - before.heapKilobytes()) / before.heapKilobytes());
    figures.put("thread_growth", (double) (after.threads() - before.threads()));
    figures.put("fd_growth", (double) (after.descriptors() - before.descriptors()));
  }

  private static Footprint atRest(long pid) throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(ALL_ENDED.toSeconds());
    return Footprint.of(pid);
  }

  private int halfLoad() throws Exception {
    Sipp load = network.load();
    String scenario = "message.xml";
    load.send(scenario, network.server().address(), Sipp.Pace.WINDOW, WINDOW, WARM_UP, PATIENCE);
    Outcome outcome =
        load.send(
            scenario, network.server().address(), Sipp.Pace.WINDOW, WINDOW, MEASURE, PATIENCE);
    return (int) Math.max(10, outcome.answered() / MEASURE.toSeconds() / 2);
  }

  /** Of ten requests six are messages, two registrations, on and off, and two calls. */
  private void send(int rate, Duration length) throws Exception {
    List<Callable<Outcome>> kinds =
        List.of(
            () -> part(network.load(), "message.xml", rate * 6 / 10, length),
            () -> part(network.registrations(), "registration.xml", rate / 10, length),
            () -> part(network.callLoad(), "invite.xml", rate * 2 / 10, length));
    for (Future<Outcome> kind : senders.invokeAll(kinds)) {
      Outcome outcome = kind.get();
      failed += outcome.failed() + outcome.refused();
    }
  }

  private Outcome part(Sipp sipp, String scenario, int rate, Duration length)
      throws IOException, InterruptedException {
    return sipp.send(
        scenario, network.server().address(), Sipp.Pace.RATE, Math.max(1, rate), length, PATIENCE);
  }
}
