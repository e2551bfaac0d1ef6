package org.phonemirror.core.qemu.realtime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.qemu.QmpException;
import org.phonemirror.sync.InputEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One interval's input events, given to a guest that runs, at their times.
 *
 * <p>QEMU drops silently what does not fit into the 64 places of a device's queue: so reports are
 * short, and {@link #PACE_MICROS} apart at least.
 */
final class InputSchedule {
  private static final Logger LOG = LoggerFactory.getLogger(InputSchedule.class);

  /** The shortest time between two reports, which lets the guest take the first. */
  static final long PACE_MICROS = 1_000;

  /** Events of a report; with its end it must have less than 64. */
  static final int MAX_REPORT = 60;

  private final InputTranslator translator;
  private final List<List<InputEvent>> reports;
  private final long[] lateness;
  private int sent;
  private int events;
  private int errors;

  /** What takes the reports. */
  interface Guest {
    /** The phone's time that the guest has come to. */
    long phoneMicros();

    /** Returns at a time of the phone's, or after it. */
    void await(long phoneMicros) throws IOException;

    /** Gives a report to the guest's devices. */
    void send(List<Map<String, Object>> report) throws IOException;
  }

  /** Of events in order of time. */
  InputSchedule(InputTranslator translator, List<InputEvent> events) {
    this.translator = translator;
    this.reports = reports(events);
    this.lateness = new long[reports.size()];
  }

  private static List<List<InputEvent>> reports(List<InputEvent> events) {
    List<List<InputEvent>> reports = new ArrayList<>();
    List<InputEvent> report = new ArrayList<>();
    for (InputEvent event : events) {
      if (!report.isEmpty()
          && (report.get(0).timeMicros() != event.timeMicros()
              || report.get(0).device() != event.device())) {
        reports.add(List.copyOf(report));
        report.clear();
      }
      report.add(event);
    }
    if (!report.isEmpty()) {
      reports.add(List.copyOf(report));
    }
    return reports;
  }

  /** Gives all; returns after the last. */
  void play(Guest guest) throws IOException {
    long earliest = Long.MIN_VALUE;
    for (List<InputEvent> report : reports) {
      long due = report.get(0).timeMicros();
      guest.await(Math.max(due, earliest));
      lateness[sent] = Math.max(0, guest.phoneMicros() - due);
      sent++;
      events += report.size();
      give(report, guest);
      earliest = guest.phoneMicros() + PACE_MICROS;
    }
  }

  private void give(List<InputEvent> report, Guest guest) throws IOException {
    InputTranslator.Report translated = translator.translate(report);
    count(translated.dropped(), translated.why().orElse(""));
    List<Map<String, Object>> all = translated.events();
    for (int from = 0; from < all.size(); from += MAX_REPORT) {
      List<Map<String, Object>> part = all.subList(from, Math.min(all.size(), from + MAX_REPORT));
      try {
        if (from > 0) {
          guest.await(guest.phoneMicros() + PACE_MICROS);
        }
        guest.send(part);
      } catch (QmpException e) {
        count(part.size(), e.getMessage());
      }
    }
  }

  private void count(int lost, String why) {
    if (lost > 0) {
      if (errors == 0) {
        LOG.warn("input events do not go in, the first: {}", why);
      }
      errors += lost;
    }
  }

  /** How it went. */
  ReplayReport report(long clockErrorMicros, NetworkReport network) {
    long[] sorted = Arrays.copyOf(lateness, sent);
    Arrays.sort(sorted);
    long p99 = sent == 0 ? 0 : sorted[(int) Math.ceil(sent * 0.99) - 1];
    long max = sent == 0 ? 0 : sorted[sent - 1];
    return new ReplayReport(events, Math.min(errors, events), p99, max, clockErrorMicros, network);
  }
}
