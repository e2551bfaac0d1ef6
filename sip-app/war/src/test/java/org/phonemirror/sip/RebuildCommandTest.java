package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.mirror.Comparison;
import org.phonemirror.core.mirror.RebuildStatus;
import org.phonemirror.core.mirror.RebuildStatus.Phase;

class RebuildCommandTest {
  private static final String SUBSCRIBER = "sip:+15550001@ims.test";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  @Test
  void itOrdersFollowsAndTellsThatMirrorAndPhoneAreEqual() throws Exception {
    int exit =
        rebuild(
            status(Phase.ORDERED, 0, Optional.empty()),
            status(Phase.REPLAYING, 40, Optional.empty()),
            status(Phase.DONE, 50, Optional.of(new Comparison(true, 3, 70, 0))));
    assertThat(exit).isZero();
    assertThat(output())
        .contains(
            "at message 40 of 50", "from message 20: it equals its phone (3 files, 70 bytes)");
    String query = "/rebuild?subscriber=sip%3A%2B15550001%40ims.test";
    assertThat(asked).containsExactly("POST " + query + " rebuild", "GET " + query, "GET " + query);
  }

  @Test
  void oneThatDiffersOrCannotBeBuiltIsTold() throws Exception {
    Comparison other = new Comparison(false, 3, 70, 0);
    assertThat(rebuild(status(Phase.DONE, 50, Optional.of(other)))).isEqualTo(1);
    assertThat(output()).contains("it differs from its phone");
    RebuildStatus failed =
        new RebuildStatus(Phase.FAILED, 0, 0, 50, Optional.empty(), "no whole checkpoint");
    assertThat(rebuild(failed)).isEqualTo(1);
    assertThat(output()).contains("can't be built again: no whole checkpoint");
    assertThat(rebuild(RebuildStatus.NONE)).isEqualTo(1);
    assertThat(output()).contains("there is no mirror of " + SUBSCRIBER);
  }

  @Test
  void wrongCommandLinesAndDeadServersAreTold() throws Exception {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--help")).isZero();
    assertThat(output()).contains("usage: ./mirror rebuild");
    assertThat(run(SUBSCRIBER, "http://127.33.1.2:9")).isEqualTo(4);
    assertThat(output()).contains("no answer from http://127.33.1.2:9");
  }

  private static RebuildStatus status(Phase phase, long position, Optional<Comparison> last) {
    return new RebuildStatus(phase, 20, position, 50, last, "");
  }

  private int rebuild(RebuildStatus... answers) throws Exception {
    Queue<RebuildStatus> left = new ConcurrentLinkedQueue<>(List.of(answers));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.33.1.1", 0), 0);
    server.createContext(
        "/rebuild",
        exchange -> {
          String guard = exchange.getRequestHeaders().getFirst(RebuildServlet.GUARD);
          String order = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          asked.add(guard == null ? order : order + " " + guard);
          byte[] bytes = RebuildServlet.json(left.remove()).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      return run(SUBSCRIBER, "http://127.33.1.1:" + server.getAddress().getPort() + "/");
    } finally {
      server.stop(0);
    }
  }

  private int run(String... args) throws InterruptedException {
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    return RebuildCommand.run(print, print, Duration.ofMillis(1), args);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }
}
