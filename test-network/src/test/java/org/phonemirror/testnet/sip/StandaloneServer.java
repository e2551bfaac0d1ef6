package org.phonemirror.testnet.sip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The standalone server in a process of its own, with files of its own beside the distribution's.
 */
final class StandaloneServer implements AutoCloseable {
  /** Names the directory of the distribution. */
  static final String DIRECTORY_PROPERTY = "mirror.server";

  private final Path base;
  private final Path log;
  private final String host;
  private final Process process;

  private StandaloneServer(Path base, Path log, String host, Process process) {
    this.base = base;
    this.log = log;
    this.host = host;
    this.process = process;
  }

  /** Starts it, and does not wait. */
  static StandaloneServer start(Path directory, String host, Path config) throws IOException {
    Path home = Path.of(System.getProperty(DIRECTORY_PROPERTY)).toAbsolutePath();
    Path base = Files.createDirectories(directory.resolve("server"));
    for (String name : List.of("conf", "webapps", "temp", "logs", "work")) {
      Files.createDirectories(base.resolve(name));
    }
    try (Stream<Path> files = Files.list(home.resolve("conf"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, base.resolve("conf").resolve(file.getFileName()));
      }
    }
    // looks for a new application every second instead of every ten
    Path server = base.resolve("conf/server.xml");
    Files.writeString(
        server,
        Files.readString(server).replace("<Engine ", "<Engine backgroundProcessorDelay=\"1\" "));
    Path war = base.resolve("webapps/ROOT.war");
    Files.copy(home.resolve("webapps/ROOT.war"), war, StandardCopyOption.COPY_ATTRIBUTES);
    Path log = directory.resolve("server.log");
    ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/catalina.sh").toString(), "run");
    builder.environment().put("CATALINA_BASE", base.toString());
    builder.environment().put("MIRROR_ADDRESS", host);
    builder.environment().put("CATALINA_OPTS", "-Dmirror.config=" + config);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new StandaloneServer(base, log, host, builder.start());
  }

  String host() {
    return host;
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** Whether its page tells that all is well. */
  boolean isWell() throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new IOException("the server has ended:\n" + log());
    }
    try {
      return SipAppServer.health(host).statusCode() == 200;
    } catch (java.net.ConnectException e) {
      return false;
    }
  }

  /** The names of its threads, without their numbers, and in order. */
  List<String> threads() throws IOException {
    Process dump =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "Thread.print")
            .redirectErrorStream(true)
            .start();
    try (Stream<String> lines = dump.inputReader().lines()) {
      return lines
          .filter(line -> line.startsWith("\""))
          .map(line -> line.substring(1, line.indexOf('"', 1)).replaceAll("[0-9]+", "N"))
          .sorted()
          .toList();
    }
  }

  /** An operator puts a new version of the application in the place of the old one. */
  void redeploy() throws IOException {
    Path war = base.resolve("webapps/ROOT.war");
    Files.setLastModifiedTime(
        war, java.nio.file.attribute.FileTime.from(java.time.Instant.now().plusSeconds(2)));
  }

  /** Waits until it ends by itself. */
  int exitCode(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("it still runs");
    }
    return process.exitValue();
  }

  /** Asks it to stop, and waits until it has. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
