package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What became of requests that SIPp sent.
 *
 * @param sent requests, without retransmissions
 * @param refused with 503
 * @param failed neither answered with 200 nor refused
 * @param answers in each second, with 200
 * @param millis how long each answer took, in order
 */
record Outcome(long sent, long refused, long failed, List<Long> answers, List<Double> millis) {
  /** Reads SIPp's own statistics. */
  static Outcome read(Path run) throws IOException {
    List<List<String>> rows = rows(run.resolve("stat.csv"));
    List<String> names = rows.get(0);
    List<Map<String, String>> seconds =
        rows.subList(1, rows.size()).stream()
            .map(
                row ->
                    IntStream.range(0, Math.min(row.size(), names.size()))
                        .boxed()
                        .collect(Collectors.toMap(names::get, row::get, (a, b) -> a)))
            .toList();
    Map<String, String> last = seconds.get(seconds.size() - 1);
    List<Long> answers =
        seconds.stream()
            .map(row -> number(row, "SuccessfulCall(P)") - number(row, "GenericCounter1(P)"))
            .toList();
    List<Double> millis = new ArrayList<>();
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.filter(f -> f.toString().endsWith("_rtt.csv")).toList()) {
        rows(file).stream().skip(1).forEach(row -> millis.add(Double.parseDouble(row.get(1))));
      }
    }
    Collections.sort(millis);
    return new Outcome(
        number(last, "TotalCallCreated"),
        number(last, "GenericCounter1(C)"),
        number(last, "FailedCall(C)"),
        answers,
        millis);
  }

  private static List<List<String>> rows(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(line -> List.of(line.split(";", -1))).toList();
  }

  private static long number(Map<String, String> row, String name) {
    String value = row.get(name);
    if (value == null) {
      throw new IllegalStateException("SIPp's statistics have no " + name);
    }
    return Long.parseLong(value);
  }

  /** Answered with 200 in all. */
  long answered() {
    return sent - refused - failed;
  }

  /** Answers a second between two seconds of the run, counted from its start. */
  double rate(int from, int to) {
    return answers.subList(Math.min(from, answers.size()), Math.min(to, answers.size())).stream()
        .mapToLong(Long::longValue)
        .average()
        .orElse(0);
  }

  /** The time within which that share of the requests had an answer. */
  double quantile(double share) {
    return millis.isEmpty() ? Double.NaN : millis.get((int) (share * (millis.size() - 1)));
  }
}
