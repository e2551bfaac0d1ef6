package org.phonemirror.core.firewall;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the machine, run to its end with an input that is known before. */
final class Program {
  private static final long SECONDS = 20;

  private Program() {}

  /**
   * Runs it.
   *
   * @return what it writes
   * @throws IOException if it can't be started, fails or does not end; with the command, and what
   *     it says
   */
  static String run(List<String> command, String input) throws IOException {
    String line = String.join(" ", command);
    Path given = Files.createTempFile("firewall", ".in");
    Path output = Files.createTempFile("firewall", ".out");
    try {
      Files.writeString(given, input);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(given.toFile())
              .redirectOutput(output.toFile())
              .start();
      try {
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
          throw new IOException("'" + line + "' has not ended after " + SECONDS + " s");
        }
      } finally {
        process.destroyForcibly();
      }
      String said = Files.readString(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException("'" + line + "' failed: " + said.strip());
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted in '" + line + "'").initCause(e);
    } finally {
      Files.delete(given);
      Files.delete(output);
    }
  }
}
