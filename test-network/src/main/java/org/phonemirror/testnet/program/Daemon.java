package org.phonemirror.testnet.program;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server program that lives at most as long as this process, however that ends.
 *
 * <p>The kernel kills a program when the thread that started it goes (prctl(2), PR_SET_PDEATHSIG).
 * So all are started by one thread, which stays.
 */
public final class Daemon implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final int LOG_TAIL = 2_000;
  private static final long LOOK_MILLIS = 50;
  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "daemon-starter");
            thread.setDaemon(true);
            return thread;
          });

  /** Protocols whose listening sockets the kernel lists. */
  public enum Protocol {
    TCP("0A", "tcp"),
    UDP("07", "udp");

    private final String listening;
    private final String table;

    Protocol(String listening, String table) {
      this.listening = listening;
      this.table = table;
    }
  }

  private final String name;
  private final Path log;
  private final Process process;

  private Daemon(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a program that stays in the foreground.
   *
   * @param name for messages and the name of its log
   * @param runner what it is started by, for example {@code ip netns exec NAME}; empty for nothing
   * @param command program and arguments
   * @param directory its working directory, in which its output is kept
   */
  public static Daemon start(String name, List<String> runner, List<String> command, Path directory)
      throws IOException {
    Path log = directory.resolve(name + ".out");
    List<String> all = new ArrayList<>(runner);
    all.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    all.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(log.toFile());
    try {
      return new Daemon(name, log, STARTER.submit(builder::start).get());
    } catch (ExecutionException e) {
      throw new IOException(name + " does not start: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * This, when a port is listened on in the program's network namespace.
   *
   * @throws IOException if the program ends before, or does not get so far; with the end of its
   *     log; it is stopped then
   */
  public Daemon whenListening(Protocol protocol, int port, Duration time) throws IOException {
    try {
      awaitListening(protocol, port, time);
      return this;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void awaitListening(Protocol protocol, int port, Duration time) throws IOException {
    long deadline = System.nanoTime() + time.toNanos();
    while (!isListening(protocol, port)) {
      if (!process.isAlive()) {
        throw new IOException(
            name + " has ended with " + process.exitValue() + ", see " + log + ":\n" + logTail());
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "%s does not listen on %s port %d after %s, see %s:%n%s"
                .formatted(name, protocol, port, time, log, logTail()));
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  /** Whether a socket that listens there is one of the program's own. */
  private boolean isListening(Protocol protocol, int port) throws IOException {
    // proc(5): the second column is the local ADDRESS:PORT in hexadecimal, the fourth the state,
    // the tenth the socket's inode
    String local = ":%04X".formatted(port);
    Path proc = Path.of("/proc/" + process.pid());
    for (String table : List.of(protocol.table, protocol.table + "6")) {
      try (Stream<String> lines = Files.lines(proc.resolve("net").resolve(table))) {
        Set<String> sockets =
            lines
                .map(line -> line.strip().split("\\s+"))
                .filter(line -> line[1].endsWith(local) && line[3].equals(protocol.listening))
                .map(line -> "socket:[" + line[9] + "]")
                .collect(Collectors.toSet());
        if (!sockets.isEmpty() && holdsOneOf(sockets, proc.resolve("fd"))) {
          return true;
        }
      } catch (NoSuchFileException | UncheckedIOException e) {
        LOG.debug("{} has ended, or the kernel has no IPv6", name, e);
      }
    }
    return false;
  }

  private static boolean holdsOneOf(Set<String> sockets, Path descriptors) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
      for (Path one : all) {
        if (sockets.contains(target(one))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return ""; // closed meanwhile
    }
  }

  /** The end of its output. */
  public String logTail() throws IOException {
    String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - LOG_TAIL));
  }

  /** Ends it as a power cut does. */
  public void kill() {
    stop(Duration.ZERO);
  }

  /** Stops it and the processes under it, by force if they do not end by themselves. */
  @Override
  public void close() {
    stop(STOP);
  }

  private void stop(Duration patience) {
    List<ProcessHandle> family =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    if (!patience.isZero()) {
      process.destroy();
    }
    for (ProcessHandle member : family) {
      try {
        if (patience.isZero()) {
          member.destroyForcibly();
        }
        member.onExit().get(STOP.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        member.destroyForcibly();
      } catch (ExecutionException e) {
        throw new IllegalStateException("waiting for " + name + " failed", e);
      } catch (InterruptedException e) {
        family.forEach(ProcessHandle::destroyForcibly);
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static InterruptedIOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    InterruptedIOException failure = new InterruptedIOException("interrupted");
    failure.initCause(e);
    return failure;
  }
}
