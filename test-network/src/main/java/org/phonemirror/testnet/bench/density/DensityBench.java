package org.phonemirror.testnet.bench.density;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuSettings;

/**
 * How many mirrors this machine carries at t_syn_int = 180 s.
 *
 * <p>The fleet with 90 taps an interval is run as it is, for as long as is asked for: what is said
 * of mirrors per core was carried. The paper's two loads are run by fewer phones in a quicker time,
 * at several sizes of the fleet, and computed from the CPU that their intervals took: a replay
 * costs the same however long ago the one before it was. CPU is that of this process, which is
 * server and phones, and of all that it starts.
 */
public final class DensityBench {
  private static final String MODEL = "reference";

  private final PrintStream out;
  private final Plan plan;
  private final Path work;
  private final QemuDriver driver;

  /**
   * What is to be run.
   *
   * @param mirrors with 90 taps an interval
   * @param minutes how long they are measured, on the wall
   * @param pace how many times faster than a clock they live: 1, except in tests of this benchmark
   * @param sizes of the fleets under the paper's loads
   * @param loadPace how many times faster those live
   * @param clones how many mirrors are cloned, saved and restored on the quiet machine
   */
  record Plan(
      int mirrors, double minutes, double pace, List<Integer> sizes, double loadPace, int clones) {
    /** The usual one. */
    static Plan of(int mirrors, double minutes) {
      return new Plan(mirrors, minutes, 1, List.of(5, 10, 20), 30, 20);
    }
  }

  private DensityBench(PrintStream out, Plan plan, Path work, QemuDriver driver) {
    this.out = out;
    this.plan = plan;
    this.work = work;
    this.driver = driver;
  }

  /** Arguments: directory of templates, file for the result, number of mirrors, minutes. */
  public static void main(String[] args)
      throws IOException, MachineException, InterruptedException {
    if (args.length < 2 || args.length > 4) {
      throw new IllegalArgumentException(
          "usage: DensityBench TEMPLATES_DIR RESULT.json [MIRRORS] [MINUTES]");
    }
    int mirrors = args.length > 2 ? Integer.parseInt(args[2]) : 800;
    double minutes = args.length > 3 ? Double.parseDouble(args[3]) : 15;
    run(Path.of(args[0]), Path.of(args[1]), Plan.of(mirrors, minutes), System.out);
  }

  /** Runs, tells of its progress, and writes the result and, beside it, the plot. */
  static void run(Path templates, Path result, Plan plan, PrintStream out)
      throws IOException, MachineException, InterruptedException {
    Path work = Files.createTempDirectory("density-bench-");
    try (QemuDriver driver =
        new QemuDriver(templates, work.resolve("machines"), QemuSettings.defaults())) {
      Result found = new DensityBench(out, plan, work, driver).measure();
      found.print(out);
      Files.createDirectories(result.toAbsolutePath().getParent());
      ObjectNode figures = found.json();
      Files.writeString(result, figures.toPrettyString() + "\n");
      Path plot = result.resolveSibling("density.png");
      Plot.write(found, plot);
      out.println("written to " + result + " and " + plot);
    } finally {
      delete(work);
    }
  }

  private Result measure() throws IOException, MachineException, InterruptedException {
    Lifecycle quiet = Lifecycle.measure(driver, MODEL, plan.clones());
    out.printf(
        Locale.ROOT,
        "quiet machine, %d mirrors, p95: cloned in %.0f ms (template to the guest's first answer;"
            + " the one before them, which shares the template's memory, in %.0f ms), session on"
            + " in %.0f ms, saved in %.0f ms (%d KB), restored in %.0f ms%n",
        plan.clones(),
        quiet.cloned().millis(95),
        quiet.firstMillis(),
        quiet.sessions().millis(95),
        quiet.saved().millis(95),
        quiet.savedKilobytes(),
        quiet.restored().millis(95));
    List<Carried> light = fleets(Load.LIGHT);
    List<Carried> heavy = fleets(Load.HEAVY);
    MachineTimes times = new MachineTimes();
    Fleet.Shape shape = new Fleet.Shape(plan.mirrors(), plan.pace(), 4);
    Carried taps = fleet(Load.TAPS, shape, times.watching(driver), (long) (plan.minutes() * 60e9));
    return new Result(taps, light, heavy, quiet, plan.minutes(), times);
  }

  /** Light load repeats itself after five intervals. */
  private List<Carried> fleets(Load load)
      throws IOException, MachineException, InterruptedException {
    List<Carried> fleets = new ArrayList<>();
    for (int mirrors : plan.sizes()) {
      Fleet.Shape shape = new Fleet.Shape(mirrors, plan.loadPace(), 1);
      fleets.add(fleet(load, shape, driver, 5 * shape.intervalNanos()));
    }
    return fleets;
  }

  private Carried fleet(Load load, Fleet.Shape shape, MachineDriver watched, long nanos)
      throws IOException, MachineException, InterruptedException {
    String name = load.name().toLowerCase(Locale.ROOT);
    out.printf(Locale.ROOT, "%s: %d mirrors%n", name, shape.mirrors());
    Script script = load.script(shape.intervals(shape.rampNanos() + nanos));
    Recording recording = Recording.of(driver, MODEL, "sip:phone@density.test", script);
    Path state = work.resolve(name + "-" + shape.mirrors());
    Carried carried = new FleetRun(out, watched, recording, shape).carry(state, nanos);
    for (int i = 0; i < shape.mirrors(); i++) {
      driver.remove(Fleet.name(i).uri());
    }
    return carried;
  }

  private static void delete(Path top) throws IOException {
    try (var paths = Files.walk(top)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(path);
      }
    }
  }
}
