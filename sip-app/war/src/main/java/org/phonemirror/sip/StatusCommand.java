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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code ./mirror status}: a server's mirrors and services for people, and what to do about those
 * in trouble.
 */
public final class StatusCommand {
  private static final String USAGE =
      """
      usage: ./mirror status [URL] [--json] [SUBSCRIBER]

        URL          of a mirror server's HTTP port (otherwise http://127.0.0.1:8080)
        --json       as the server tells it, for programs
        SUBSCRIBER   only of this one: a public identity (sip:... or tel:...), or the digits of an
                     MSISDN or IMSI

      exit status: 0 all is well, 1 a mirror has failed, 2 wrong command line, 3 no such mirror,
      4 no answer
      """;

  private static final String DEFAULT = "http://127.0.0.1:8080";
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private StatusCommand() {}

  /** See {@code ./mirror status --help}. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(System.out, System.err, args));
  }

  /** Prints the table; returns the exit status. */
  public static int run(PrintStream out, PrintStream err, String... args)
      throws InterruptedException {
    List<String> words = new ArrayList<>(List.of(args));
    if (words.stream().anyMatch(word -> word.matches("-h|--help"))) {
      out.print(USAGE);
      return 0;
    }
    final boolean json = words.remove("--json");
    boolean url = !words.isEmpty() && words.get(0).matches("https?:.*");
    String server = url ? words.remove(0).replaceAll("/+$", "") : DEFAULT;
    Optional<String> whose = words.stream().findFirst();
    if (words.size() > 1 || !whose.map(SubscriberSearch::isOne).orElse(true)) {
      err.print(USAGE);
      return 2;
    }
    String page =
        server
            + "/mirrors"
            + whose
                .map(who -> "?subscriber=" + URLEncoder.encode(who, StandardCharsets.UTF_8))
                .orElse("");
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(page)).timeout(PATIENCE).build();
      HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        err.println("status: " + server + " answers " + answer.statusCode());
        err.println("  see " + server + "/health: a part of the server is down, or still starting");
        return 4;
      }
      JsonNode mirrors = new ObjectMapper().readTree(answer.body());
      if (whose.isPresent() && mirrors.isEmpty()) {
        err.println("status: " + server + " has no mirror of " + whose.get());
        return 3;
      }
      if (json) {
        out.print(answer.body());
        return failed(mirrors);
      }
      int status = print(out, mirrors);
      if (whose.isEmpty()) {
        ServicesReport.print(out, client, server, PATIENCE);
      }
      return status;
    } catch (IllegalArgumentException e) {
      err.println("status: '" + server + "' is no URL, such as " + DEFAULT);
      return 2;
    } catch (IOException e) {
      err.println("status: no answer from " + server + ": " + e);
      err.println("  is the server up (./mirror server), and is this its MIRROR_HTTP_PORT?");
      return 4;
    }
  }

  private static int print(PrintStream out, JsonNode mirrors) {
    if (mirrors.isEmpty()) {
      out.println("no mirrors: no subscriber with a mirror profile has registered");
      return 0;
    }
    row(
        out,
        "subscriber",
        "phase",
        "lag",
        "CPU [s]",
        "memory",
        "disk",
        "intervals",
        "diverged",
        "per 1000",
        "repaired",
        "");
    List<String> remedies = new ArrayList<>();
    for (JsonNode mirror : mirrors) {
      boolean identical = mirror.path("last").path("identical").asBoolean(true);
      row(
          out,
          mirror.path("subscriber").asText(),
          mirror.path("phase").asText(),
          lag(mirror),
          String.format(Locale.ROOT, "%.2f", mirror.path("interval_cpu_s").asDouble()),
          megabytes(mirror.path("memory_bytes").asLong()),
          megabytes(mirror.path("disk_bytes").asLong()),
          mirror.path("intervals").asText(),
          mirror.path("diverged").asText(),
          String.format(Locale.ROOT, "%.1f", mirror.path("diverged_per_1000_intervals").asDouble()),
          mirror.path("repaired_files").asText(),
          (identical ? "in step" : "differs") + lastDivergence(mirror) + causes(mirror));
      remedies(mirror, remedies);
    }
    remedies.forEach(out::println);
    return failed(mirrors);
  }

  private static int failed(JsonNode mirrors) {
    for (JsonNode mirror : mirrors) {
      if (mirror.path("phase").asText().equals("failed")) {
        return 1;
      }
    }
    return 0;
  }

  private static void row(PrintStream out, Object... fields) {
    out.printf(Locale.ROOT, "%-32s %-10s %8s %7s %8s %8s %9s %8s %8s %8s  %s%n", fields);
  }

  /** In seconds; not known of a mirror that has replayed nothing since the server's start. */
  private static String lag(JsonNode mirror) {
    return mirror.has("lag_s")
        ? String.format(Locale.ROOT, "%.1f s", mirror.path("lag_s").asDouble())
        : "?";
  }

  private static String megabytes(long bytes) {
    return bytes == 0 ? "-" : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private static String lastDivergence(JsonNode mirror) {
    JsonNode last = mirror.path("last_divergence");
    return last.isMissingNode()
        ? ""
        : ", diverged last at " + last.path("at").asText() + ": " + last.path("cause").asText();
  }

  private static String causes(JsonNode mirror) {
    List<String> causes = new ArrayList<>();
    for (Map.Entry<String, JsonNode> cause : mirror.path("diverged_by_cause").properties()) {
      if (cause.getValue().asLong() > 0) {
        causes.add(cause.getKey() + " " + cause.getValue().asLong());
      }
    }
    return causes.isEmpty() ? "" : " (so far: " + String.join(", ", causes) + ")";
  }

  private static void remedies(JsonNode mirror, List<String> remedies) {
    String subscriber = mirror.path("subscriber").asText();
    String failure = mirror.path("failure").asText();
    if (!failure.isEmpty()) {
      remedies.add("! " + subscriber + ": " + failure + "\n  " + remedy(failure));
    }
    if (mirror.path("beyond_repair").asInt() > 0) {
      remedies.add(
          "! "
              + subscriber
              + ": "
              + mirror.path("beyond_repair").asInt()
              + " paths differ and could not be repaired; they are tried again when they change on"
              + " the phone. The server's log names them");
    }
    JsonNode other = mirror.path("other_software");
    if (other.isObject()) {
      remedies.add(
          "! "
              + subscriber
              + ": the phone runs software "
              + other.path("phone").asText()
              + ", the mirror "
              + other.path("mirror").asText()
              + "\n  build the template of the phone's version (./mirror template build IMAGES);"
              + " the mirror takes it at the phone's next boot");
    }
  }

  private static String remedy(String failure) {
    String text = failure.toLowerCase(Locale.ROOT);
    if (text.startsWith("no room:")) {
      return "nothing is lost: what the phone sends waits on the server, then on the phone, and the"
          + " mirror begins when there is room";
    } else if (text.contains("s of cpu in one interval")) {
      return "it is tried again by itself, now and then; the others are not disturbed";
    } else if (text.contains("template")) {
      return "build the template (./mirror template) and copy it into the server's templates";
    } else if (text.contains("no space") || text.contains("disk quota")) {
      return "make room on the disk of the server's state; the mirror goes on by itself";
    } else if (text.contains("qemu")) {
      return "is qemu-system-x86 installed, in the version that the template was made with?";
    } else if (text.contains("checkpoint")) {
      return "its journal and its checkpoints don't fit: remove the subscriber's profile, and add it"
          + " again, which begins a new mirror";
    } else {
      return "it is tried again by itself; the server's log has more";
    }
  }
}
