package org.phonemirror.core.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of the machine, run to its end with an input that is known before. It speaks English
 * and UTF-8 ({@code LC_ALL=C.UTF-8}).
 *
 * <p>Both its outputs are pipes, of which the calling thread takes what is there, and never waits
 * for more: a program's child that lives on with an end of them holds nobody up, and no thread has
 * to be left waiting for it. An input that no pipe may refuse is written at once; a longer one is a
 * file, as shells have it for here-documents.
 */
public final class Program {
  /** An output that is longer ends the program. */
  static final int MOST_OUTPUT_BYTES = 64 << 20;

  /** What it says of errors beyond it is dropped. */
  static final int MOST_ERROR_BYTES = 4096;

  /** The usual time that a program has. */
  private static final Duration TIME = Duration.ofSeconds(20);

  /** The least that a pipe of Linux holds: a page (pipe(7)). */
  private static final int PIPE_BYTES = 4096;

  private static final int READ_BYTES = 64 * 1024;

  /** What a program has said itself is in the pipes at its end: at most 1 MiB each. */
  private static final int LAST_READS = 32;

  private static final long SHORTEST_PAUSE_MILLIS = 1;
  private static final long LONGEST_PAUSE_MILLIS = 32;

  private final String line;
  private final Process process;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final byte[] buffer = new byte[READ_BYTES];

  private Program(String line, Process process) {
    this.line = line;
    this.process = process;
  }

  /** Runs it; it has 20 s. */
  public static String run(List<String> command, String input) throws IOException {
    return run(command, input, TIME);
  }

  /**
   * Runs it.
   *
   * @param time after which it is killed, with all that it has started and that can be found
   * @return its output
   * @throws ProgramFailedException if it fails, does not end or says too much; with the command,
   *     and what it says, as an error or else as its output
   * @throws IOException if it can't be started, or the thread is interrupted
   */
  public static String run(List<String> command, String input, Duration time) throws IOException {
    byte[] given = input.getBytes(StandardCharsets.UTF_8);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C.UTF-8");
    String line = String.join(" ", command);
    if (given.length <= PIPE_BYTES) {
      return run(line, builder, given, time);
    }
    Path file = Files.createTempFile("program", ".in");
    try {
      Files.write(file, given);
      return run(line, builder.redirectInput(file.toFile()), new byte[0], time);
    } finally {
      Files.delete(file);
    }
  }

  private static String run(String line, ProcessBuilder builder, byte[] given, Duration time)
      throws IOException {
    Process process = builder.start();
    try (InputStream out = process.getInputStream();
        InputStream err = process.getErrorStream()) {
      give(process, given);
      return new Program(line, process).await(out, err, time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted in '" + line + "'").initCause(e);
    } finally {
      if (process.isAlive()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  /** A program may end without having read its input; how it went, its exit status tells. */
  private static void give(Process process, byte[] given) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(given);
    } catch (IOException e) {
      // nobody reads: a pipe has no other way to fail
    }
  }

  private String await(InputStream out, InputStream err, Duration time)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    long pause = SHORTEST_PAUSE_MILLIS;
    while (!process.waitFor(pause, TimeUnit.MILLISECONDS)) {
      boolean said = take(out, err);
      pause = said ? SHORTEST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      if (System.nanoTime() - end > 0) {
        throw failed("has not ended after " + time.toSeconds() + " s");
      }
    }
    boolean more = true;
    for (int i = 0; more && i < LAST_READS; i++) {
      more = take(out, err);
    }
    if (process.exitValue() != 0) {
      String said = text(errors).isBlank() ? text(output) : text(errors);
      throw failed("failed: " + said.strip());
    }
    return text(output);
  }

  /** Takes what is there of both; whether there was something. */
  private boolean take(InputStream out, InputStream err) throws IOException {
    int said = read(out);
    if (output.size() + said > MOST_OUTPUT_BYTES) {
      throw failed("says more than " + MOST_OUTPUT_BYTES + " bytes");
    }
    output.write(buffer, 0, said);
    int complained = read(err);
    errors.write(buffer, 0, Math.min(complained, MOST_ERROR_BYTES - errors.size()));
    return said + complained > 0;
  }

  private int read(InputStream from) throws IOException {
    int there = Math.min(from.available(), buffer.length);
    return there == 0 ? 0 : Math.max(0, from.read(buffer, 0, there));
  }

  private ProgramFailedException failed(String how) {
    return new ProgramFailedException("'" + line + "' " + how);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
