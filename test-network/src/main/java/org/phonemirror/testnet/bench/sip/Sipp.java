package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** SIPp in the S-CSCF's place. */
final class Sipp {
  private static final String BUFFER = Integer.toString(4 << 20);

  /** More than it should ever have open at once. */
  private static final int UNLIMITED = 100_000;

  private final Path directory;
  private final String host;
  private final String scscf;
  private final Path subscribers;
  private int runs;

  /**
   * Sends from one address.
   *
   * @param directory for its files
   * @param scscf host and port of {@link #answer}
   * @param subscribers last digits of subscribers' numbers, one a line, as SIPp injects them
   */
  Sipp(Path directory, String host, String scscf, Path subscribers) {
    this.directory = directory;
    this.host = host;
    this.scscf = scscf;
    this.subscribers = subscribers;
  }

  /** How requests are sent. */
  enum Pace {
    /** So many a second, whatever becomes of them. */
    RATE,
    /** So many under way at a time. */
    WINDOW
  }

  /** An S-CSCF that takes what the application server returns to it, until the process ends. */
  static Process answer(Path directory, String scenario, String host, int port) throws IOException {
    List<String> command =
        List.of(
            "sipp",
            "-i",
            host,
            "-p",
            Integer.toString(port),
            "-sf",
            file(directory, scenario),
            "-nostdin",
            "-deadcall_wait",
            "0",
            "-buff_size",
            BUFFER);
    return new ProcessBuilder(Cores.LOAD.run(command))
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /**
   * Sends a scenario's requests and waits until each is answered or given up.
   *
   * @param pace what the number means
   * @param number a second, or under way at a time
   * @param length of time to send
   * @param patience how long each waits for its answer, with retransmissions
   */
  Outcome send(
      String scenario,
      InetSocketAddress server,
      Pace pace,
      int number,
      Duration length,
      Duration patience)
      throws IOException, InterruptedException {
    Path run = Files.createDirectory(directory.resolve("run-" + ++runs));
    List<String> command =
        new ArrayList<>(
            List.of(
                "sipp",
                server.getHostString() + ":" + server.getPort(),
                "-i",
                host,
                "-sf",
                file(directory, scenario),
                "-inf",
                subscribers.toString(),
                "-key",
                "scscf",
                scscf,
                "-key",
                "expires",
                "600000",
                "-nostdin"));
    int total = Math.toIntExact(number * length.toSeconds());
    if (pace == Pace.RATE) {
      add(command, "-r", number, "-l", UNLIMITED, "-m", total);
    } else {
      add(command, "-r", UNLIMITED, "-l", number, "-timeout", length.toSeconds());
    }
    add(command, "-recv_timeout", patience.toMillis(), "-deadcall_wait", 0, "-buff_size", BUFFER);
    add(command, "-trace_stat", "-fd", 1, "-stf", run.resolve("stat.csv"));
    add(command, "-trace_rtt", "-rtt_freq", 20);
    Process process =
        new ProcessBuilder(Cores.LOAD.run(command))
            .directory(run.toFile())
            .redirectErrorStream(true)
            .redirectOutput(run.resolve("log").toFile())
            .start();
    try {
      long limit = length.plus(patience).plusSeconds(30).toSeconds();
      if (!process.waitFor(limit, TimeUnit.SECONDS)) {
        throw new IOException("sipp has not ended within " + limit + " s: see " + run);
      }
      if (!Files.exists(run.resolve("stat.csv")) || process.exitValue() > 99) {
        throw new IOException(
            "sipp ended with "
                + process.exitValue()
                + ":\n"
                + Files.readString(run.resolve("log")));
      }
      return Outcome.read(run);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static void add(List<String> command, Object... arguments) {
    Stream.of(arguments).map(Object::toString).forEach(command::add);
  }

  private static String file(Path directory, String scenario) throws IOException {
    Path file = directory.resolve(scenario);
    if (!Files.exists(file)) {
      try (InputStream in = Sipp.class.getResourceAsStream(scenario)) {
        if (in == null) {
          throw new IOException("scenario " + scenario + " is missing from the archive");
        }
        Files.copy(in, file);
      }
    }
    return file.toString();
  }
}
