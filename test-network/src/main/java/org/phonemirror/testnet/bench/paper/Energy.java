package org.phonemirror.testnet.bench.paper;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.phonemirror.client.channel.Link;
import org.phonemirror.testnet.bench.paper.energy.Burst;
import org.phonemirror.testnet.bench.paper.energy.Lte;
import org.phonemirror.testnet.bench.paper.energy.Phone;
import org.phonemirror.testnet.bench.paper.energy.RadioPower;
import org.phonemirror.testnet.bench.paper.energy.RampAndTail;
import org.phonemirror.testnet.bench.paper.energy.Umts;

/**
 * Figures 5, 7 and 8: what six hours of synchronization take from the battery, by the paper's
 * protocol and by ours, under the same model. Ours is told what the radio is, as a phone tells it.
 *
 * @param cases all that were looked at
 */
record Energy(List<Case> cases) {
  /** The paper's measurements. */
  static final Duration TOTAL = Duration.ofHours(6);

  /** The paper's figures 5 (very active, and not) and 8. */
  static final List<Double> RATES = List.of(2.0, 0.5, 0.2);

  static final List<Integer> INTERVALS = List.of(10, 20, 30, 60, 120, 180, 300, 600);

  /** What the paper's own network and phone are modelled by; the others show what depends on it. */
  static final RadioPower MAIN = new Umts(Umts.DEV_PHONE_ON_T_MOBILE);

  static final List<RadioPower> RADIOS =
      List.of(MAIN, RampAndTail.GSM, RampAndTail.THREE_G, new Lte());

  /** Those that a phone calls UMTS; by the others our client sends in usual blocks. */
  private static final Set<RadioPower> ON_UMTS = Set.of(MAIN, RampAndTail.THREE_G);

  /**
   * A network for the same phone as another operator might run it.
   *
   * @param name for people
   */
  record Network(String name, RadioPower radio) {}

  /** What thresholds and timers change; assumed, nobody's in particular. */
  static final List<Network> NETWORKS =
      List.of(
          new Network("512, 512; 6 s, 4 s", new Umts(Umts.devPhoneAt(6, 4, 512, 512))),
          new Network("128, 128; 6 s, 4 s", new Umts(Umts.devPhoneAt(6, 4, 128, 128))),
          new Network("151, 119; 3 s, 3 s", new Umts(Umts.devPhoneAt(3, 3, 151, 119))));

  /** §5.2, from the text: of standby, and with 0.5 events/s and 60 s. */
  static final double PAPER_STANDBY_PER_MINUTE = 0.09;

  static final double PAPER_SYNC_PER_MINUTE = 0.117;

  private static final int FILE_BYTES = 20_000_000;
  private static final int SEGMENT = 1500;
  private static final int ACKNOWLEDGEMENT = 52;

  /**
   * A value that the paper tells.
   *
   * @param perSecond events
   * @param intervalSeconds t_syn_int
   * @param percent of the battery in six hours, beyond standby
   * @param from where it is told
   */
  record PaperPoint(double perSecond, int intervalSeconds, double percent, String from) {}

  /** All that its text tells in numbers; the curves of figure 5 are not in it. */
  static final List<PaperPoint> PAPER =
      List.of(
          new PaperPoint(2, 180, 4, "Fig. 5: \"less than 4%\" above 180 s, taken as its bound"),
          new PaperPoint(
              0.5,
              60,
              (PAPER_SYNC_PER_MINUTE - PAPER_STANDBY_PER_MINUTE) * TOTAL.toMinutes(),
              "Fig. 7 and 8: 0.117 less 0.09 % a minute, times 360"));

  /**
   * Of one radio.
   *
   * @param radio its name
   * @param paper by the paper's protocol
   * @param ours by ours, as the client sends by that radio
   * @param usual by ours in usual blocks
   */
  record Costs(String radio, Phone.Spent paper, Phone.Spent ours, Phone.Spent usual) {
    double ratio() {
      return ours.joules() / paper.joules();
    }

    double usualRatio() {
      return usual.joules() / paper.joules();
    }
  }

  /**
   * One rate and interval.
   *
   * @param typed what the user does
   * @param paperBytes of an interval, as a mean
   * @param ours what the client sends on UMTS
   * @param usual what it sends elsewhere
   * @param costs by radio, in the order of {@link #RADIOS}
   * @param elsewhere of {@link #NETWORKS}, in their order
   */
  record Case(
      Typed typed,
      double paperBytes,
      SyncRecorder.Recorded ours,
      SyncRecorder.Recorded usual,
      List<Costs> costs,
      List<Costs> elsewhere) {
    Costs main() {
      return costs.get(0);
    }

    int seconds() {
      return (int) typed.interval().toSeconds();
    }
  }

