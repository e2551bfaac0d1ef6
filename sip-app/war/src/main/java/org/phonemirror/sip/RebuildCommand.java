package org.phonemirror.sip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** {@code ./mirror rebuild}: has a server build a mirror again, and tells whether it succeeds. */
public final class RebuildCommand {
  private static final String USAGE =
      """
      usage: ./mirror rebuild SUBSCRIBER [URL]

      Throws away a mirror's checkpoints but the oldest, and builds it again from that one and
      the phone's messages since; the phone need not do anything.

        SUBSCRIBER   public identity (IMPU), as ./mirror status shows it
        URL          of a mirror server's HTTP port (otherwise http://127.0.0.1:8080)

      exit status: 0 it equals its phone, 1 it does not or can't be built, 2 wrong command line,
      4 no answer
      """;

  private static final String DEFAULT = "http://127.0.0.1:8080";
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final PrintStream out;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI page;
  private final Duration pause;

  private RebuildCommand(PrintStream out, URI page, Duration pause) {
    this.out = out;
    this.page = page;
    this.pause = pause;
  }

  /** See {@code ./mirror rebuild --help}. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(System.out, System.err, Duration.ofSeconds(1), args));
  }

  /**
   * Orders, and follows until the end; returns the exit status.
   *
   * @param pause between two questions
   */
  public static int run(PrintStream out, PrintStream err, Duration pause, String... args)
      throws InterruptedException {
    boolean help = args.length == 1 && args[0].matches("-h|--help");
    if (help || args.length < 1 || args.length > 2 || args[0].startsWith("-")) {
      (help ? out : err).print(USAGE);
      return help ? 0 : 2;
    }
    String server = args.length == 1 ? DEFAULT : args[1].replaceAll("/+$", "");
    try {
      String subscriber = URLEncoder.encode(args[0], StandardCharsets.UTF_8);
      URI page = URI.create(server + "/rebuild?subscriber=" + subscriber);
      return new RebuildCommand(out, page, pause).follow(args[0]);
    } catch (IllegalArgumentException e) {
      err.println("rebuild: '" + server + "' is no URL, such as " + DEFAULT);
      return 2;
    } catch (IOException e) {
      err.println("rebuild: no answer from " + server + ": " + e.getMessage());
      err.println("  is the server up (./mirror server), and is this its MIRROR_HTTP_PORT?");
      return 4;
    }
  }

  private int follow(String subscriber) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(page).timeout(PATIENCE);
    HttpRequest order =
        request
            .copy()
            .header(RebuildServlet.GUARD, "rebuild")
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    JsonNode status = ask(order);
    long told = -1;
    while (status.path("phase").asText().matches("ordered|replaying")) {
      long position = status.path("position").asLong();
      if (position != told && status.path("phase").asText().equals("replaying")) {
        out.println("at message " + position + " of " + status.path("target").asLong());
        told = position;
      }
      Thread.sleep(pause.toMillis());
      status = ask(request.GET().build());
    }
    return verdict(subscriber, status);
  }

  private JsonNode ask(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("it answers " + answer.statusCode() + ", see its /health");
    }
    return new ObjectMapper().readTree(answer.body());
  }

  private int verdict(String subscriber, JsonNode status) {
    switch (status.path("phase").asText()) {
      case "done" -> {
        out.printf(
            "%s is built again from message %d: %s%n",
            subscriber, status.path("base").asLong(), comparison(status));
        return status.path("identical").asBoolean(true) ? 0 : 1;
      }
      case "failed" -> {
        out.println(subscriber + " can't be built again: " + status.path("failure").asText());
        return 1;
      }
      default -> {
        out.println(
            "there is no mirror of "
                + subscriber
                + " in this server, or the server has been restarted meanwhile: see ./mirror"
                + " status");
        return 1;
      }
    }
  }

  private static String comparison(JsonNode status) {
    if (!status.has("identical")) {
      return "the phone has told of no storage yet to compare it with";
    }
    String size = status.path("files").asLong() + " files, " + status.path("bytes").asLong();
    return status.path("identical").asBoolean()
        ? "it equals its phone (" + size + " bytes)"
        : "it differs from its phone (" + size + " bytes); repair goes on with each interval";
  }
}
