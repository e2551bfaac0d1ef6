package org.phonemirror.client.services;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.client.services.ServicesBench.cached;
import static org.phonemirror.client.services.ServicesBench.network;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;

/** Files that the server keeps come into user storage, whole and once. */
@Timeout(60)
class FetchTest {
  private static final int LENGTH = 300_000;

  @TempDir Path directory;
  private final byte[] content = new byte[LENGTH];
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile HttpHandler handler;

  @BeforeEach
  void serve() throws IOException {
    new Random(7).nextBytes(content);
    server = HttpServer.create(new InetSocketAddress("127.65.1.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          ranges.add(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
          try (exchange) {
            handler.handle(exchange);
          }
        });
    server.start();
    handler = exchange -> answer(exchange, content);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String from() {
    return "http://127.65.1.1:" + server.getAddress().getPort() + "/token";
  }

  private static void answer(HttpExchange exchange, byte[] bytes) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int start =
        range == null
            ? 0
            : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    if (range != null) {
      exchange
          .getResponseHeaders()
          .add("Content-Range", "bytes " + start + "-" + (bytes.length - 1) + "/" + bytes.length);
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, bytes.length - start);
    exchange.getResponseBody().write(bytes, start, bytes.length - start);
  }

  private Path file(String name) {
    return directory.resolve("data/Downloads").resolve(name);
  }

  private void assertNothingIsLeft() throws IOException {
    assertThat(directory.resolve("data/Downloads")).doesNotExist();
    Path parts = directory.resolve("private/fetching");
    assertThat(!Files.exists(parts) || parts.toFile().list().length == 0).isTrue();
  }

  @Test
  void whatBrokeOffGoesOnWhereItWas() throws Exception {
    handler =
        exchange -> {
          handler = again -> answer(again, content);
          exchange.sendResponseHeaders(200, LENGTH);
          exchange.getResponseBody().write(content, 0, LENGTH / 2);
          throw new IOException("the line breaks");
        };
    try (ServicesBench bench = new ServicesBench(directory, network(false))) {
      bench.come(cached(from(), "a.bin", content));
      assertThat(bench.await("file-fetched").first("order")).contains("4711");
      assertThat(file("a.bin")).hasBinaryContent(content);
      Order order = bench.orders().get(0);
      assertThat(order.service()).isEqualTo("download");
      assertThat(order.fields())
          .containsExactly(
              new Field("action", "fetched"),
              new Field("of", "4711"),
              new Field("path", "Downloads/a.bin"),
              new Field("sha256", ServicesBench.sha256(content)));
    }
    assertThat(ranges.get(0)).isEqualTo("null");
    assertThat(ranges.get(ranges.size() - 1)).startsWith("bytes=");
  }

  @Test
  void whatIsNotWhatWasAnnouncedDoesNotAppear() throws Exception {
    byte[] other = content.clone();
    other[LENGTH - 1]++;
    handler = exchange -> answer(exchange, other);
    try (ServicesBench bench = new ServicesBench(directory, network(false))) {
      bench.come(cached(from(), "a.bin", content));
      assertThat(bench.await("fetch-failed").first("reason")).contains("wrong-content");
      assertThat(bench.orders()).isEmpty();
    }
    assertNothingIsLeft();
    assertThat(ranges).hasSize(2);
  }

  @Test
  void aServerThatSendsMoreThanItSaidIsCutOff() throws Exception {
    handler = exchange -> answer(exchange, Arrays.copyOf(content, LENGTH + 1));
    try (ServicesBench bench = new ServicesBench(directory, network(false))) {
      bench.come(cached(from(), "a.bin", content));
      assertThat(bench.await("fetch-failed").first("reason")).contains("wrong-content");
    }
    assertNothingIsLeft();
  }

  @Test
  void whatIsGoneIsToldAndForgotten() throws Exception {
    handler = exchange -> exchange.sendResponseHeaders(404, -1);
    try (ServicesBench bench = new ServicesBench(directory, network(false))) {
      bench.come(cached(from(), "a.bin", content));
      assertThat(bench.await("fetch-failed").first("reason")).contains("gone");
      assertThat(bench.services.fetch("").get()).isZero();
    }
    assertNothingIsLeft();
  }

