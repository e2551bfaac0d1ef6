package org.phonemirror.core.program;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the machine, run to its end with an input that is known before. */
public final class Program {
  private static final long SECONDS = 20;

  private Program() {}

  /**
   * Runs it.
   *
   * @return its output
   * @throws IOException if it can't be started, fails or does not end; with the command, and what
   *     it says, as an error or else as its output
   */
  public static String run(List<String> command, String input) throws IOException {
    String line = String.join(" ", command);
    Path given = Files.createTempFile("program", ".in");
    Path output = Files.createTempFile("program", ".out");
    Path errors = Files.createTempFile("program", ".err");
    try {
      Files.writeString(given, input);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(given.toFile())
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      try {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
          throw new IOException("'" + line + "' has not ended after " + SECONDS + " s");
        }
      } finally {
        process.destroyForcibly();
      }
      if (process.exitValue() != 0) {
        String said = text(errors).isBlank() ? text(output) : text(errors);
        throw new IOException("'" + line + "' failed: " + said.strip());
      }
      return text(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted in '" + line + "'").initCause(e);
    } finally {
      Files.delete(given);
      Files.delete(output);
      Files.delete(errors);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
