package org.phonemirror.testnet.sip;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.phonemirror.container.ScannerStop;
import org.phonemirror.container.SessionManager;
import org.restcomm.commons.statistics.reporter.RestcommStatsReporter;

/**
 * Restcomm SIP Servlets on a stock Tomcat 7, as an integrator may have it: made of the artefacts
 * that the standalone server is made of, without its configuration and without our container. Of
 * that only what the SIP servlets need to run on this Tomcat at all is there.
 */
final class StockContainer implements AutoCloseable {
  private static final List<Class<?>> OURS =
      List.of(SessionManager.class, ScannerStop.class, RestcommStatsReporter.class);

  private final Path log;
  private final String host;
  private final Process process;

  private StockContainer(Path log, String host, Process process) {
    this.log = log;
    this.host = host;
    this.process = process;
  }

  /**
   * Starts it with the application deployed, and does not wait.
   *
   * @param server the standalone server's directory, beside which its build leaves Tomcat's
   * @param config the application's configuration
   */
  static StockContainer start(Path directory, Path server, String host, Path config)
      throws IOException {
    Path tomcat = server.resolveSibling("tomcat");
    Path home = Files.createDirectories(directory.resolve("stock"));
    for (String name : List.of("conf/dars", "lib", "webapps", "temp", "logs", "work")) {
      Files.createDirectories(home.resolve(name));
    }
    link(tomcat.resolve("bin"), home.resolve("bin"), "");
    link(tomcat.resolve("conf"), home.resolve("conf"), "");
    link(server.resolve("lib"), home.resolve("lib"), "sip-container");
    writeOurs(home.resolve("lib/for-tomcat-7.0.109.jar"));
    configure(home, "server.xml", host);
    configure(home, "context.xml", host);
    Files.writeString(
        home.resolve("conf/dars/default-dar.properties"),
        Files.readString(server.resolve("conf/applications.properties")));
    Files.copy(server.resolve("webapps/ROOT.war"), home.resolve("webapps/ROOT.war"));
    Path log = directory.resolve("stock.log");
    ProcessBuilder builder =
        new ProcessBuilder("sh", home.resolve("bin/catalina.sh").toString(), "run");
    builder
        .environment()
        .put(
            "CATALINA_OPTS",
            "-Djava.net.preferIPv4Stack=true"
                + " -Djavax.servlet.sip.ar.spi.SipApplicationRouterProvider="
                + "org.mobicents.servlet.sip.router.DefaultApplicationRouterProvider"
                + " -Dmirror.config="
                + config);
    builder.environment().put("CATALINA_HOME", home.toString());
    builder.environment().put("CATALINA_BASE", home.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new StockContainer(log, host, builder.start());
  }

  private static void link(Path from, Path to, String without) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (without.isEmpty() || !name.startsWith(without)) {
          Files.copy(file, to.resolve(name));
        }
      }
    }
  }

  private static void writeOurs(Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Class<?> type : OURS) {
        String entry = type.getName().replace('.', '/') + ".class";
        out.putNextEntry(new JarEntry(entry));
        try (InputStream in = type.getResourceAsStream("/" + entry)) {
          in.transferTo(out);
        }
      }
    }
  }

  private static void configure(Path home, String name, String host) throws IOException {
    try (InputStream in = StockContainer.class.getResourceAsStream("stock/" + name)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(home.resolve("conf").resolve(name), text.replace("@HOST@", host));
    }
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** Whether the application's page tells that all is well. */
  boolean isWell() throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new IOException("the container has ended:\n" + log());
    }
    try {
      return SipAppServer.health(host).statusCode() == 200;
    } catch (java.net.ConnectException e) {
      return false;
    }
  }

  /** Asks it to stop; returns whether it has ended by itself. */
  boolean stop() throws InterruptedException {
    process.destroy();
    return process.waitFor(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