  /** What a file of 20 MB costs by a radio: sent by the phone, and ordered by a batch. */
  record FileCost(String radio, Phone.Spent sent, Phone.Spent ordered) {}

  /** Sends all batches of all cases. */
  static Energy measure(PrintStream out) throws Exception {
    List<Case> cases = new ArrayList<>();
    for (double rate : RATES) {
      for (int seconds : INTERVALS) {
        Typed typed = new Typed(rate, Duration.ofSeconds(seconds));
        Case found =
            of(
                typed,
                SyncRecorder.record(typed, TOTAL, Link.UMTS),
                SyncRecorder.record(typed, TOTAL, Link.OTHER),
                TOTAL);
        cases.add(found);
        out.printf(
            Locale.ROOT,
            "  %.1f events/s, t_syn_int %d s: %d batches of %.0f bytes, %.2f %% of the battery"
                + " (%.2f in usual blocks); paper's protocol %.0f bytes, %.2f %%%n",
            rate,
            seconds,
            typed.batches(TOTAL),
            found.ours.batchBytes(),
            found.main().ours().percent(),
            found.main().usual().percent(),
            found.paperBytes,
            found.main().paper().percent());
      }
    }
    return new Energy(cases);
  }

  /**
   * What a case costs.
   *
   * @param ours what the client sends on UMTS
   * @param usual what it sends elsewhere
   */
  static Case of(
      Typed typed, SyncRecorder.Recorded ours, SyncRecorder.Recorded usual, Duration total) {
    List<Costs> costs = new ArrayList<>();
    for (RadioPower radio : RADIOS) {
      SyncRecorder.Recorded sent = ON_UMTS.contains(radio) ? ours : usual;
      costs.add(costs(radio.name(), radio, typed, total, sent, usual));
    }
    List<Costs> elsewhere = new ArrayList<>();
    for (Network network : NETWORKS) {
      elsewhere.add(costs(network.name, network.radio, typed, total, ours, usual));
    }
    double paperBytes = typed.paperBursts(total).stream().mapToDouble(Burst::bytes).sum();
    return new Case(
        typed, paperBytes / Math.max(1, typed.batches(total)), ours, usual, costs, elsewhere);
  }

  private static Costs costs(
      String name,
      RadioPower radio,
      Typed typed,
      Duration total,
      SyncRecorder.Recorded ours,
      SyncRecorder.Recorded usual) {
    Phone phone = new Phone(radio);
    long events = typed.events(total);
    // the last batch is sent when the time is over, and has its tail too
    double seconds = total.toSeconds() + 60;
    return new Costs(
        name,
        phone.spend(typed.paperBursts(total), events, seconds),
        phone.spend(ours.bursts(), events, seconds),
        phone.spend(usual.bursts(), events, seconds));
  }

  Case at(double perSecond, int seconds) {
    return cases.stream()
        .filter(c -> c.typed.perSecond() == perSecond && c.seconds() == seconds)
        .findFirst()
        .orElseThrow();
  }

  /** The case of figure 8. */
  Case figure8() {
    return at(0.5, 60);
  }

  /** How far the model is from a value of the paper, of that, with the paper's own protocol. */
  double error(PaperPoint point, int radio) {
    Case found = at(point.perSecond, point.intervalSeconds);
    return found.costs.get(radio).paper().percent() / point.percent - 1;
  }

  /** Mean of its size over the paper's values, in percent. */
  double errorPercent(int radio) {
    return 100 * PAPER.stream().mapToDouble(p -> Math.abs(error(p, radio))).average().orElseThrow();
  }

  /** By TCP without loss, an acknowledgement for every second segment. */
  static List<FileCost> files() {
    int segments = FILE_BYTES / (SEGMENT - ACKNOWLEDGEMENT) + 1;
    List<Burst> sent =
        List.of(
            new Burst(
                0,
                Collections.nCopies(segments, SEGMENT),
                Collections.nCopies(segments / 2, ACKNOWLEDGEMENT)));
    List<Burst> ordered = List.of(new Burst(0, List.of(SEGMENT / 3), List.of(ACKNOWLEDGEMENT * 2)));
    List<FileCost> costs = new ArrayList<>();
    for (RadioPower radio : RADIOS) {
      Phone phone = new Phone(radio);
      double day = Duration.ofDays(1).toSeconds();
      costs.add(
          new FileCost(radio.name(), phone.spend(sent, 0, day), phone.spend(ordered, 0, day)));
    }
    return costs;
  }
}
