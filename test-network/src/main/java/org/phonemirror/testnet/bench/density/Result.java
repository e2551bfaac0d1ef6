package org.phonemirror.testnet.bench.density;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What was found.
 *
 * @param taps the fleet that was run as it is
 * @param light fleets under the paper's light load, the largest last
 * @param heavy and under its heavy load
 * @param quiet what cloning, saving and restoring took on the quiet machine
 * @param minutes that the first was to be run
 * @param times of the calls of its machines
 */
record Result(
    Carried taps,
    List<Carried> light,
    List<Carried> heavy,
    Lifecycle quiet,
    double minutes,
    MachineTimes times) {
  /** The paper: more than 30 mirrors under light load on 8 cores, its better figure (§5.3). */
  static final double PAPER_LIGHT = 30 / 8.0;

  /** And at least 20 under heavy load. */
  static final double PAPER_HEAVY = 20 / 8.0;

  ObjectNode json() {
    ObjectNode node = new JsonMapper().createObjectNode();
    node.put("mirrors", taps.mirrors());
    node.put("cores", taps.cores());
    node.put("minutes", round(minutes));
    node.put("mirrors_per_core_at_90_events", round(taps.carriedPerCore()));
    node.put("mirrors_per_core_at_90_events_computed", round(taps.computedPerCore()));
    node.put("mirrors_per_core_light", round(last(light).computedPerCore()));
    node.put("mirrors_per_core_heavy", round(last(heavy).computedPerCore()));
    node.put("cpu_s_per_interval", round(taps.perInterval()));
    node.put("cpu_s_per_interval_server", round(serverShare(taps)));
    node.put("cpu_s_per_interval_light", round(last(light).perInterval()));
    node.put("cpu_s_per_interval_heavy", round(last(heavy).perInterval()));
    node.put("busy_percent", round(taps.busyPercent()));
    node.put("resident_pss_mb", round(taps.residentMegabytes()));
    node.put("resident_mirrors", taps.processes());
    node.put("saved_kb", quiet.savedKilobytes());
    node.put("restore_ms_p95", round(quiet.restored().millis(95)));
    node.put("clone_ms_p95", round(quiet.cloned().millis(95)));
    node.put("first_clone_ms", round(quiet.firstMillis()));
    node.put("session_ms_p95", round(quiet.sessions().millis(95)));
    node.put("save_ms_p95", round(quiet.saved().millis(95)));
    node.put("session_under_load_ms_p95", round(sessions()));
    node.put("restore_under_load_ms_p95", round(times.p95("restore")));
    node.put("replay_under_load_ms_p95", round(times.p95("replay")));
    node.put("lag_s_p50", round(taps.lags().millis(50) / 1000));
    node.put("lag_s_p95", round(taps.lags().millis(95) / 1000));
    node.put("lag_s_p99", round(taps.lags().millis(99) / 1000));
    node.put("missed_deadlines", taps.missed());
    node.put("diverged", taps.diverged());
    node.put("paper_mirrors_per_core", PAPER_LIGHT);
    return node;
  }

  private static Carried last(List<Carried> fleets) {
    return fleets.get(fleets.size() - 1);
  }

  private static double serverShare(Carried fleet) {
    return fleet.intervals() == 0 ? 0 : fleet.usage().javaSeconds() / fleet.intervals();
  }

  /** Its parts are a mirror's own, but a percentile of sums needs the sums: the sum is more. */
  private double sessions() {
    return times.p95("create") + times.p95("start") + times.p95("power_on");
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  void print(PrintStream out) {
    out.printf(
        "%n%-6s %8s %14s %14s %14s %12s %8s %9s%n",
        "load",
        "mirrors",
        "CPU s/interval",
        "of it server",
        "at 180 s [%]",
        "per core",
        "missed",
        "diverged");
    light.forEach(fleet -> row(out, "light", fleet));
    heavy.forEach(fleet -> row(out, "heavy", fleet));
    row(out, "taps", taps);
    out.printf(
        Locale.ROOT,
        "%nper core: computed, if a core did nothing else. Carried with 90 taps an interval: %d"
            + " mirrors on %d cores for %.1f min, %.0f %% busy, %.0f a core (QEMU and server"
            + " together)%n",
        taps.mirrors(),
        taps.cores(),
        minutes,
        taps.busyPercent(),
        taps.carriedPerCore());
    out.printf(
        Locale.ROOT,
        "lag behind the interval's end: p50 %.2f s, p95 %.2f s, p99 %.2f s; %d machines resident,"
            + " %.1f MB each%n",
        taps.lags().millis(50) / 1000,
        taps.lags().millis(95) / 1000,
        taps.lags().millis(99) / 1000,
        taps.processes(),
        taps.residentMegabytes());
    for (MachineTimes.Calls calls : times.all()) {
      if (calls.count() > 0) {
        out.printf(
            Locale.ROOT,
            "  %-12s %6d calls, p50 %.1f ms, p95 %.1f ms on the wall%n",
            calls.name(),
            calls.count(),
            calls.p50(),
            calls.p95());
      }
    }
    out.printf(
        Locale.ROOT,
        "paper: %.1f mirrors a core under heavy load, %.1f under light, in real time, on 8 cores of"
            + " 1.6 GHz (its figure 6). Other hardware: an order of magnitude, not a race.%n",
        PAPER_HEAVY,
        PAPER_LIGHT);
  }

  private static void row(PrintStream out, String load, Carried fleet) {
    out.printf(
        Locale.ROOT,
        "%-6s %8d %14.3f %14.3f %14.1f %12.0f %8d %9d%n",
        load,
        fleet.mirrors(),
        fleet.perInterval(),
        serverShare(fleet),
        fleet.percentAt(fleet.mirrors()),
        fleet.computedPerCore(),
        fleet.missed(),
        fleet.diverged());
  }
}
