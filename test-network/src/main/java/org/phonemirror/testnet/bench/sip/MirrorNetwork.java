package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;

/**
 * The application server as it is deployed, its HSS, and SIPp as the S-CSCF. The HSS knows each
 * subscriber; none of them has a mirror, whose machine would need the processor.
 */
final class MirrorNetwork implements AutoCloseable {
  static final String SERVER_HOST = "127.17.0.11";
  static final String SCSCF_HOST = "127.17.0.13";
  private static final String HSS_HOST = "127.17.0.14";
  private static final int MESSAGES_PORT = 6060;
  private static final int CALLS_PORT = 6061;
  private static final int SUBSCRIBERS = 1_000;
  private static final String HSS = "hss.ims.test";
  private static final String REALM = "ims.test";

  private final TestHss hss;
  private final Server server;
  private final Process messages;
  private final Process calls;
  private final Sipp messageLoad;
  private final Sipp registrations;
  private final Sipp callLoad;

  /**
   * Starts it.
   *
   * @param container the standalone container's directory
   * @param directory an empty one
   * @param options of the server's Java machine
   */
  static MirrorNetwork start(Path container, Path directory, String options)
      throws IOException, InterruptedException {
    InetSocketAddress diameter = new InetSocketAddress(HSS_HOST, 3868);
    Subscribers subscribers = new Subscribers();
    for (int i = 0; i < SUBSCRIBERS; i++) {
      Impu impu = new Impu("sip:+1555" + number(i) + "@" + REALM);
      subscribers.put(Subscriber.mirrored(number(i) + "@" + REALM, "secret", impu, "sip:mirror"));
    }
    TestHss hss = TestHss.start(HssConfig.of(HSS, REALM, diameter), subscribers);
    try {
      return new MirrorNetwork(container, directory, options, hss);
    } catch (IOException | InterruptedException | RuntimeException e) {
      hss.close();
      throw e;
    }
  }

  private MirrorNetwork(Path container, Path directory, String options, TestHss hss)
      throws IOException, InterruptedException {
    this.hss = hss;
    Path config = directory.resolve("mirror.properties");
    Files.createDirectories(directory.resolve("templates"));
    Files.writeString(
        config,
        """
        sip.uri = sip:mirror@%1$s:5080
        state.directory = state
        template.directory = templates
        sync.bind = %1$s:5684
        sync.advertised = %1$s:5684
        diameter.host = mirror.as.ims.test
        diameter.realm = as.ims.test
        diameter.address = %1$s:3868
        diameter.peer-host = %2$s
        diameter.peer = %3$s:3868
        diameter.peer-realm = %4$s
        """
            .formatted(SERVER_HOST, HSS, HSS_HOST, REALM));
    Path numbers = directory.resolve("subscribers.csv");
    Files.writeString(
        numbers,
        IntStream.range(0, SUBSCRIBERS)
            .mapToObj(MirrorNetwork::number)
            .collect(Collectors.joining("\n", "RANDOM\n", "\n")));
    server =
        Server.container(
            container,
            directory.resolve("mirror"),
            container.resolve("webapps/ROOT.war"),
            SERVER_HOST,
            "-Dmirror.config=" + config.toAbsolutePath() + " " + options);
    messages = Sipp.answer(directory, "message-answer.xml", SCSCF_HOST, MESSAGES_PORT);
    calls = Sipp.answer(directory, "invite-answer.xml", SCSCF_HOST, CALLS_PORT);
    messageLoad = sipp(directory, "messages", numbers, MESSAGES_PORT);
    registrations = sipp(directory, "registrations", numbers, MESSAGES_PORT);
    callLoad = sipp(directory, "calls", numbers, CALLS_PORT);
    awaitHealth();
  }

  private static Sipp sipp(Path directory, String name, Path numbers, int port) throws IOException {
    Path runs = Files.createDirectories(directory.resolve(name));
    return new Sipp(runs, "127.17.0.12", SCSCF_HOST + ":" + port, numbers.toAbsolutePath());
  }

  private static String number(int subscriber) {
    return String.format("%07d", subscriber);
  }

  private void awaitHealth() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + SERVER_HOST + ":8080/health")).build();
    HttpClient http = HttpClient.newHttpClient();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    HttpResponse<String> answer;
    do {
      answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 200 && answer.body().contains("diameter ok")) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(500);
    } while (System.nanoTime() - deadline < 0);
    close();
    throw new IOException("the server is not well: " + answer.body());
  }

  Server server() {
    return server;
  }

  /** Sends messages or registrations. */
  Sipp load() {
    return messageLoad;
  }

  /** Sends registrations at the same time. */
  Sipp registrations() {
    return registrations;
  }

  /** Sends calls, which need another answer. */
  Sipp callLoad() {
    return callLoad;
  }

  @Override
  public void close() {
    messages.destroyForcibly();
    calls.destroyForcibly();
    server.close();
    hss.close();
  }
}
