package org.phonemirror.core.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands in one emulator's Android by the SDK's {@code adb}, whose shell protocol (version
 * 2) keeps output and errors apart and gives the exit code.
 *
 * @param binary path or name of {@code adb}
 * @param home where it keeps its key and its server's log
 * @param serverPort of the adb server, which it starts where there is none
 * @param serial of the emulator, as {@code adb devices} has it
 * @param commandTime how long a command may take
 */
record Adb(String binary, Path home, int serverPort, String serial, Duration commandTime) {
  private static final Logger LOG = LoggerFactory.getLogger(Adb.class);

  /** How adb begins what it has to say itself; Android's programs begin with their names. */
  private static final Pattern ITS_OWN = Pattern.compile("(error|adb): ");

  private static final int MAX_ERROR_BYTES = 2000;

  /** Reads what a command puts out. */
  interface Output<T> {
    T read(InputStream output) throws IOException;
  }

  /** A command that Android did not carry out. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  /** The same with another time for a command. */
  Adb within(Duration time) {
    return new Adb(binary, home, serverPort, serial, time);
  }

  /** Makes the emulator known to the adb server, which looks for it where the serial says. */
  void connect() throws IOException {
    String said = run(List.of("connect", serial), new byte[0], Adb::text);
    if (!said.contains("connected to")) {
      throw new IOException("adb does not reach " + serial + ": " + said.strip());
    }
  }

  /** Lets the adb server forget the emulator; fine if it does not know it. */
  void disconnect() throws IOException {
    unless("no such device", List.of("disconnect", serial));
  }

  /** Ends the adb server; fine if there is none. */
  void endServer() throws IOException {
    unless("cannot connect to daemon", List.of("kill-server"));
  }

  private void unless(String said, List<String> arguments) throws IOException {
    try {
      run(arguments, new byte[0], Adb::text);
    } catch (IOException e) {
      if (!e.getMessage().contains(said)) {
        throw e;
      }
      LOG.debug("adb has nothing to do for {}: {}", arguments, e.getMessage());
    }
  }

  /**
   * Runs a shell command.
   *
   * @param input it gets
   * @throws RefusedException with what it said, if it exits with anything but 0
   */
  <T> T shell(String command, byte[] input, Output<T> output) throws IOException {
    return run(List.of("-s", serial, "shell", "-T", command), input, output);
  }

  /** Runs a shell command that says little, and tells what. */
  String shell(String command, byte[] input) throws IOException {
    return shell(command, input, Adb::text);
  }

  private static String text(InputStream output) throws IOException {
    return new String(output.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
  }

  private <T> T run(List<String> arguments, byte[] input, Output<T> output) throws IOException {
    List<String> command = new ArrayList<>(List.of(binary, "-P", "" + serverPort));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HOME", home.toString());
    builder.environment().put("TMPDIR", home.toString());
    Process process = builder.start();
    try {
      CompletableFuture<String> errors = background(() -> text(process.getErrorStream()));
      CompletableFuture<T> result =
          background(
              () -> {
                try (InputStream in = process.getInputStream()) {
                  return output.read(in);
                }
              });
      try (OutputStream to = process.getOutputStream()) {
        to.write(input);
      } catch (IOException e) {
        // it does not want it all: what it says, and how it ends, tells why
      }
      if (!process.waitFor(commandTime.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("adb did not end within " + commandTime + ": " + arguments);
      }
      if (process.exitValue() != 0) {
        String why = "exit code " + process.exitValue() + ": " + errors.join().strip();
        throw ITS_OWN.matcher(errors.join()).lookingAt()
            ? new IOException("adb does not come through: " + why)
            : new RefusedException(why);
      }
      return result.join();
    } catch (CompletionException e) {
      throw new IOException("adb's output can't be read: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> CompletableFuture<T> background(Reading<T> reading) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                future.complete(reading.read());
              } catch (IOException | RuntimeException e) {
                future.completeExceptionally(e);
              }
            },
            "adb-output");
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  /** A word of the shell that is just this text. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
