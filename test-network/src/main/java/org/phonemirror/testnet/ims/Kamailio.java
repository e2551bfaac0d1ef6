package org.phonemirror.testnet.ims;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.phonemirror.testnet.program.Program;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Kamailio server: its directory, its process and the processes under it. */
final class Kamailio implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Kamailio.class);
  private static final String NOT_INSTALLED =
      "Kamailio is not installed: install the packages kamailio, kamailio-ims-modules,"
          + " kamailio-presence-modules and kamailio-extra-modules";
  private static final String TEMPLATES = "kamailio/";
  private static final int LOG_TAIL = 2_000;
  private static final long STOP_SECONDS = 5;

  private final String name;
  private final Path log;
  private final Process process;
  private final Thread hook = new Thread(this::stop, "kamailio-stop");

  private Kamailio(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Writes the configuration and starts the process.
   *
   * @param files templates, relative to the server's own
   * @throws IOException if Kamailio is not installed; tells which packages to install
   */
  static Kamailio start(String name, List<String> files, Path directory, Map<String, String> values)
      throws IOException {
    Path run = Files.createDirectories(directory.resolve("run"));
    for (String file : files) {
      Path target = directory.resolve(file);
      Files.createDirectories(target.getParent());
      Files.writeString(
          target, Program.configuration(Kamailio.class, TEMPLATES + name + "/" + file, values));
    }
    Path log = directory.resolve("kamailio.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            binary().orElseThrow(() -> new IOException(NOT_INSTALLED)).toString(),
            "-f",
            directory.resolve("kamailio.cfg").toString(),
            "-DD",
            "-E",
            "-m",
            "64",
            "-M",
            "8",
            "-w",
            run.toString(),
            "-P",
            run.resolve("kamailio.pid").toString(),
            "-Y",
            run.toString());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new Kamailio(name, log, builder.start());
  }

  static Optional<Path> binary() {
    return Program.find("kamailio");
  }

  String name() {
    return name;
  }

  /**
   * Fails if the process has ended.
   *
   * @throws IOException with the end of its log
   */
  void checkAlive() throws IOException {
    if (!process.isAlive()) {
      throw new IOException(name + " has ended with " + process.exitValue() + ":\n" + logTail());
    }
  }

  String logTail() throws IOException {
    String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - LOG_TAIL));
  }

  /** Stops the process and those under it; so does the end of this one. */
  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("{} was stopped while this process ends", name, e);
    }
  }

  private void stop() {
    List<ProcessHandle> family =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    process.destroy();
    for (ProcessHandle member : family) {
      try {
        member.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        member.destroyForcibly();
      } catch (ExecutionException e) {
        throw new IllegalStateException("waiting for a process failed", e);
      } catch (InterruptedException e) {
        family.forEach(ProcessHandle::destroyForcibly);
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
