package org.phonemirror.core.download.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.core.tls.TestKeys;

class FileServerTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final String OLD = "ffffffffffffffffffffffffffffffff";
  private static final String DIGEST = "d".repeat(64);
  private static final byte[] CONTENT = new byte[3_000_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir Path directory;
  private Path file;
  private FileServer server;
  private HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeEach
  void start() throws Exception {
    file = Files.write(directory.resolve("content"), CONTENT);
    serve(Optional.empty(), 100, Duration.ofSeconds(60));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void serve(Optional<FileServerSettings.KeyStoreFile> keys, int perAddress, Duration idle)
      throws IOException {
    if (server != null) {
      server.close();
    }
    server =
        FileServer.start(
            new FileServerSettings(
                new InetSocketAddress("127.63.3.1", 0), keys, 100, perAddress, idle),
            this::find,
            Clock.systemUTC());
  }

  private FileSource.Answer find(String token, Instant now) {
    return switch (token) {
      case TOKEN -> new FileSource.Found(file, "fi lm ü.mp4", CONTENT.length, DIGEST);
      case OLD -> new FileSource.Ended();
      default -> new FileSource.Unknown();
    };
  }

  @Test
  void aFileIsServed() throws Exception {
    HttpResponse<byte[]> response = get();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(CONTENT);
    assertThat(response.headers().firstValue("etag")).contains("\"" + DIGEST + "\"");
    assertThat(response.headers().firstValue("accept-ranges")).contains("bytes");
    assertThat(response.headers().firstValue("content-type")).contains("application/octet-stream");
    assertThat(response.headers().firstValue("content-disposition"))
        .contains("attachment; filename*=UTF-8''fi%20lm%20%C3%BC.mp4");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=100-199, 100, 100",
    "bytes=2999000-, 2999000, 1000",
    "bytes=2999000-99999999, 2999000, 1000",
    "bytes=-5, 2999995, 5",
    "bytes=-99999999, 0, 3000000"
  })
  void aPartIsServed(String range, int from, int length) throws Exception {
    HttpResponse<byte[]> response = get("Range", range);
    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(Arrays.copyOfRange(CONTENT, from, from + length));
    assertThat(response.headers().firstValue("content-range"))
        .contains("bytes " + from + "-" + (from + length - 1) + "/3000000");
    assertThat(get("Range", range, "If-Range", "\"" + DIGEST + "\"").statusCode()).isEqualTo(206);
    assertThat(get("Range", range, "If-Range", "\"other\"").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=5-3", "bytes=-", "bytes=x-y", "items=0-1", "bytes=0-1,3-4"})
  void whatIsNoRangeGivesTheWhole(String range) throws Exception {
    assertThat(get("Range", range).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=3000000-", "bytes=-0", "bytes=99999999999999999-"})
  void aPartThatIsNotThereIsRefused(String range) throws Exception {
    HttpResponse<byte[]> response = get("Range", range);
    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(response.headers().firstValue("content-range")).contains("bytes */3000000");
  }

  @Test
  void aHeadHasNoBody() throws Exception {
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(uri("/files/" + TOKEN))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-length")).contains("3000000");
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/files/ffffffffffffffffffffffffffffffff, 410",
    "/files/00000000000000000000000000000000, 404",
    "/files/0123456789ABCDEF0123456789ABCDEF, 404",
    "/files/0123456789abcdef0123456789abcde, 404",
    "/files/0123456789abcdef0123456789abcdef0, 404",
    "/files/0123456789abcdef0123456789abcdef/, 404",
    "/files/%2e%2e/content, 404",
    "/files/, 404",
    "/, 404"
  })
  void withoutItsTokenThereIsNothing(String path, int status) throws Exception {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains("order it again").doesNotContain("content");
  }

  @Test
  void aFileThatHasGoneMeanwhileIsGone() throws Exception {
    Files.delete(file);
    assertThat(get().statusCode()).isEqualTo(410);
  }

  @ParameterizedTest
  @CsvSource({
    "'POST /files/" + TOKEN + " HTTP/1.1|Content-Length: 0||', 405",
    "'POST /files/" + TOKEN + " HTTP/1.1|Content-Length: 5||abcde', 413",
    "'GET /files/" + TOKEN + " HTTP/1.1|Transfer-Encoding: chunked||5|', 413",
    "'GET /files/" + TOKEN + " HTTP/1.1|Content-Length: 1|Content-Length: 2||', 400",
    "'nonsense||', 400"
  })
  void whatIsNoRequestForAFileIsRefused(String request, int status) throws Exception {
    assertThat(raw(request.replace("|", "\r\n"))).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void aRequestHasItsLimits() throws Exception {
    assertThat(raw("GET /" + "a".repeat(10_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(raw("GET / HTTP/1.1\r\nX: " + "a".repeat(10_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void requestsSentAheadAreAnsweredInTheirOrder() throws Exception {
    String part = "GET /files/" + TOKEN + " HTTP/1.1\r\nRange: bytes=0-4\r\n\r\n";
    String last = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";
    String answers = raw(part.repeat(50) + last);
    assertThat(answers.split("HTTP/1.1 206", -1)).hasSize(51);
    assertThat(answers.indexOf("HTTP/1.1 404")).isGreaterThan(answers.lastIndexOf(" 206 "));
  }

  @Test
  void connectionsHaveTheirLimit() throws Exception {
    serve(Optional.empty(), 2, Duration.ofSeconds(60));
    try (Socket one = connect();
        Socket two = connect();
        Socket three = connect()) {
      assertThat(three.getInputStream().read()).as("hung up").isEqualTo(-1);
      one.close();
      // the server sees that a little later
      while (!isAnswered()) {
        assertThat(two.isConnected()).isTrue();
      }
    }
  }

  private boolean isAnswered() {
    try (Socket socket = connect()) {
      socket.getOutputStream().write("HEAD / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      return socket.getInputStream().read() == 'H';
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whoStandsStillIsHungUpOn() throws Exception {
    serve(Optional.empty(), 100, Duration.ofMillis(200));
    try (Socket socket = connect()) {
      socket.getOutputStream().write("GET ".getBytes(StandardCharsets.UTF_8));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void filesAreServedByTls() throws Exception {
    TestKeys keys = TestKeys.of(directory.resolve("keys.p12"), "ip:127.63.3.1");
    FileServerSettings.KeyStoreFile wrong =
        new FileServerSettings.KeyStoreFile(keys.file(), "wrong");
    assertThatThrownBy(() -> serve(Optional.of(wrong), 100, Duration.ofSeconds(60)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(keys.file().toString());
    assertThatThrownBy(wrong::anchor).hasMessageContaining(keys.file().toString());
    FileServerSettings.KeyStoreFile right =
        new FileServerSettings.KeyStoreFile(keys.file(), TestKeys.PASSWORD);
    assertThat(right.anchor()).isEqualTo(keys.certificate());
    serve(Optional.of(right), 100, Duration.ofSeconds(60));
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(keys.context())
            .build();
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "https://127.63.3.1:" + server.address().getPort() + "/files/" + TOKEN))
                .header("Range", "bytes=1000-")
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 1000, CONTENT.length));
  }

  private URI uri(String path) {
    return URI.create("http://127.63.3.1:" + server.address().getPort() + path);
  }

  private HttpResponse<byte[]> get(String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri("/files/" + TOKEN));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.63.3.1", server.address().getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  /** Sends bytes, and reads until the server hangs up. */
  private String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      StringBuilder answer = new StringBuilder();
      try {
        for (int b = in.read(); b >= 0; b = in.read()) {
          answer.append((char) b);
        }
      } catch (SocketException e) {
        // the server has not read all of what was sent, and hangs up by a reset
      }
      return answer.toString();
    }
  }
}
