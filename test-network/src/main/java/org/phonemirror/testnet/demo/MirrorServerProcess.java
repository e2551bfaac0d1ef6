package org.phonemirror.testnet.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.phonemirror.hss.diameter.NodeConfig;

/** The mirror server as an operator runs it: the standalone container, in a process of its own. */
public final class MirrorServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);
  private static final int HTTP_PORT = 8080;
  private static final int MM10_PORT = 3869;
  private static final String DIAMETER_HOST = "mirror.as.ims.test";
  private static final String DIAMETER_REALM = "as.ims.test";
  private static final int SIP_PORT = 5080;

  private final Plan plan;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, InetAddress> names = new LinkedHashMap<>();
  private Process process;

  /**
   * Where it runs and with what.
   *
   * @param container the standalone container's directory, in which nothing is changed
   * @param directory for configuration, state and log
   * @param templates factory templates, a directory for each phone model
   * @param address numeric address for SIP, HTTP and Diameter
   * @param hss Origin-Host of the HSS
   * @param hssAddress where the server connects to it
   * @param scscf S-CSCF for phones whose registration the server has not seen; without it the HSS
   *     tells
   * @param sync where it listens for phones, which reach it as 10.0.2.2 and that port
   */
  public record Plan(
      Path container,
      Path directory,
      Path templates,
      String address,
      String hss,
      InetSocketAddress hssAddress,
      Optional<String> scscf,
      InetSocketAddress sync) {}

  /** Prepares it; {@link #start} starts it. */
  public MirrorServerProcess(Plan plan) {
    this.plan = plan;
  }

  /** Its SIP URI, which initial filter criteria name. */
  public String uri() {
    return "sip:mirror@" + plan.address + ":" + SIP_PORT;
  }

  /** Where MMS relays ask it about messages. */
  public NodeConfig.Peer mm10() {
    return new NodeConfig.Peer(
        DIAMETER_HOST, new InetSocketAddress(plan.address, MM10_PORT), List.of(DIAMETER_REALM));
  }

  /** Keys of {@code mirror.properties} beside those that every start writes. */
  public void configure(Map<String, String> more) {
    settings.putAll(more);
  }

  /** The names that it knows, if there are any; it asks no name server then. */
  public void name(String name, InetAddress address) {
    names.put(name, address);
  }

  /** Starts it and waits until it is well. */
  public void start() throws Exception {
    Files.createDirectories(plan.directory);
    Path config = plan.directory.resolve("mirror.properties");
    Files.writeString(
        config,
        """
        sip.uri = %s
        %s
        state.directory = state
        template.directory = %s
        sync.bind = %s:%d
        sync.advertised = 10.0.2.2:%d
        diameter.host = %s
        diameter.realm = %s
        diameter.address = %s:3868
        diameter.peer-host = %s
        diameter.peer = %s:%d
        diameter.peer-realm = ims.test
        traffic.address = %s
        mm10.address = %s:%d
        %s"""
            .formatted(
                uri(),
                plan.scscf.map(uri -> "sip.s-cscf = " + uri).orElse(""),
                plan.templates.toAbsolutePath(),
                plan.sync.getAddress().getHostAddress(),
                plan.sync.getPort(),
                plan.sync.getPort(),
                DIAMETER_HOST,
                DIAMETER_REALM,
                plan.address,
                plan.hss,
                plan.hssAddress.getAddress().getHostAddress(),
                plan.hssAddress.getPort(),
                plan.address,
                plan.address,
                MM10_PORT,
                lines(settings, "%s = %s%n")));
    ProcessBuilder builder =
        new ProcessBuilder(plan.container.resolve("bin/catalina.sh").toString(), "run");
    builder.environment().put("CATALINA_BASE", base().toString());
    builder.environment().put("MIRROR_ADDRESS", plan.address);
    builder.environment().put("MIRROR_SIP_PORT", Integer.toString(SIP_PORT));
    builder.environment().put("MIRROR_HTTP_PORT", Integer.toString(HTTP_PORT));
    builder.environment().put("CATALINA_OPTS", options(config));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log()));
    process = builder.start();
    Story.await("mirror server is well, see " + log(), START, this::isWell);
  }

  private String options(Path config) throws IOException {
    String options = "-Dmirror.config=" + config.toAbsolutePath();
    if (names.isEmpty()) {
      return options;
    }
    Path hosts = plan.directory.resolve("hosts").toAbsolutePath();
    Map<String, String> known = new LinkedHashMap<>();
    names.forEach((name, address) -> known.put(name, address.getHostAddress()));
    known.put(InetAddress.getLocalHost().getHostName(), "127.0.0.1");
    known.put("localhost", "127.0.0.1");
    Files.writeString(hosts, lines(known, "%2$s %1$s%n"));
    return options + " -Djdk.net.hosts.file=" + hosts;
  }

  private static String lines(Map<String, String> values, String format) {
    StringBuilder lines = new StringBuilder();
    values.forEach((key, value) -> lines.append(format.formatted(key, value)));
    return lines.toString();
  }

  /** What Tomcat writes into: configuration and application are copies of the container's. */
  private Path base() throws IOException {
    Path base = plan.directory.resolve("base").toAbsolutePath();
    for (String name : List.of("conf", "webapps", "logs", "temp", "work")) {
      Files.createDirectories(base.resolve(name));
    }
    copyFiles("conf", base);
    copyFiles("webapps", base);
    return base;
  }

  private void copyFiles(String name, Path base) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(plan.container.resolve(name))) {
      for (Path file : files) {
        Path copy = base.resolve(name).resolve(file.getFileName());
        if (Files.isRegularFile(file) && !Files.exists(copy)) {
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /** What the server has logged so far, over all its starts. */
  public String logged() throws IOException {
    return Files.readString(log().toPath());
  }

  /** Where its journal and its mirrors are. */
  public Path state() {
    return plan.directory.resolve("state");
  }

  private File log() {
    return plan.directory.resolve("server.log").toFile();
  }

  private boolean isWell() throws IOException, InterruptedException {
    if (!process.isAlive()) {
      throw new IOException("mirror server has ended, see " + log());
    }
    return get("health").filter(answer -> answer.statusCode() == 200).isPresent();
  }

  /** The mirrors as the operator's page shows them; empty while the server does not answer. */
  public Optional<List<JsonNode>> mirrors() throws IOException, InterruptedException {
    Optional<HttpResponse<String>> answer = get("mirrors");
    if (answer.filter(page -> page.statusCode() == 200).isEmpty()) {
      return Optional.empty();
    }
    List<JsonNode> mirrors = new ArrayList<>();
    new ObjectMapper().readTree(answer.get().body()).forEach(mirrors::add);
    return Optional.of(mirrors);
  }

  /** A subscriber's mirror on that page. */
  public Optional<JsonNode> mirror(String subscriber) throws IOException, InterruptedException {
    return mirrors().orElse(List.of()).stream()
        .filter(mirror -> mirror.get("subscriber").asText().equals(subscriber))
        .findFirst();
  }

  /**
   * The user storage in the newest checkpoint of a subscriber's mirror; the image is replaced by
   * the next call.
   *
   * @throws IOException if there is none
   */
  public Path savedImage(String subscriber) throws IOException {
    return SavedStorage.unpack(state(), name(subscriber), state().resolveSibling("saved.img"));
  }

  /**
   * The user storage that a subscriber's machine works on; consistent between two intervals.
   *
   * @throws IOException if there is no machine
   */
  public Path workingImage(String subscriber) throws IOException {
    String name = name(subscriber);
    try (Stream<Path> all = Files.walk(state().resolve("mirrors"))) {
      return all.filter(path -> path.endsWith("data.img") && path.toString().contains("/" + name))
          .findFirst()
          .orElseThrow(() -> new IOException("the mirror of " + subscriber + " does not run"));
    }
  }

  /** How the directory of a subscriber's mirror begins. */
  private static String name(String subscriber) {
    return subscriber.replaceAll("[^A-Za-z0-9+@-]", "_") + "-";
  }

  private Optional<HttpResponse<String>> get(String page) throws IOException, InterruptedException {
    URI uri = URI.create("http://" + plan.address + ":" + HTTP_PORT + "/" + page);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(15)).build();
    try {
      return Optional.of(http.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (ConnectException | HttpTimeoutException e) {
      return Optional.empty();
    }
  }

  /** Ends it the hard way, as a power cut does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Stops it in good order, or by force after a while. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
