package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.DiskUse;
import org.phonemirror.core.mirror.Comparison;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.OtherSoftware;
import org.phonemirror.core.mirror.RepairCounts;
import org.phonemirror.core.repair.Cause;
import org.phonemirror.core.vitals.Vitals;

class StatusCommandTest {
  private static final MirrorStatus MIRROR =
      new MirrorStatus(
          "sip:+15550001@ims.test",
          MirrorStatus.Phase.RUNNING,
          "reference",
          9,
          8,
          2000,
          new RepairCounts(Map.of(Cause.RANDOM, 2L, Cause.TLS, 1L), 4, 500, 900),
          1,
          Optional.of(new OtherSoftware("2", "1")),
          Optional.of(new Comparison(false, 10, 20, 0)),
          "");

  private static final Instant NOW = Instant.parse("2026-01-05T08:03:02Z");
  private static final Vitals VITALS =
      new Vitals(
          true,
          Optional.of(Instant.parse("2026-01-05T08:00:00Z")),
          Duration.ofMinutes(3),
          Optional.of(Instant.parse("2026-01-05T08:00:01Z")),
          250_000,
          9_000_000,
          34_000_000,
          Optional.of(new Vitals.Divergence(Instant.parse("2026-01-05T07:30:00Z"), Cause.RANDOM)));
  private static final MirrorReport REPORT =
      MirrorReport.of(MIRROR, VITALS, new DiskUse(600_000, 4_000_000), NOW);

  private static final String HEALTH =
      """
      degraded 1.0
      mirrors ok 1 running
      upload degraded a relay does not take what it is given
      antivirus ok ClamAV 1.4.3; 0 contents wait
      """;

