package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.mirror.Comparison;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.RepairCounts;
import org.phonemirror.core.repair.Cause;

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
          Optional.of(new Comparison(false, 10, 20, 0)),
          "");

  private static final String HEALTH =
      """
      degraded 1.0
      mirrors ok 1 running
      upload degraded a relay does not take what it is given
      antivirus ok ClamAV 1.4.3; 0 contents wait
      """;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private int status(String body) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.35.1.1", 0), 0);
    server.createContext(
        "/mirrors",
        exchange -> {
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
      return run("http://127.35.1.1:" + server.getAddress().getPort() + "/");
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
    assertThat(status(MirrorsServlet.json(List.of(MIRROR)))).isZero();
    assertThat(output())
        .containsPattern("sip:\\+15550001@ims.test +running +2000 +3 +1.5 +4 +500 +differs")
        .contains("random 2", "tls 1", "1 paths differ")
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
            "the template 'm' is missing");
    assertThat(status(MirrorsServlet.json(List.of(failed)))).isEqualTo(1);
    assertThat(output()).contains("! sip:a@b: the template 'm' is missing", "./mirror template");
  }

  @Test
  void noServerAndWrongArgumentsAreSaid() throws Exception {
    assertThat(run("http://127.35.1.1:1")).isEqualTo(4);
    assertThat(output()).contains("no answer from http://127.35.1.1:1");
    assertThat(run("no url")).isEqualTo(2);
    assertThat(run("a", "b")).isEqualTo(2);
  }

  @Test
  void metricsAreSumsInTheTextFormat() {
    String text = Metrics.format(List.of(MIRROR, MIRROR));
    assertThat(text)
        .contains(
            "# TYPE phonemirror_diverged_intervals_total counter\n",
            "phonemirror_diverged_intervals_total{cause=\"random\"} 4\n",
            "phonemirror_diverged_intervals_total{cause=\"loss\"} 0\n",
            "phonemirror_mirrors{phase=\"running\"} 2\n",
            "phonemirror_intervals_total 4000\n",
            "phonemirror_out_of_step 2\n");
    assertThat(text.lines())
        .allMatch(line -> line.matches("# (HELP|TYPE) \\w+ .+|\\w+(\\{\\w+=\"\\w+\"\\})? \\d+"));
  }
}
