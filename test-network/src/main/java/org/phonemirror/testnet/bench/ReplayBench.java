package org.phonemirror.testnet.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.qemu.TemplateBuilder;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;

/**
 * What the replay of one interval costs, and how true it is: 180 s with 90 taps, each of which
 * makes a program write and sync a file. Order and times are read from the files, from outside the
 * guest.
 *
 * <p>Two cases: a machine that stays between intervals, and one that is started from its checkpoint
 * for each interval and saved after it.
 */
public final class ReplayBench {
  private static final String MODEL = "reference";
  private static final String MIRROR = "sip:bench@ims.test";
  private static final long SECOND = 1_000_000;
  private static final long INTERVAL_MICROS = 180 * SECOND;
  private static final int TAPS = 90;
  private static final int RUNS = 7;
  private static final long BOOT_MICROS = 1_767_600_000 * SECOND;
  private static final long SEED = 20100;
  private static final int SHELL_ENTRY = 5;

  private final PrintStream out;
  private final Random random = new Random(SEED);
  private final List<Run> resident = new ArrayList<>();
  private final List<Run> restored = new ArrayList<>();
  private long time = BOOT_MICROS;
  private int taps;

  private record Run(
      double cpuSeconds, double wallSeconds, ReplayReport report, Taps.Findings files) {}

  private ReplayBench(PrintStream out) {
    this.out = out;
  }

