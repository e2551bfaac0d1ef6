package org.phonemirror.testnet.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The mirror server as an operator runs it: the standalone container, in a process of its own. */
public final class MirrorServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);
  private static final int HTTP_PORT = 8080;
  private static final int SIP_PORT = 5080;

  private final Plan plan;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private Process process;

  /**
   * Where it runs and with what.
   *
   * @param container the standalone container's directory
   * @param directory for configuration, state and log
   * @param templates factory templates, a directory for each phone model
   * @param address numeric address for SIP, HTTP and Diameter
   * @param hss numeric address of the HSS, which is its Origin-Host too
   * @param syncPort UDP port on 127.0.0.1, which phones reach as 10.0.2.2
   */
  public record Plan(
      Path container,
      Path directory,
      Path templates,
      String address,
      String hss,
      String scscf,
      int syncPort) {}

  /** Prepares it; {@link #start} starts it. */
  public MirrorServerProcess(Plan plan) {
    this.plan = plan;
  }

  /** Its SIP URI, which initial filter criteria name. */
  public String uri() {
    return "sip:mirror@" + plan.address + ":" + SIP_PORT;
  }

  /** Starts it and waits until it is well. */
  public void start() throws Exception {
    Files.createDirectories(plan.directory);
    Path config = plan.directory.resolve("mirror.properties");
    Files.writeString(
        config,
        """
        sip.uri = %s
        sip.s-cscf = %s
        state.directory = state
        template.directory = %s
        sync.bind = 127.0.0.1:%d
        sync.advertised = 10.0.2.2:%d
        diameter.host = mirror.as.ims.test
        diameter.realm = as.ims.test
        diameter.address = %s:3868
        diameter.peer-host = %s
        diameter.peer = %s:3868
        diameter.peer-realm = ims.test
        """
            .formatted(
                uri(),
                plan.scscf,
                plan.templates.toAbsolutePath(),
                plan.syncPort,
                plan.syncPort,
                plan.address,
                plan.hss,
                plan.hss));
    ProcessBuilder builder =
        new ProcessBuilder(plan.container.resolve("bin/catalina.sh").toString(), "run");
    builder.environment().put("MIRROR_ADDRESS", plan.address);
    builder.environment().put("MIRROR_SIP_PORT", Integer.toString(SIP_PORT));
    builder.environment().put("MIRROR_HTTP_PORT", Integer.toString(HTTP_PORT));
    builder.environment().put("CATALINA_OPTS", "-Dmirror.config=" + config.toAbsolutePath());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log()));
    process = builder.start();
    Story.await("mirror server is well, see " + log(), START, this::isWell);
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

  /** A subscriber's mirror as the operator's page shows it. */
  public Optional<JsonNode> mirror(String subscriber) throws IOException, InterruptedException {
    Optional<HttpResponse<String>> answer = get("mirrors");
    if (answer.filter(page -> page.statusCode() == 200).isEmpty()) {
      return Optional.empty();
    }
    for (JsonNode mirror : new ObjectMapper().readTree(answer.get().body())) {
      if (mirror.get("subscriber").asText().equals(subscriber)) {
        return Optional.of(mirror);
      }
    }
    return Optional.empty();
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