  @Test
  void whatHasExpiredIsNotAskedFor() throws Exception {
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      Instant soon = Instant.ofEpochSecond(ServicesBench.NOW / 1_000_000 + 30);
      bench.come(cached(from(), "a.bin", content, soon));
      bench.await("file-cached");
      bench.clock.advance(60_000_000);
      assertThat(bench.await("fetch-failed").first("reason")).contains("expired");
    }
    assertThat(ranges).isEmpty();
  }

  @Test
  void onAMeteredNetworkItWaitsForTheUsersWord() throws Exception {
    Files.createDirectories(directory.resolve("data/Downloads"));
    Files.writeString(file("a.b.bin"), "the user's own");
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      bench.come(cached(from(), "a.b.bin", content));
      bench.await("file-cached");
      bench.onEngine(() -> bench.services.engineSide().look());
      assertThat(ranges).isEmpty();
      assertThat(bench.services.fetch("711").get()).isEqualTo(1);
      bench.await("file-fetched");
      assertThat(file("a.b (1).bin")).hasBinaryContent(content);
      assertThat(file("a.b.bin")).hasContent("the user's own");
    }
  }

  @Test
  void aFileWhoseFolderIsTakenWaitsAndSaysWhy() throws Exception {
    Path inTheWay =
        Files.writeString(
            Files.createDirectories(directory.resolve("data")).resolve("Downloads"), "x");
    try (ServicesBench bench = new ServicesBench(directory, network(false))) {
      bench.come(cached(from(), "a.bin", content));
      Notice delayed = bench.await("fetch-delayed");
      assertThat(delayed.text()).contains("not a directory");
      assertThat(delayed.first("reason")).contains("unwritable");
      Files.delete(inTheWay);
      bench.await("file-fetched");
      assertThat(file("a.bin")).hasBinaryContent(content);
      assertThat(ranges).hasSize(1);
    }
  }

  @Test
  void namesThatLeadElsewhereAreMadeHarmless() throws Exception {
    try (ServicesBench bench = new ServicesBench(directory, network(false))) {
      bench.come(cached(from(), "../../etc/passwd", content));
      bench.await("file-fetched");
      assertThat(file(".._.._etc_passwd")).hasBinaryContent(content);
    }
  }

  @Test
  void aClientKilledAfterTheFileAppearedOrdersAtTheNextStart() throws Exception {
    long key = 42;
    Notice notice = cached(from(), "a.bin", content);
    new EntryFile(directory.resolve("state/files")).load();
    new EntryFile(directory.resolve("state/files"))
        .save(
            List.of(
                new Entry(key, 1, Fetches.LANDING, "a.bin", notice.fields())
                    .with(Fetches.PATH, "Downloads/a.bin")));
    Files.createDirectories(file("").getParent().resolve("Downloads"));
    Files.write(file("a.bin"), content);
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      bench.await("file-fetched");
      assertThat(bench.orders()).extracting(Order::id).containsExactly(key);
    }
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      assertThat(bench.orders()).hasSize(1);
    }
    assertThat(ranges).isEmpty();
  }

  @Test
  void aClientKilledBeforeTheFileAppearedPutsItThereAtTheNextStart() throws Exception {
    Notice notice = cached(from(), "a.bin", content);
    new EntryFile(directory.resolve("state/files")).load();
    new EntryFile(directory.resolve("state/files"))
        .save(
            List.of(
                new Entry(42, 1, Fetches.LANDING, "a.bin", notice.fields())
                    .with(Fetches.PATH, "Downloads/a.bin")));
    Files.createDirectories(directory.resolve("data/Downloads"));
    Files.createFile(file("a.bin")); // the name was reserved
    Files.createDirectories(directory.resolve("private/fetching"));
    Files.write(directory.resolve("private/fetching/2a.part"), content);
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      bench.await("file-fetched");
      assertThat(file("a.bin")).hasBinaryContent(content);
      assertThat(directory.resolve("data/Downloads")).isDirectoryNotContaining("glob:**(1)**");
      assertThat(bench.orders()).extracting(Order::id).containsExactly(42L);
    }
  }

  @Test
  void aNoticeThatMakesNoSenseIsToldAndDoesNoHarm() throws Exception {
    try (ServicesBench bench = new ServicesBench(directory, network(false))) {
      bench.come(new Notice("file-cached", List.of(new Field("size", "many"))));
      assertThat(bench.await("fetch-failed").first("reason")).contains("not-allowed");
      bench.come(cached("file:///etc/passwd", "p", "x".getBytes(UTF_8)));
      assertThat(bench.await("fetch-failed").first("reason")).contains("refused");
    }
    assertNothingIsLeft();
  }
}
