package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
 * <p>Servers and SIPp have processors of their own. A rate is sustained if of the requests of a
 * short run none fails and at most one in a hundred is refused; it is searched by steps and
 * halving, in turns for each server, several times, and the median counts.
 */
public final class SipBench {
  private static final int WINDOW = 64;
  private static final int SEARCHES = 3;
  private static final int STEPS = 6;
  private static final Duration WARM_UP = Duration.ofSeconds(12);
  private static final Duration STEP = Duration.ofSeconds(2);
  private static final Duration STEP_PATIENCE = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofSeconds(12);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Half load for 32 s (RFC 3261, Timer J) at 30 KB each, and as much again. */
  private static final String HEAP = "-Xms3g -Xmx3g";

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
      rates(
          List.of(
              ours,
              new Subject("empty_app", network.load(), "message.xml", empty),
              new Subject("jain_sip", network.load(), "message.xml", bare)),
          SEARCHES);
      figures.put("ratio_to_empty", figures.get("message_rate") / figures.get("empty_app_rate"));
      latency(ours);
      overload(ours);
      rates(
          List.of(
              new Subject("invite", network.callLoad(), "invite.xml", network.server()),
              new Subject("register", network.load(), "register.xml", network.server())),
          1);
    }
    figures.write(file);
  }

  /** The rates that they sustain, found in turns. */
  private void rates(List<Subject> subjects, int searches) throws Exception {
    Map<Subject, Integer> most = new LinkedHashMap<>();
    for (Subject subject : subjects) {
      subject.send(Sipp.Pace.WINDOW, WINDOW, WARM_UP, STEP_PATIENCE);
      Outcome outcome = subject.send(Sipp.Pace.WINDOW, WINDOW, STEP, STEP_PATIENCE);
      int rate = (int) (outcome.answered() / STEP.toSeconds());
      figures.tell("%s: %d/s with %d under way", subject.name, rate, WINDOW);
      most.put(subject, Math.max(100, rate));
    }
    Map<Subject, List<Double>> found = new LinkedHashMap<>();
    for (int i = 0; i < searches; i++) {
      Map<Subject, Search> running = new LinkedHashMap<>();
      most.forEach((subject, rate) -> running.put(subject, new Search(0.5 * rate)));
      for (int step = 0; step < STEPS; step++) {
        for (Subject subject : subjects) {
          step(subject, running.get(subject));
        }
      }
      running.forEach(
          (subject, search) -> {
            figures.tell("%s: sustains %.0f/s", subject.name, search.found());
            found.computeIfAbsent(subject, s -> new ArrayList<>()).add(search.found());
          });
    }
    found.forEach(
        (subject, rates) ->
            figures.put(
                subject.name + (subject.name.equals("invite") ? "_cps" : "_rate"), median(rates)));
  }

  private void step(Subject subject, Search search) throws Exception {
    int rate = search.next();
    Outcome outcome = subject.send(Sipp.Pace.RATE, rate, STEP, STEP_PATIENCE);
    boolean sustained = outcome.sustained();
    figures.tell(
        "  %s at %d/s: %d refused, %d failed, p95 %.0f ms%s",
        subject.name,
        rate,
        outcome.refused(),
        outcome.failed(),
        outcome.quantile(0.95),
        sustained ? "" : ", too many");
    search.learn(rate, sustained);
  }

  /** Goes up until a rate is too high, since servers become faster with use; then halves. */
  private static final class Search {
    private static final double UP = 1.4;

    private double low;
    private double high = Double.POSITIVE_INFINITY;
    private double most;

    Search(double low) {
      this.low = low;
    }

    int next() {
      return (int) (Double.isInfinite(high) ? low * UP : (low + high) / 2);
    }

    void learn(int rate, boolean sustained) {
      if (sustained) {
        low = rate;
        most = Math.max(most, rate);
      } else {
        high = rate;
        low = Math.min(low, rate / UP);
      }
    }

    double found() {
      if (most == 0) {
        throw new IllegalStateException("no rate was sustained: is the machine busy otherwise?");
      }
      return most;
    }
  }

  private void latency(Subject subject) throws Exception {
    int rate = (int) (figures.get("message_rate") / 2);
    Outcome outcome = subject.send(Sipp.Pace.RATE, rate, LONG, PATIENCE);
    figures.tell(
        "half load, %d/s: %d refused, %d failed", rate, outcome.refused(), outcome.failed());
    figures.put("p50_ms", outcome.quantile(0.5));
    figures.put("p95_ms", outcome.quantile(0.95));
    figures.put("failed", (double) (outcome.failed() + outcome.refused()));
  }

  /** The first seconds, in which the queue grows, and the last, in which it empties, are left. */
  private void overload(Subject subject) throws Exception {
    int rate = (int) (figures.get("message_rate") * 2);
    Outcome outcome = subject.send(Sipp.Pace.RATE, rate, LONG, PATIENCE);
    double goodput = outcome.rate(2, (int) LONG.toSeconds());
    figures.tell(
        "twice the rate, %d/s: %.0f/s answered with 200; in all %d refused, %d failed",
        rate, goodput, outcome.refused(), outcome.failed());
    figures.put("goodput_at_2x_ratio", goodput / figures.get("message_rate"));
    figures.put("failed_at_2x", (double) outcome.failed());
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
