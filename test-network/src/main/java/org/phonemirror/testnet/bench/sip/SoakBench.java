package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
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
 * registrations that come and go, and calls. None may fail or be left without an answer, and
 * nothing may grow.
 *
 * <p>What it holds is looked at when all transactions have ended, before and after: what is left
 * then is left for good. A few threads and descriptors may come later than the warm-up, as pools
 * have bounds that they need not reach in it; and the heap may be some objects larger, by caches of
 * the same kind. Those bounds are {@link #HEAP_PERCENT}, {@link #THREADS} and {@link #DESCRIPTORS};
 * a leak of 20 bytes for each request is more after half an hour.
 */
public final class SoakBench {
  /** Of the requests. */
  private static final double MESSAGES = 0.6;

  /** Half of them on, half off. */
  private static final double REGISTRATIONS = 0.2;

  private static final double CALLS = 0.2;

  /** A machine that is taken away for half a second makes the server refuse; more is not right. */
  static final double REFUSED_PERCENT = 1;

  /** Of the heap after a full collection, which is some 25 MB. */
  static final double HEAP_PERCENT = 10;

  /** The container's pools have 4 threads each at first, and grow if all of them wait. */
  static final long THREADS = 8;

  static final long DESCRIPTORS = 8;

  private static final String HEAP = "-Xms3g -Xmx3g";
  private static final int WINDOW = 64;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration MEASURE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SLICE = Duration.ofSeconds(60);

  /** Longer than the longest transaction without an answer to come, 32 s (Timers B, F, H, J). */
  private static final Duration ALL_ENDED = Duration.ofSeconds(40);

  private final MirrorNetwork network;
  private final Figures figures;
  private final ExecutorService senders = Executors.newFixedThreadPool(3);
  private long sent;
  private long failed;
  private long refused;

  private SoakBench(MirrorNetwork network, Figures figures) {
    this.network = network;
    this.figures = figures;
  }

  /**
   * {@code SoakBench CONTAINER DIRECTORY FILE MINUTES}: the directory is emptied, the figures are
   * JSON. Exit code 1 if a request failed or something has grown.
   */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]).toAbsolutePath();
    int minutes = Integer.parseInt(args[3]);
    Directories.empty(directory);
    Figures figures = new Figures(System.out);
    try (MirrorNetwork network =
        MirrorNetwork.start(Path.of(args[0]).toAbsolutePath(), directory, HEAP)) {
      new SoakBench(network, figures).run(minutes);
    }
    figures.write(Path.of(args[2]));
    List<String> faults = new ArrayList<>();
    check(faults, figures, "failed", 0);
    check(faults, figures, "refused_pct", REFUSED_PERCENT);
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

  private void run(int minutes) throws Exception {
    long pid = network.server().pid();
    int rate = halfLoad();
    send(rate, WARM_UP);
    sent = 0;
    failed = 0;
    refused = 0;
    Footprint before = atRest(pid);
    figures.tell("%d requests a second for %d minutes; at rest: %s", rate, minutes, before);
    for (int minute = 1; minute <= minutes; minute++) {
      send(rate, SLICE);
      if (minute % 5 == 0 || minute == minutes) {
        figures.tell(
            "minute %d: %d sent, %d refused, %d failed; %s",
            minute, sent, refused, failed, Footprint.of(pid));
      }
    }
    Footprint after = atRest(pid);
    senders.shutdown();
    figures.tell("at rest: %s", after);
    figures.put("minutes", (double) minutes);
    figures.put("rate", (double) rate);
    figures.put("failed", (double) failed);
    figures.put("refused_pct", 100.0 * refused / Math.max(1, sent));
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

  /** Half of the rate at which the three kinds together would take all of the server's time. */
  private int halfLoad() throws Exception {
    double secondsForOne =
        MESSAGES / capacity(network.load(), "message.xml")
            + REGISTRATIONS / capacity(network.registrations(), "register.xml")
            + CALLS / capacity(network.callLoad(), "invite.xml");
    return (int) Math.max(10, 0.5 / secondsForOne);
  }

  private double capacity(Sipp sipp, String scenario) throws Exception {
    InetSocketAddress server = network.server().address();
    sipp.send(scenario, server, Sipp.Pace.WINDOW, WINDOW, WARM_UP, PATIENCE);
    Outcome outcome = sipp.send(scenario, server, Sipp.Pace.WINDOW, WINDOW, MEASURE, PATIENCE);
    double rate = Math.max(1.0, (double) outcome.answered() / MEASURE.toSeconds());
    figures.tell("%s: %.0f/s", scenario, rate);
    return rate;
  }

  private void send(int rate, Duration length) throws Exception {
    List<Callable<Outcome>> kinds =
        List.of(
            () -> part(network.load(), "message.xml", (int) (rate * MESSAGES), length),
            () ->
                part(
                    network.registrations(),
                    "registration.xml",
                    (int) (rate * REGISTRATIONS / 2),
                    length),
            () -> part(network.callLoad(), "invite.xml", (int) (rate * CALLS), length));
    for (Future<Outcome> kind : senders.invokeAll(kinds)) {
      Outcome outcome = kind.get();
      sent += outcome.sent();
      failed += outcome.failed();
      refused += outcome.refused();
    }
  }

  private Outcome part(Sipp sipp, String scenario, int rate, Duration length)
      throws IOException, InterruptedException {
    return sipp.send(
        scenario, network.server().address(), Sipp.Pace.RATE, Math.max(1, rate), length, PATIENCE);
  }
}
