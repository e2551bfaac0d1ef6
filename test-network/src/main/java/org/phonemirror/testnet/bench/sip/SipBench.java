package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * How many requests a second the application server sustains, beside an empty application in the
 * same container and beside the SIP stack alone; how quickly it answers at half of that; and how
 * many it still answers at twice.
 *
 * <p>The empty application sends a MESSAGE back to the S-CSCF by the container's proxy, as ours
 * does: one that answers by itself takes half the work, and the ratio would tell what proxying
 * costs instead of what our application does. Registrations both answer. The bare stack answers as
 * well, so its rate is an upper bound for servers, not for proxies.
 *
 * <p>Servers and SIPp have processors of their own. A rate is what a server answers of requests of
 * which always {@link #WINDOW} are under way: so it is loaded fully and never beyond. Servers are
 * measured in turns, since the machine is now quicker and now slower; the medians count, and of
 * ratios the median of each turn's.
 */
public final class SipBench {
  private static final int WINDOW = 64;
  private static final int TURNS = 5;
  private static final int REPETITIONS = 3;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final int MOST_WARM_UPS = 18;

  /** Of a processor: a compiler that takes less has translated what matters. */
  private static final double COMPILER_RESTS = 0.05;

  private static final Duration TURN = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofSeconds(12);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** As the deployment guide has it, for 3,500 requests a second. */
  private static final String HEAP = "-Xms7g -Xmx7g";

  private final Figures figures = new Figures(System.out);

  private SipBench() {}

  /** What is loaded, and by what. */
  private record Subject(String name, Sipp load, String scenario, Server server) {
    Outcome send(Sipp.Pace pace, int number, Duration length, Duration patience)
        throws IOException, InterruptedException {
      return load.send(scenario, server.address(), pace, number, length, patience);
    }
  }

  /** {@code SipBench CONTAINER DIRECTORY FILE}: the directory is emptied, the figures are JSON. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[1]).toAbsolutePath();
    Directories.empty(directory);
    new SipBench().run(Path.of(args[0]).toAbsolutePath(), directory, Path.of(args[2]));
  }

  private void run(Path container, Path directory, Path file) throws Exception {
    figures.tell(
        "servers on processor %s, SIPp on %s; the empty application sends MESSAGE back to the"
            + " S-CSCF as ours does, the bare stack answers it",
        Cores.SERVER.list(), Cores.LOAD.list());
    Path war = directory.resolve("empty.war");
    EmptyServlet.writeWar(war);
    try (MirrorNetwork network = MirrorNetwork.start(container, directory, HEAP);
        Server empty =
            Server.container(container, directory.resolve("empty"), war, "127.17.0.15", HEAP);
        Server bare =
            Server.bare(directory.resolve("bare"), "127.17.0.16", List.of("-Xms2g", "-Xmx2g"))) {
      Subject ours = new Subject("message", network.load(), "message.xml", network.server());
      Map<String, List<Double>> rates =
          rates(
              List.of(
                  ours,
                  new Subject("empty_app", network.load(), "message.xml", empty),
                  new Subject("jain_sip", network.load(), "message.xml", bare)),
              TURNS);
      figures.put("ratio_to_empty", ratio(rates.get("message"), rates.get("empty_app")));
      latency(ours);
      overload(ours);
      rates(
          List.of(
              new Subject("invite", network.callLoad(), "invite.xml", network.server()),
              new Subject("register", network.load(), "register.xml", network.server())),
          TURNS);
    }
    figures.write(file);
  }

  /** The rates at which they answer, measured in turns; a list of each, in order of turns. */
  private Map<String, List<Double>> rates(List<Subject> subjects, int turns) throws Exception {
    for (Subject subject : subjects) {
      warmUp(subject, () -> windowed(subject, WARM_UP));
    }
    Map<String, List<Double>> found = new LinkedHashMap<>();
    for (int turn = 0; turn < turns; turn++) {
      for (Subject subject : subjects) {
        Outcome outcome = subject.send(Sipp.Pace.WINDOW, WINDOW, TURN, PATIENCE);
        double rate = outcome.answered() / (double) TURN.toSeconds();
        figures.tell(
            "  %s: %.0f/s, %d refused, %d failed",
            subject.name, rate, outcome.refused(), outcome.failed());
        found.computeIfAbsent(subject.name, name -> new ArrayList<>()).add(rate);
      }
    }
    found.forEach(
        (name, rates) ->
            figures.put(name + (name.equals("invite") ? "_cps" : "_rate"), median(rates)));
    return found;
  }

  /**
   * On one processor it takes a compiler long to have translated a server: until it rests and the
   * server is no quicker.
   *
   * @param round of {@link #WARM_UP}; tells its rate
   */
  private void warmUp(Subject subject, Callable<Double> round) throws Exception {
    double best = 0;
    boolean warm = false;
    for (int i = 0; i < MOST_WARM_UPS && !warm; i++) {
      double before = subject.server.compilerSeconds();
      double rate = round.call();
      double share = (subject.server.compilerSeconds() - before) / WARM_UP.toSeconds();
      figures.tell("%s: warming up, %.0f/s, compiler %.0f %%", subject.name, rate, 100 * share);
      warm = share < COMPILER_RESTS && rate < 1.05 * best;
      best = Math.max(best, rate);
    }
  }

  private static double ratio(List<Double> ours, List<Double> others) {
    List<Double> ratios = new ArrayList<>();
    for (int turn = 0; turn < ours.size(); turn++) {
      ratios.add(ours.get(turn) / others.get(turn));
    }
    return median(ratios);
  }

  /** Several times, as one halt of the machine is a percentile of a few seconds. */
  private void latency(Subject subject) throws Exception {
    int rate = (int) (figures.get("message_rate") / 2);
    List<Double> p50 = new ArrayList<>();
    List<Double> p95 = new ArrayList<>();
    long failed = 0;
    for (int turn = 0; turn < REPETITIONS; turn++) {
      Outcome outcome = subject.send(Sipp.Pace.RATE, rate, LONG, PATIENCE);
      p50.add(outcome.quantile(0.5));
      p95.add(outcome.quantile(0.95));
      figures.tell(
          "half load, %d/s: p50 %.0f ms, p95 %.0f ms, %d refused, %d failed",
          rate, outcome.quantile(0.5), outcome.quantile(0.95), outcome.refused(), outcome.failed());
      failed += outcome.failed() + outcome.refused();
    }
    figures.put("p50_ms", median(p50));
    figures.put("p95_ms", median(p95));
    figures.put("failed", (double) failed);
  }

  /**
   * Twice the rate that it had right before, and its answers beside that rate and the one right
   * after. The first seconds, in which the queue grows, and the last, in which it empties, are
   * left.
   */
  private void overload(Subject subject) throws Exception {
    List<Double> ratios = new ArrayList<>();
    long failed = 0;
    int beyond = (int) (2 * windowed(subject, TURN));
    warmUp(
        subject,
        () ->
            subject
                .send(Sipp.Pace.RATE, beyond, WARM_UP, PATIENCE)
                .rate(2, (int) WARM_UP.toSeconds()));
    double before = windowed(subject, TURN);
    for (int turn = 0; turn < REPETITIONS; turn++) {
      int rate = (int) (2 * before);
      Outcome outcome = subject.send(Sipp.Pace.RATE, rate, LONG, PATIENCE);
      double goodput = outcome.rate(2, (int) LONG.toSeconds());
      double after = windowed(subject, TURN);
      figures.tell(
          "twice the rate, %d/s: %.0f/s answered with 200, %.0f/s before and %.0f/s after; in all"
              + " %d refused, %d failed",
          rate, goodput, before, after, outcome.refused(), outcome.failed());
      ratios.add(goodput / ((before + after) / 2));
      failed += outcome.failed();
      before = after;
    }
    figures.put("goodput_at_2x_ratio", median(ratios));
    figures.put("failed_at_2x", (double) failed);
  }

  private static double windowed(Subject subject, Duration length) throws Exception {
    Outcome outcome = subject.send(Sipp.Pace.WINDOW, WINDOW, length, PATIENCE);
    return outcome.answered() / (double) length.toSeconds();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