  /** Arguments: directory that holds the images of model "reference", file for the result. */
  public static void main(String[] args) throws IOException, MachineException {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: ReplayBench IMAGES_DIR RESULT.json");
    }
    run(Path.of(args[0]), Path.of(args[1]), System.out);
  }

  /** Runs, tells of its progress, and writes the result. */
  public static void run(Path images, Path result, PrintStream out)
      throws IOException, MachineException {
    Path work = Files.createTempDirectory("replay-bench-");
    try {
      Path templates = work.resolve("templates");
      new TemplateBuilder(QemuSettings.defaults())
          .build(images.resolve(MODEL), templates.resolve(MODEL), out::println);
      ReplayBench bench = new ReplayBench(out);
      try (QemuDriver driver =
          new QemuDriver(templates, work.resolve("state"), QemuSettings.defaults())) {
        bench.measure(driver);
        driver.remove(MIRROR);
      }
      Files.createDirectories(result.toAbsolutePath().getParent());
      Files.writeString(result, bench.result().toPrettyString() + "\n");
      bench.print(result);
    } finally {
      delete(work);
    }
  }

  private void measure(QemuDriver driver) throws MachineException {
    long epoch = 1;
    try (Machine machine = driver.start(driver.create(MIRROR, MODEL), epoch)) {
      machine.powerOn(time);
      openTapfile(machine);
      for (int i = 1; i <= RUNS; i++) {
        double before = qemuCpuSeconds();
        long start = System.nanoTime();
        Taps tapped = nextTaps();
        ReplayReport report = replay(machine, tapped);
        double wall = seconds(System.nanoTime() - start);
        resident.add(finish("resident", machine, tapped, report, qemuCpuSeconds() - before, wall));
      }
      machine.save(epoch);
    }
    for (int i = 1; i <= RUNS; i++) {
      epoch++;
      Checkpoint latest = driver.latest(MIRROR).orElseThrow();
      long start = System.nanoTime();
      try (Machine machine = driver.start(latest, epoch)) {
        Taps tapped = nextTaps();
        ReplayReport report = replay(machine, tapped);
        machine.save(epoch);
        double wall = seconds(System.nanoTime() - start);
        restored.add(finish("restored", machine, tapped, report, qemuCpuSeconds(), wall));
      }
    }
  }

  /** From the home screen to the shell, and there to the program. */
  private void openTapfile(Machine machine) throws MachineException {
    List<InputEvent> events = new ArrayList<>();
    long at = time + 5 * SECOND;
    for (int i = 0; i < SHELL_ENTRY; i++) {
      events.addAll(Keyboard.press(at, Keyboard.DOWN));
      at += SECOND / 4;
    }
    events.addAll(Keyboard.press(at, Keyboard.ENTER));
    events.addAll(Keyboard.line(at + 5 * SECOND, SECOND / 5, "tapfile taps"));
    long length = 30 * SECOND;
    machine.replay(time, length, events, Tape.silent(time, time + length));
    time += length;
  }

  private Taps nextTaps() {
    Taps next = Taps.random(taps, TAPS, time, INTERVAL_MICROS / TAPS, random);
    taps += TAPS;
    return next;
  }

  private ReplayReport replay(Machine machine, Taps tapped) throws MachineException {
    Tape tape = Tape.silent(time, time + INTERVAL_MICROS);
    ReplayReport report = machine.replay(time, INTERVAL_MICROS, tapped.events(), tape);
    time += INTERVAL_MICROS;
    return report;
  }

  private Run finish(
      String kind, Machine machine, Taps tapped, ReplayReport report, double cpu, double wall)
      throws MachineException {
    Taps.Findings files = machine.readStorage(top -> tapped.check(top.resolve("home/taps")));
    out.printf(
        "%s: cpu %.2f s, wall %.2f s, wrong files %d, file at most %.1f ms after its tap,"
            + " input late p99 %.1f ms, clock off %.3f ms%n",
        kind,
        cpu,
        wall,
        files.errors(),
        files.latestMicros() / 1000.0,
        report.latenessP99Micros() / 1000.0,
        report.clockErrorMicros() / 1000.0);
    return new Run(cpu, wall, report, files);
  }

  private ObjectNode result() {
    List<Run> all = new ArrayList<>(resident);
    all.addAll(restored);
    int wrong = all.stream().mapToInt(r -> r.report.orderErrors() + r.files.errors()).sum();
    long late = all.stream().mapToLong(r -> r.report.latenessP99Micros()).max().orElseThrow();
    long clock =
        all.stream().mapToLong(r -> Math.abs(r.report.clockErrorMicros())).max().orElseThrow();
    long file = all.stream().mapToLong(r -> r.files.latestMicros()).max().orElseThrow();
    ObjectNode node = new JsonMapper().createObjectNode();
    node.put("interval_s", INTERVAL_MICROS / SECOND);
    node.put("events", TAPS);
    node.put("input_events", 2 * TAPS);
    node.put("runs", RUNS);
    node.put("cpu_s", median(resident.stream().map(Run::cpuSeconds).toList()));
    node.put("wall_s", median(resident.stream().map(Run::wallSeconds).toList()));
    node.put("restored_cpu_s", median(restored.stream().map(Run::cpuSeconds).toList()));
    node.put("restored_wall_s", median(restored.stream().map(Run::wallSeconds).toList()));
    node.put("order_errors", wrong);
    node.put("lateness_ms_p99", late / 1000.0);
    node.put("file_lateness_ms_max", file / 1000.0);
    node.put("clock_error_ms", clock / 1000.0);
    return node;
  }

  private void print(Path result) {
    ObjectNode node = result();
    double interval = INTERVAL_MICROS / (double) SECOND;
    out.printf("%n%-46s %12s %12s%n", "an interval of 180 s, 90 taps, medians", "here", "paper");
    row("processor time, machine stays [s]", node, "cpu_s", "-");
    row("wall time, machine stays [s]", node, "wall_s", "180");
    row("processor time, restored and saved [s]", node, "restored_cpu_s", "-");
    row("wall time, restored and saved [s]", node, "restored_wall_s", "-");
    out.printf(
        "%-46s %12.0f %12s%n",
        "mirrors per core at full load, computed",
        interval / node.get("restored_cpu_s").asDouble(),
        "2.5 to 4");
    row("wrong order, of all runs", node, "order_errors", "-");
    row("input late, p99, worst run [ms]", node, "lateness_ms_p99", "-");
    row("clock off at the end, worst run [ms]", node, "clock_error_ms", "-");
    out.println(
        "paper: at least 20 mirrors that open a web page each minute, or more than 30 that open one"
            + " each 5 minutes, on 8 cores of 1.6 GHz (its figure 6); its emulators run in real"
            + " time. Other hardware and other load: an order of magnitude, not a race.");
    out.println("written to " + result);
  }

  private void row(String what, ObjectNode node, String key, String paper) {
    out.printf("%-46s %12.3f %12s%n", what, node.get(key).asDouble(), paper);
  }

  /** User and system time of the QEMU processes that this process has now. */
  private static double qemuCpuSeconds() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").contains("qemu-system"))
        .map(child -> child.info().totalCpuDuration().orElse(Duration.ZERO))
        .mapToDouble(cpu -> seconds(cpu.toNanos()))
        .sum();
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double value =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return Math.round(value * 1000) / 1000.0;
  }

  private static void delete(Path top) throws IOException {
    try (var paths = Files.walk(top)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(path);
      }
    }
  }
}
