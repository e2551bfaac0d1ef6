package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.phonemirror.testnet.bench.ProcStat;

/** A server under load, in a process of its own on the servers' processors. */
final class Server implements AutoCloseable {
  private static final int PORT = 5080;
  private static final Duration START = Duration.ofSeconds(90);

  /** "C1 CompilerThread0" and the like, as Linux cuts it. */
  private static final Set<String> COMPILERS = Set.of("C1 CompilerThre", "C2 CompilerThre");

  private final Process process;
  private final InetSocketAddress address;
  private final Path log;

  private Server(Process process, InetSocketAddress address, Path log) {
    this.process = process;
    this.address = address;
    this.log = log;
  }

  /**
   * Starts the standalone container with an application and waits until it answers OPTIONS.
   *
   * @param container its directory, in which nothing is changed
   * @param directory for configuration and log
   * @param application the .war
   * @param options of the Java machine
   */
  static Server container(
      Path container, Path directory, Path application, String host, String options)
      throws IOException, InterruptedException {
    for (String name : List.of("conf", "webapps", "logs", "temp", "work")) {
      Files.createDirectories(directory.resolve(name));
    }
    try (Stream<Path> files = Files.list(container.resolve("conf"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, directory.resolve("conf").resolve(file.getFileName()));
      }
    }
    Files.copy(application, directory.resolve("webapps/ROOT.war"));
    return start(
        List.of(container.resolve("bin/catalina.sh").toAbsolutePath().toString(), "run"),
        Map.of(
            "CATALINA_BASE",
            directory.toAbsolutePath().toString(),
            "MIRROR_ADDRESS",
            host,
            "MIRROR_SIP_PORT",
            Integer.toString(PORT),
            "CATALINA_OPTS",
            options),
        directory,
        host);
  }

  /** Starts the SIP stack alone. */
  static Server bare(Path directory, String host, List<String> options)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    List<String> command =
        Stream.of(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                options,
                List.of(
                    "-cp",
                    System.getProperty("java.class.path"),
                    BareUas.class.getName(),
                    host,
                    Integer.toString(PORT)))
            .flatMap(List::stream)
            .toList();
    return start(command, Map.of(), directory, host);
  }

  private static Server start(
      List<String> command, Map<String, String> environment, Path directory, String host)
      throws IOException, InterruptedException {
    Path log = directory.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(Cores.SERVER.run(command))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    Server server = new Server(builder.start(), new InetSocketAddress(host, PORT), log);
    try {
      server.awaitAnswer();
      return server;
    } catch (IOException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    try (DatagramSocket socket =
        new DatagramSocket(0, InetAddress.getByName(address.getHostString()))) {
      socket.setSoTimeout(500);
      for (int i = 0; System.nanoTime() - deadline < 0; i++) {
        String from = address.getHostString() + ":" + socket.getLocalPort();
        String options =
            """
            OPTIONS sip:%s SIP/2.0
            Via: SIP/2.0/UDP %s;branch=z9hG4bK%d
            Max-Forwards: 70
            From: <sip:%s>;tag=1
            To: <sip:%s>
            Call-ID: start-%d
            CSeq: 1 OPTIONS
            Content-Length: 0

            """
                .formatted(address.getHostString(), from, i, from, from, i)
                .replace("\n", "\r\n");
        byte[] bytes = options.getBytes(StandardCharsets.US_ASCII);
        socket.send(new DatagramPacket(bytes, bytes.length, address));
        DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
        try {
          socket.receive(answer);
          String text =
              new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
          if (text.startsWith("SIP/2.0 200")) {
            return;
          }
          TimeUnit.MILLISECONDS.sleep(200);
        } catch (SocketTimeoutException e) {
          if (!process.isAlive()) {
            throw new IOException("the server has ended:\n" + Files.readString(log), e);
          }
        }
      }
    }
    throw new IOException("the server does not answer OPTIONS within " + START + ": see " + log);
  }

  InetSocketAddress address() {
    return address;
  }

  long pid() {
    return process.pid();
  }

  Path log() {
    return log;
  }

  /** CPU time of the threads that compile, of those that there are at the moment. */
  double compilerSeconds() throws IOException {
    double seconds = 0;
    Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
    try (Stream<Path> tasks = Files.list(threads)) {
      for (Path task : tasks.toList()) {
        seconds += compilerSeconds(task);
      }
    }
    return seconds;
  }

  /** Such a thread comes and goes. */
  private static double compilerSeconds(Path task) throws IOException {
    try {
      ProcStat thread = ProcStat.of(task);
      return COMPILERS.contains(thread.name()) ? thread.seconds() : 0;
    } catch (IOException e) {
      if (Files.exists(task)) {
        throw e;
      }
      return 0;
    }
  }

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
