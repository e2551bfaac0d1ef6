package org.phonemirror.testnet.bench.paper;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.phonemirror.testnet.bench.LinkBench;

/**
 * The paper's evaluation (§5) done again: transfers over shaped links and the model of energy are
 * run here, mirrors per core and scans are taken from their own benchmarks. Writes the document
 * with its charts, and the figures as JSON.
 */
public final class PaperBench {
  /** Of one file; what would take longer is computed. */
  private static final double LONGEST_SECONDS = 300;

  private final PrintStream out;
  private final Path bench;
  private final Path docs;

  private PaperBench(PrintStream out, Path bench, Path docs) {
    this.out = out;
    this.bench = bench;
    this.docs = docs;
  }

  /** Arguments: the directory of the benchmarks' figures, and that of the documents. */
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: PaperBench BENCH_DIR DOCS_DIR");
    }
    new PaperBench(System.out, Path.of(args[0]), Path.of(args[1])).run();
  }

  private void run() throws Exception {
    Path charts = docs.resolve("evaluation");
    Files.createDirectories(charts);
    Files.createDirectories(bench);
    out.println("transfers over EDGE, 3G and LTE: some 9 minutes, all at the same time");
    Section transfers = transfers(charts);
    out.println("synchronization, 24 times 6 hours without the waiting: a minute or two");
    Section energy = EnergySection.of(Energy.measure(out), charts);
    Section density = density(bench.resolve("density.json"), charts);
    Section antivirus = antivirus(bench.resolve("antivirus.json"), charts);
    write(List.of(transfers, energy, density, antivirus));
  }

  private Section transfers(Path charts) throws Exception {
    if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      out.println("  left out: links are shaped in network namespaces, which need root");
      return Section.absent(
          "Table 1 and Fig. 4: transfers",
          "links are shaped in network namespaces, which only root may make. Run"
              + " `./mirror bench paper` as root.");
    }
    Path files = Files.createTempDirectory(bench.toAbsolutePath(), "links");
    try {
      return LinkSection.of(
          LinkBench.measure(LinkSection.SHAPES, files, LONGEST_SECONDS, out),
          LONGEST_SECONDS,
          charts);
    } finally {
      delete(files);
    }
  }

  private static void delete(Path top) throws IOException {
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  static Section density(Path file, Path charts) throws IOException {
    Optional<Measured> measured = Measured.read(file);
    return measured.isPresent()
        ? DensitySection.of(measured.get(), charts)
        : Section.absent(
            "Fig. 6: mirrors and CPU", "not measured yet. Run `./mirror bench density`.");
  }

  static Section antivirus(Path file, Path charts) throws IOException {
    Optional<Measured> measured = Measured.read(file);
    return measured.isPresent()
        ? AntivirusSection.of(measured.get(), charts)
        : Section.absent(
            "Table 2 and Fig. 9: antivirus", "not measured yet. Run `./mirror bench antivirus`.");
  }

  private void write(List<Section> sections) throws IOException {
    Path document = docs.resolve("evaluation.md");
    Files.writeString(document, document(sections, LocalDate.now(ZoneOffset.UTC), machine()));
    Map<String, Object> figures = new LinkedHashMap<>();
    sections.forEach(section -> figures.putAll(section.figures()));
    Path json = bench.resolve("paper.json");
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(json.toFile(), figures);
    figures.forEach(
        (name, value) -> {
          if (value instanceof Double number) {
            out.println("  " + name + ": " + Markdown.number(number));
          }
        });
    out.println("written to " + document + " and " + json);
  }

  static String document(List<Section> sections, LocalDate date, String machine)
      throws IOException {
    List<List<String>> summary = new ArrayList<>();
    summary.add(List.of("what", "the paper", "here"));
    sections.forEach(section -> summary.addAll(section.summary()));
    String parts = sections.stream().map(s -> s.text().strip()).collect(Collectors.joining("\n\n"));
    return Markdown.fill(
        "evaluation.md",
        Map.of(
            "date",
            date.toString(),
            "machine",
            machine,
            "summary",
            Markdown.table(summary),
            "sections",
            parts));
  }

  private static String machine() {
    return Runtime.getRuntime().availableProcessors()
        + " cores, "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + ", Java "
        + Runtime.version().feature();
  }
}
