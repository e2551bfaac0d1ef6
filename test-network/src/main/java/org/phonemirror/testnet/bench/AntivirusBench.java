package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.phonemirror.core.antivirus.AntivirusService;
import org.phonemirror.core.antivirus.AntivirusSettings;
import org.phonemirror.core.antivirus.clamd.ClamdClient;
import org.phonemirror.core.antivirus.clamd.ClamdLimits;
import org.phonemirror.core.antivirus.clamd.ScanReply;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.testnet.server.VirusScanner;

/**
 * Table 2 of the paper: folders of APK files are scanned, by clamd alone in a loop, and by the
 * antivirus service on a mirror that never had them, on the same again, and on a second mirror.
 * clamd is started anew before each of the first two, as it remembers what it has scanned. The
 * service scans one file at a time here, as the loop does.
 *
 * <p>A mirror is its storage image, which the service reads as it reads that of a machine; there is
 * no machine. The time runs from the order's arrival to the scan's result.
 */
public final class AntivirusBench {
  private static final int[] MEGABYTES = {10, 50, 100, 200};
  private static final int ROUNDS = 3;
  private static final long MB = 1_000_000;
  private static final String HOST = "127.62.9.1";
  private static final int PORT = 3310;
  private static final long MINUTES = 10;
  private static final MirrorProfile PROFILE =
      new MirrorProfile("reference", Duration.ofMinutes(1));

  private final Path work;
  private final VirusScanner clamd;
  private final ApkPool pool;
  private final BlockingQueue<Notice> told = new LinkedBlockingQueue<>();
  private long orders;

  private AntivirusBench(Path work, VirusScanner clamd, ApkPool pool) {
    this.work = work;
    this.clamd = clamd;
    this.pool = pool;
  }

  /** Seconds that one folder took. */
  private record Times(double clamdOnly, double first, double again, double second) {}

  /**
   * {@code AntivirusBench [FILE [ROUNDS]]}: prints the figures, medians of the rounds, and writes
   * them as JSON, {@code target/bench/antivirus.json} unless told otherwise.
   */
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args.length > 0 ? args[0] : "target/bench/antivirus.json").toAbsolutePath();
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
    Files.createDirectories(file.getParent());
    Path work = Files.createTempDirectory(file.getParent(), "antivirus");
    ApkPool pool = ApkPool.in(file.resolveSibling("apks"), 210 * MB);
    System.out.println("scanned: " + pool.kind());
    try (VirusScanner clamd = VirusScanner.start(HOST, PORT, work.resolve("clamd"))) {
      write(file, new AntivirusBench(work, clamd, pool).run(rounds), pool.kind());
    } finally {
      ImageMirror.delete(work);
    }
  }

  private Map<Integer, List<Times>> run(int rounds) throws Exception {
    Map<Integer, List<Times>> all = new LinkedHashMap<>();
    for (int megabytes : MEGABYTES) {
      List<Times> times = all.computeIfAbsent(megabytes, m -> new ArrayList<>());
      for (int round = 0; round < rounds; round++) {
        Path directory = Files.createDirectory(work.resolve("round"));
        Times measured = measure(directory, megabytes * MB, round % 2 == 0);
        ImageMirror.delete(directory);
        System.out.printf(
            Locale.ROOT,
            "%3d MB: clamd alone %.2f s, first %.2f s, again %.2f s, second mirror %.2f s%n",
            megabytes,
            measured.clamdOnly,
            measured.first,
            measured.again,
            measured.second);
        times.add(measured);
      }
    }
    return all;
  }

  private Times measure(Path directory, long size, boolean aloneFirst) throws Exception {
    Path folder = directory.resolve("folder");
    pool.fill(folder, size);
    Files.write(folder.resolve("eicar.apk"), VirusScanner.eicar());
    ImageMirror alice = mirror("alice", folder, directory, size);
    ImageMirror bob = mirror("bob", folder, directory, size);
    // in turns, as a machine that others use has better and worse minutes
    double before = aloneFirst ? alone(folder) : 0;
    clamd.restart();
    AntivirusSettings usual = AntivirusSettings.at(clamd.address(), directory.resolve("service"));
    NoticeBoard board =
        (subscriber, notice) -> {
          told.add(notice);
          return CompletableFuture.completedFuture(null);
        };
    try (AntivirusService service =
        AntivirusService.start(usual.withScanners(1), board, Clock.systemUTC())) {
      double first = seconds(() -> scan(service, alice));
      double again = seconds(() -> scan(service, alice));
      double second = seconds(() -> scan(service, bob));
      return new Times(aloneFirst ? before : alone(folder), first, again, second);
    }
  }

  private double alone(Path folder) throws Exception {
    clamd.restart();
    return seconds(() -> scanAlone(folder));
  }

  private static ImageMirror mirror(String name, Path folder, Path directory, long size)
      throws IOException {
    return ImageMirror.of(
        new Impu("sip:" + name + "@ims.test"),
        PROFILE,
        folder,
        directory.resolve(name + ".img"),
        size + size / 8 + 32 * MB);
  }

  private void scanAlone(Path folder) throws IOException {
    ClamdClient client = new ClamdClient(clamd.address(), ClamdLimits.DEFAULT);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          ScanReply reply = client.scan(in);
          if (!(reply instanceof ScanReply.Clean || reply instanceof ScanReply.Found)) {
            throw new IOException("clamd did not scan " + file + ": " + reply);
          }
        }
      }
    }
  }

  private void scan(AntivirusService service, ImageMirror mirror) throws Exception {
    long order = ++orders;
    service.settled(
        mirror,
        ImageMirror.interval(
            order, new Order(order, AntivirusService.NAME, List.of(new Field("action", "scan")))),
        mirror.storage());
    Notice notice;
    do {
      notice = told.poll(MINUTES, TimeUnit.MINUTES);
      if (notice == null) {
        throw new IOException("no result within " + MINUTES + " minutes");
      }
    } while (!notice.topic().equals("scan-result"));
    int files = mirror.storage().tree().children().size();
    if (!notice.first("files").orElse("").equals(Integer.toString(files))
        || !notice.first("findings").orElse("").equals("1")
        || !notice.first("failed").orElse("").equals("0")) {
      throw new IOException("a scan of " + files + " files, one infected, gave " + notice);
    }
  }

  /** Something that is measured. */
  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void write(Path file, Map<Integer, List<Times>> all, String kind)
      throws IOException {
    Map<String, String> figures = new LinkedHashMap<>();
    figures.put("mb", all.keySet().toString());
    figures.put("first_s", list(all, Times::first));
    figures.put("again_s", list(all, Times::again));
    figures.put("second_mirror_s", list(all, Times::second));
    figures.put("clamd_only_s", list(all, Times::clamdOnly));
    figures.put("overhead", list(all, times -> times.first / times.clamdOnly));
    figures.put("paper_phone_s", "[120, 600, 1140, 2340]");
    figures.put("paper_pc_s", "[12, 31, 57, 110]");
    figures.put("scanned", '"' + kind + '"');
    String json =
        figures.entrySet().stream()
            .map(figure -> "  \"" + figure.getKey() + "\": " + figure.getValue())
            .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    Files.writeString(file, json);
    System.out.print(json);
  }

  /** The median of each size. */
  private static String list(Map<Integer, List<Times>> all, ToDoubleFunction<Times> figure) {
    return all.values().stream()
        .map(times -> times.stream().mapToDouble(figure).sorted().toArray())
        .map(sorted -> String.format(Locale.ROOT, "%.3f", sorted[sorted.length / 2]))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