  private final List<String> asked = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int status(String body, String... more) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.32.1.1", 0), 0);
    server.createContext(
        "/mirrors",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.createContext(
        "/health",
        exchange -> {
          byte[] bytes = HEALTH.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      List<String> words = new ArrayList<>(List.of(more));
      words.add(0, "http://127.32.1.1:" + server.getAddress().getPort() + "/");
      return run(words.toArray(String[]::new));
    } finally {
      server.stop(0);
    }
  }

  private int run(String... args) throws InterruptedException {
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return StatusCommand.run(print, print, args);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theTableShowsHowMirrorsFollow() throws Exception {
    assertThat(status(MirrorsServlet.json(List.of(REPORT)))).isZero();
    assertThat(output())
        .containsPattern(
            "sip:\\+15550001@ims.test +running +2.0 s +0.25 +34.0 MB +4.0 MB +2000 +3 +1.5 +4 +differs")
        .contains("diverged last at 2026-01-05T07:30:00Z: random")
        .contains("random 2", "tls 1", "1 paths differ")
        .contains("the phone runs software 2, the mirror 1\n", "at the phone's next boot")
        .contains(
            "! upload    a relay does not take what it is given\n",
            "  antivirus ClamAV 1.4.3; 0 contents wait\n")
        .doesNotContain("1 running");
  }

  @Test
  void aFailedMirrorIsShownWithWhatToDo() throws Exception {
    MirrorStatus failed =
        new MirrorStatus(
            "sip:a@b",
            MirrorStatus.Phase.FAILED,
            "m",
            1,
            0,
            0,
            RepairCounts.NONE,
            0,
            Optional.empty(),
            Optional.empty(),
            "the template 'm' is missing");
    assertThat(status(MirrorsServlet.json(List.of(fresh(failed))))).isEqualTo(1);
    assertThat(output()).contains("! sip:a@b: the template 'm' is missing", "./mirror template");
  }

  private static MirrorReport fresh(MirrorStatus status) {
    return MirrorReport.of(status, Vitals.NONE, DiskUse.NONE, NOW);
  }

  @Test
  void oneSubscriberIsAskedFor() throws Exception {
    assertThat(status(MirrorsServlet.json(List.of(REPORT)), "sip:+15550001@ims.test")).isZero();
    assertThat(status(MirrorsServlet.json(List.of()), "+15550002")).isEqualTo(3);
    assertThat(asked)
        .containsExactly(
            "/mirrors?subscriber=sip%3A%2B15550001%40ims.test", "/mirrors?subscriber=%2B15550002");
    assertThat(output()).contains("has no mirror of +15550002");
  }

  @Test
  void jsonIsWhatTheServerTells() throws Exception {
    String json = MirrorsServlet.json(List.of(REPORT));
    assertThat(status(json, "--json")).isZero();
    assertThat(output()).isEqualTo(json);
    JsonNode mirror = new ObjectMapper().readTree(json).get(0);
    assertThat(mirror.path("lag_s").asDouble()).isEqualTo(2);
    assertThat(mirror.path("cpu_s").asDouble()).isEqualTo(9);
    assertThat(mirror.path("checkpoint_bytes").asLong()).isEqualTo(600_000);
    assertThat(mirror.path("last_divergence").path("cause").asText()).isEqualTo("random");
    assertThat(mirror.path("other_software").path("phone").asText()).isEqualTo("2");
    assertThat(mirror.path("other_software").path("mirror").asText()).isEqualTo("1");
  }

  @Test
  void whatIsNotKnownIsLeftOut() throws Exception {
    String json = MirrorsServlet.json(List.of(fresh(MIRROR)));
    assertThat(json).doesNotContain("lag_s", "last_divergence", "followed_to");
    assertThat(status(json)).isZero();
    assertThat(output()).containsPattern("running +\\? +0.00 +- +- +2000");
  }

  @Test
  void metricsOfOneMirror() {
    assertThat(MirrorMetrics.format(List.of(REPORT)))
        .contains(
            "# TYPE phonemirror_mirror_lag_seconds gauge\n",
            "phonemirror_mirror_lag_seconds{subscriber=\"sip:+15550001@ims.test\"} 2.0\n",
            "phonemirror_mirror_cpu_seconds_total{subscriber=\"sip:+15550001@ims.test\"} 9.0\n",
            "phonemirror_mirror_phase{subscriber=\"sip:+15550001@ims.test\",phase=\"running\"} 1.0\n");
  }

  @Test
  void aRefusedMirrorIsNoFailureAndIsShownWithTheReason() throws Exception {
    MirrorStatus refused =
        new MirrorStatus(
            "sip:a@b",
            MirrorStatus.Phase.REFUSED,
            "m",
            3,
            0,
            0,
            RepairCounts.NONE,
            0,
            Optional.empty(),
            Optional.empty(),
            "no room: replays wait for 20 s, more than 10 s");
    assertThat(status(MirrorsServlet.json(List.of(fresh(refused))))).isZero();
    assertThat(output())
        .contains("! sip:a@b: no room: replays wait for 20 s", "nothing is lost")
        .containsPattern("sip:a@b +refused");
  }

  @Test
  void noServerAndWrongArgumentsAreSaid() throws Exception {
    assertThat(run("http://127.32.1.1:1")).isEqualTo(4);
    assertThat(output()).contains("no answer from http://127.32.1.1:1");
    assertThat(run("no url")).isEqualTo(2);
    assertThat(run("a", "b")).isEqualTo(2);
  }

  @Test
  void metricsAreSumsInTheTextFormat() {
    String text = Metrics.format(List.of(REPORT, REPORT));
    assertThat(text)
        .contains(
            "# TYPE phonemirror_diverged_intervals_total counter\n",
            "phonemirror_diverged_intervals_total{cause=\"random\"} 4\n",
            "phonemirror_diverged_intervals_total{cause=\"loss\"} 0\n",
            "phonemirror_mirrors{phase=\"running\"} 2\n",
            "phonemirror_intervals_total 4000\n",
            "phonemirror_out_of_step 2\n",
            "phonemirror_other_software 2\n",
            "phonemirror_disk_bytes 8000000\n",
            "phonemirror_longest_lag_seconds 2\n");
    assertThat(text.lines())
        .allMatch(line -> line.matches("# (HELP|TYPE) \\w+ .+|\\w+(\\{\\w+=\"\\w+\"\\})? \\d+"));
  }
}
