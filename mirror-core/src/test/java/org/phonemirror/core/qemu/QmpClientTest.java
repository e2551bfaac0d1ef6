package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QmpClientTest {
  private static final String GREETING =
      "{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7}}, \"capabilities\": []}}";
  private static final Duration TIME = Duration.ofSeconds(10);

  @TempDir private Path directory;

  @Test
  void answersAreToldFromEventsAndEventsAreKept() throws Exception {
    try (FakeMonitor monitor =
            monitor(
                "{\"return\": {}, \"id\": 1}",
                "{\"event\": \"STOP\", \"data\": {\"n\": 7}}\r\n"
                    + "{\"return\": {\"running\": true}, \"id\": 2}\r");
        QmpClient qmp = QmpClient.connect(monitor.socket, TIME)) {
      assertThat(qmp.execute("query-status").path("running").asBoolean()).isTrue();
      assertThat(qmp.awaitEvent("STOP", TIME).path("n").asInt()).isEqualTo(7);
      assertThat(monitor.requests.get())
          .containsExactly(
              "{\"execute\":\"qmp_capabilities\",\"id\":1}",
              "{\"execute\":\"query-status\",\"id\":2}");
    }
  }

  @Test
  void argumentsAreSentAndARefusalNamesTheCommand() throws Exception {
    try (FakeMonitor monitor =
            monitor(
                "{\"return\": {}, \"id\": 1}",
                "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no such\"}, \"id\": 2}");
        QmpClient qmp = QmpClient.connect(monitor.socket, TIME)) {
      assertThatThrownBy(() -> qmp.execute("device_del", Map.of("id", "x")))
          .isInstanceOf(QmpException.class)
          .hasMessageContaining("device_del")
          .hasMessageContaining("no such");
      assertThat(monitor.requests.get().get(1)).contains("\"arguments\":{\"id\":\"x\"}");
    }
  }

  @Test
  void aMonitorThatGoesAwayFailsTheCommand() throws Exception {
    try (FakeMonitor monitor = monitor("{\"return\": {}, \"id\": 1}");
        QmpClient qmp = QmpClient.connect(monitor.socket, TIME)) {
      assertThatThrownBy(() -> qmp.execute("stop"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("stop");
    }
  }

  @Test
  void anEndlessLineIsRefused() throws Exception {
    try (FakeMonitor monitor = monitor("{\"return\": {}, \"id\": 1}", "x".repeat((1 << 20) + 1));
        QmpClient qmp = QmpClient.connect(monitor.socket, TIME)) {
      assertThatThrownBy(() -> qmp.execute("stop")).hasMessageContaining("line of more than");
    }
  }

  @Test
  void aMissingSocketIsNamed() {
    Path socket = directory.resolve("none");
    assertThatThrownBy(() -> QmpClient.connect(socket, Duration.ofMillis(20)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(socket.toString());
  }

  @Test
  void anAnswerThatDoesNotComeEndsAtTheDeadline() throws Exception {
    try (FakeMonitor monitor = monitor("{\"return\": {}, \"id\": 1}", "");
        QmpClient qmp = QmpClient.connect(monitor.socket, TIME)) {
      assertThatThrownBy(() -> qmp.awaitEvent("STOP", Duration.ofMillis(20)))
          .hasMessageContaining("STOP")
          .hasMessageContaining("PT0.02S");
    }
  }

  @Test
  void endlessEventsEndAtTheDeadline() throws Exception {
    String event = "{\"event\": \"RTC_CHANGE\", \"data\": {}}\n".repeat(1000);
    try (HostilePeer peer =
            new HostilePeer(
                directory.resolve("flood"),
                talk -> {
                  talk.write(GREETING + "\n");
                  talk.readLine();
                  talk.write("{\"return\": {}, \"id\": 1}\n");
                  while (true) {
                    talk.write(event);
                  }
                });
        QmpClient qmp = QmpClient.connect(peer.socket(), TIME)) {
      assertThatThrownBy(() -> qmp.execute("stop", Map.of(), Deadline.in(Duration.ofMillis(300))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("stop")
          .hasMessageContaining("PT0.3S");
    }
  }

  @Test
  void longEventsAreNotKeptAndLongErrorsAreCut() throws Exception {
    String long1 = "x".repeat(500_000);
    try (FakeMonitor monitor =
            monitor(
                "{\"return\": {}, \"id\": 1}",
                "{\"event\": \"STOP\", \"data\": {\"n\": 1, \"x\": \""
                    + long1
                    + "\"}}\n"
                    + "{\"event\": \"STOP\", \"data\": {\"n\": 2}}\n"
                    + "{\"error\": {\"desc\": \""
                    + long1
                    + "\"}, \"id\": 2}");
        QmpClient qmp = QmpClient.connect(monitor.socket, TIME)) {
      assertThatThrownBy(() -> qmp.execute("stop"))
          .isInstanceOf(QmpException.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000));
      assertThat(qmp.awaitEvent("STOP", TIME).path("n").asInt()).isEqualTo(2);
    }
  }

  private FakeMonitor monitor(String... answers) throws IOException {
    return new FakeMonitor(directory.resolve("qmp"), List.of(answers));
  }

  /** Answers each request line with the next answer, then closes. */
  private static final class FakeMonitor implements AutoCloseable {
    final Path socket;
    final CompletableFuture<List<String>> requests;
    private final ServerSocketChannel server;

    FakeMonitor(Path socket, List<String> answers) throws IOException {
      this.socket = socket;
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      requests = CompletableFuture.supplyAsync(() -> serve(answers));
    }

    private List<String> serve(List<String> answers) {
      List<String> lines = new java.util.ArrayList<>();
      try (SocketChannel peer = server.accept();
          BufferedReader in =
              new BufferedReader(Channels.newReader(peer, StandardCharsets.UTF_8))) {
        write(peer, GREETING);
        for (String answer : answers) {
          String line = in.readLine();
          if (line == null) {
            break;
          }
          lines.add(line);
          write(peer, answer);
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      return lines;
    }

    private static void write(SocketChannel peer, String line) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        peer.write(bytes);
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
