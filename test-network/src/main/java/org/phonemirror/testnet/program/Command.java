package org.phonemirror.testnet.program;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end. */
public final class Command {
  private static final long SECONDS = 20;

  private Command() {}

  /**
   * Runs it.
   *
   * @return what it says
   * @throws IOException if it fails or does not end; with the command and what it says
   */
  public static String run(List<String> command) throws IOException {
    return run(command, "");
  }

  /** As the other, with an input. */
  public static String run(List<String> command, String input) throws IOException {
    String line = String.join(" ", command);
    Path output = Files.createTempFile("command", ".out");
    Path given = Files.createTempFile("command", ".in");
    try {
      Files.writeString(given, input);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(given.toFile())
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("'" + line + "' does not end");
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
      Files.delete(output);
      Files.delete(given);
    }
  }
}
