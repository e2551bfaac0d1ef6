package org.phonemirror.testnet.bench.paper;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.phonemirror.client.channel.CoapChannel;
import org.phonemirror.testnet.bench.paper.energy.Burst;
import org.phonemirror.testnet.bench.paper.energy.Lte;
import org.phonemirror.testnet.bench.paper.energy.Phone;
import org.phonemirror.testnet.bench.paper.energy.RadioPower;
import org.phonemirror.testnet.bench.paper.energy.RampAndTail;
import org.phonemirror.testnet.bench.paper.energy.Umts;

/**
 * Figures 5, 7 and 8: what six hours of synchronization take from the battery, by the paper's
 * protocol and by ours, under the same model.
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
   * @param ours by ours
   * @param blocks by ours, in blocks for the shared channel
   */
  record Costs(String radio, Phone.Spent paper, Phone.Spent ours, Phone.Spent blocks) {
    double ratio() {
      return ours.joules() / paper.joules();
    }

    double blocksRatio() {
      return blocks.joules() / paper.joules();
    }
  }

  /**
   * One rate and interval.
   *
   * @param typed what the user does
   * @param paperBytes of an interval, as a mean
   * @param ourBytes of an interval, both ways, as a mean
   * @param blockBytes the same in blocks for the shared channel
   * @param costs by radio, in the order of {@link #RADIOS}
   */
  record Case(
      Typed typed, double paperBytes, double ourBytes, double blockBytes, List<Costs> costs) {
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
                SyncRecorder.record(typed, TOTAL, CoapChannel.USUAL_BLOCK),
                SyncRecorder.record(typed, TOTAL, CoapChannel.SHARED_CHANNEL_BLOCK),
                TOTAL);
        cases.add(found);
        out.printf(
            Locale.ROOT,
            "  %.1f events/s, t_syn_int %d s: %d batches of %.0f bytes, %.2f %% of the battery"
                + " (%.2f in small blocks); paper's protocol %.0f bytes, %.2f %%%n",
            rate,
            seconds,
            typed.batches(TOTAL),
            found.ourBytes,
            found.main().ours().percent(),
            found.main().blocks().percent(),
            found.paperBytes,
            found.main().paper().percent());
      }
    }
    return new Energy(cases);
  }

  static Case of(
      Typed typed, SyncRecorder.Recorded ours, SyncRecorder.Recorded blocks, Duration total) {
    List<Burst> paper = typed.paperBursts(total);
    long events = typed.events(total);
    // the last batch is sent when the time is over, and has its tail too
    double seconds = total.toSeconds() + 60;
    List<Costs> costs = new ArrayList<>();
    for (RadioPower radio : RADIOS) {
      Phone phone = new Phone(radio);
      costs.add(
          new Costs(
              radio.name(),
              phone.spend(paper, events, seconds),
              phone.spend(ours.bursts(), events, seconds),
              phone.spend(blocks.bursts(), events, seconds)));
    }
    double paperBytes =
        paper.stream().mapToDouble(Burst::bytes).sum() / Math.max(1, typed.batches(total));
    return new Case(typed, paperBytes, ours.batchBytes(), blocks.batchBytes(), costs);
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
