package org.phonemirror.core.download.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.phonemirror.core.tls.TestKeys;

class FetcherTest {
  private static final byte[] CONTENT = new byte[300_000];
  private static final String TAG = "\"v1\"";

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir Path directory;
  private final Memory partial = new Memory();
  private final Control control = new Control();
  private Duration idle = Duration.ofSeconds(20);
  private Resolver resolver = Resolver.SYSTEM;
  private SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
  private Optional<Origin> origin = Optional.empty();

  @AfterEach
  void stop() throws Exception {
    if (origin.isPresent()) {
      origin.get().close();
    }
  }

  @Test
  void aFileIsFetched() throws Exception {
    serve(
        (request, out) -> {
          Origin.head(out, "100 Continue");
          Origin.head(
              out, "200 OK", "Content-Disposition: attachment; filename=x", "Content-Length: 5");
          out.write("abcde".getBytes(StandardCharsets.UTF_8));
        });
    Fetcher.Fetched fetched = fetch("/a?b");
    assertThat(partial.bytes()).asString().isEqualTo("abcde");
    assertThat(fetched.disposition()).contains("attachment; filename=x");
    Origin.Request request = origin.orElseThrow().requests.get(0);
    assertThat(request.path()).isEqualTo("/a?b");
    assertThat(request.fields())
        .containsEntry("host", "127.63.1.1:" + origin.get().port())
        .containsEntry("accept-encoding", "identity")
        .doesNotContainKeys("range", "cookie", "authorization", "referer");
  }

  @Test
  void aChunkedFileIsFetched() throws Exception {
    serve(
        (request, out) -> {
          Origin.head(out, "200 OK", "Transfer-Encoding: chunked");
          out.write(
              "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
        });
    fetch("/");
    assertThat(partial.bytes()).asString().isEqualTo("abcde");
  }

  @Test
  void aFileWithoutLengthEndsWithItsConnection() throws Exception {
    serve(
        (request, out) -> {
          Origin.head(out, "200 OK");
          out.write("abcde".getBytes(StandardCharsets.UTF_8));
        });
    fetch("/");
    assertThat(partial.bytes()).asString().isEqualTo("abcde");
  }

  @Test
  void whatBrokeOffIsGoneOnWith() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    Origin.Handler file = Origin.file(CONTENT, TAG);
    serve(
        (request, out) -> {
          if (attempts.getAndIncrement() == 0) {
            Origin.head(out, "200 OK", "ETag: " + TAG, "Content-Length: " + CONTENT.length);
            out.write(CONTENT, 0, 100_000);
          } else {
            file.answer(request, out);
          }
        });
    FetchException first = failure("/");
    assertThat(first.isTemporary()).isTrue();
    assertThat(partial.length()).isEqualTo(100_000);
    fetch("/");
    assertThat(partial.bytes()).isEqualTo(CONTENT);
    assertThat(origin.orElseThrow().requests.get(1).fields())
        .containsEntry("range", "bytes=100000-")
        .containsEntry("if-range", TAG);
  }

  @Test
  void whatHasChangedMeanwhileIsFetchedAnew() throws Exception {
    partial.begin(Optional.of("\"v0\""), OptionalLong.of(7));
    partial.append(new byte[] {1, 2, 3}, 3);
    serve(Origin.file(CONTENT, TAG));
    fetch("/");
    assertThat(partial.bytes()).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes 2-6/7",
    "bytes 3-6/8",
    "bytes 3-5/7",
    "items 3-6/7",
    "bytes 3-99999999999999999999/7"
  })
  void anotherPartThanWasAskedForIsThrownAway(String range) throws Exception {
    partial.begin(Optional.of(TAG), OptionalLong.of(7));
    partial.append(new byte[] {1, 2, 3}, 3);
    serve(
        (request, out) -> {
          Origin.head(out, "206 Partial Content", "Content-Range: " + range, "Content-Length: 4");
          out.write(new byte[4]);
        });
    FetchException e = failure("/");
    assertThat(e.reason()).isEqualTo(Reason.WRONG_CONTENT);
    assertThat(e.isTemporary()).isTrue();
    assertThat(partial.length()).isZero();
  }

  @Test
  void aPartThatIsNotThereAnyMoreIsThrownAway() throws Exception {
    partial.begin(Optional.of(TAG), OptionalLong.of(7));
    partial.append(new byte[] {1, 2, 3}, 3);
    serve((request, out) -> Origin.head(out, "416 Range Not Satisfiable", "Content-Length: 0"));
    assertThat(failure("/").isTemporary()).isTrue();
    assertThat(partial.length()).isZero();
  }

  @Test
  void whatIsLongerThanItSaidIsNoFile() throws Exception {
    serve(
        (request, out) -> {
          Origin.head(out, "200 OK", "Content-Length: 5");
          out.write("abcdefgh".getBytes(StandardCharsets.UTF_8));
        });
    FetchException e = failure("/");
    assertThat(e.reason()).isEqualTo(Reason.WRONG_CONTENT);
    assertThat(e.isTemporary()).isFalse();
    assertThat(partial.length()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "'Content-Length: 5', 'Content-Length: 6'",
    "'Content-Length: -1', 'X: y'",
    "'Content-Length: 5,5', 'X: y'",
    "'Transfer-Encoding: gzip, chunked', 'X: y'",
    "' folded: x', 'X: y'",
    "'nonsense', 'X: y'"
  })
  void anAnswerThatContradictsItselfIsRefused(String one, String two) throws Exception {
    serve(
        (request, out) -> {
          Origin.head(out, "200 OK", one, two);
          out.write("abcde".getBytes(StandardCharsets.UTF_8));
        });
    assertThat(failure("/").reason()).isEqualTo(Reason.WRONG_CONTENT);
  }

  @Test
  void anEndlessHeadIsCut() throws Exception {
    serve(
        (request, out) -> {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.UTF_8));
          while (true) {
            out.write("X: yyyyyyyyyyyyyyyyyy\r\n".getBytes(StandardCharsets.UTF_8));
          }
        });
    assertThat(failure("/").reason()).isEqualTo(Reason.WRONG_CONTENT);
  }

  @Test
  void anEndlessLineIsCut() throws Exception {
    serve(
        (request, out) -> {
          while (true) {
            out.write("HTTP/1.1 200 OKOKOKOK".getBytes(StandardCharsets.UTF_8));
          }
        });
    assertThat(failure("/").reason()).isEqualTo(Reason.WRONG_CONTENT);
  }

  @ParameterizedTest
  @CsvSource({
    "404, NOT_FOUND, false",
    "410, GONE, false",
    "401, REFUSED, false",
    "403, REFUSED, false",
    "418, REFUSED, false",
    "204, REFUSED, false",
    "304, REFUSED, false",
    "429, UNREACHABLE, true",
    "500, UNREACHABLE, true",
    "503, UNREACHABLE, true"
  })
  void aRefusalHasItsReason(int status, Reason reason, boolean temporary) throws Exception {
    serve((request, out) -> Origin.head(out, status + " x", "Content-Length: 0"));
    FetchException e = failure("/");
    assertThat(e.reason()).isEqualTo(reason);
    assertThat(e.isTemporary()).isEqualTo(temporary);
    assertThat(e).hasMessageContaining("" + status);
  }

  @Test
  void redirectsAreFollowedButNotForEver() throws Exception {
    serve(
        (request, out) -> {
          int hop = Integer.parseInt(request.path().substring(1));
          if (hop == 0) {
            Origin.head(out, "200 OK", "Content-Length: 0");
          } else {
            Origin.head(out, "302 Found", "Location: " + (hop - 1), "Content-Length: 0");
          }
        });
    assertThat(fetch("/10").from().uri().getPath()).isEqualTo("/0");
    FetchException e = failure("/11");
    assertThat(e.reason()).isEqualTo(Reason.REDIRECTS);
    assertThat(e.isTemporary()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.63.2.1:PORT/",
    "http://127.1:PORT/",
    "http://2130706433:PORT/",
    "http://[::1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://localhost:PORT/",
    "http://127.63.1.1:22/",
    "file:///etc/passwd",
    "http://user@127.63.1.1:PORT/"
  })
  void aRedirectDoesNotLeadInside(String location) throws Exception {
    serve(
        (request, out) ->
            Origin.head(
                out,
                "301 Moved",
                "Location: " + location.replace("PORT", "" + origin.orElseThrow().port())));
    FetchException e = failure("/");
    assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED);
    assertThat(origin.orElseThrow().requests).hasSize(1);
  }

  @Test
  void aNameIsResolvedOnceAndItsForbiddenAddressesAreLeftOut() throws Exception {
    serve(Origin.file(CONTENT, TAG));
    AtomicInteger asked = new AtomicInteger();
    resolver =
        host -> {
          boolean first = asked.getAndIncrement() == 0;
          return List.of(
              InetAddress.getByName("127.63.2.1"),
              InetAddress.getByName(first ? "127.63.1.1" : "127.0.0.1"));
        };
    String url = "http://rebinding.test:" + origin.orElseThrow().port() + "/";
    fetchUrl(url);
    assertThat(partial.bytes()).isEqualTo(CONTENT);
    assertThat(asked).hasValue(1);
    assertThat(origin.get().requests.get(0).fields().get("host")).startsWith("rebinding.test");
    assertThatThrownBy(() -> fetchUrl(url)).hasMessageContaining("not in the Internet");
  }

  @Test
  void aServerThatIsNotThereMayBeLater() throws Exception {
    serve(Origin.file(CONTENT, TAG));
    origin.orElseThrow().close();
    FetchException e = failure("/");
    assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(e.isTemporary()).isTrue();
  }

  @Test
  void aServerThatStandsStillIsLeft() throws Exception {
    idle = Duration.ofMillis(300);
    CountDownLatch end = new CountDownLatch(1);
    serve(
        (request, out) -> {
          if (request.path().equals("/body")) {
            Origin.head(out, "200 OK", "Content-Length: 10");
            out.write(1);
            out.flush();
          }
          end.await();
        });
    assertThat(failure("/head").reason()).isEqualTo(Reason.UNREACHABLE);
    idle = Duration.ofSeconds(3); // its head has to come in that time
    assertThat(failure("/body").reason()).isEqualTo(Reason.TOO_SLOW);
    end.countDown();
  }

  @Test
  void aServerThatTricklesIsLeft() throws Exception {
    idle = Duration.ofSeconds(2); // its head has to come in that time
    serve(
        (request, out) -> {
          Origin.head(out, "200 OK", "Content-Length: 100000");
          while (true) {
            out.write(1);
            out.flush();
            Thread.sleep(20);
          }
        });
    FetchException e = failure("/");
    assertThat(e.reason()).isEqualTo(Reason.TOO_SLOW);
    assertThat(e.isTemporary()).isTrue();
  }

  @Test
  void aFetchCanBeStopped() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    serve(
        (request, out) -> {
          Origin.head(out, "200 OK", "Content-Length: 10");
          begun.countDown();
          new CountDownLatch(1).await();
        });
    var thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> fetch = thread.submit(() -> fetch("/"));
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      control.stop();
      assertThatThrownBy(() -> fetch.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(() -> fetch("/")).isInstanceOf(IOException.class);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void tlsGoesByTheName() throws Exception {
    SSLContext context = TestKeys.of(directory.resolve("keys.p12"), "dns:files.test").context();
    tls = context.getSocketFactory();
    origin =
        Optional.of(
            new Origin(
                context.getServerSocketFactory().createServerSocket(), Origin.file(CONTENT, TAG)));
    resolver = host -> List.of(InetAddress.getByName("127.63.1.1"));
    int port = origin.get().port();
    fetchUrl("https://files.test:" + port);
    assertThat(partial.bytes()).isEqualTo(CONTENT);

    String other = "https://other.test:" + port;
    assertThat(catchThrowableOfType(FetchException.class, () -> fetchUrl(other)).reason())
        .isEqualTo(Reason.TLS);
    tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
    FetchException untrusted =
        catchThrowableOfType(FetchException.class, () -> fetchUrl("https://files.test:" + port));
    assertThat(untrusted.reason()).isEqualTo(Reason.TLS);
    assertThat(untrusted.isTemporary()).isFalse();
  }

  private void serve(Origin.Handler handler) throws IOException {
    if (origin.isPresent()) {
      origin.get().close();
    }
    origin = Optional.of(new Origin(handler));
  }

  private Fetcher.Fetched fetch(String path) throws IOException {
    return fetchUrl(origin.orElseThrow().url(path));
  }

  private Fetcher.Fetched fetchUrl(String url) throws IOException {
    try (Fetcher fetcher = fetcher()) {
      return fetcher.fetch(Target.parse(url), partial, control, Instant.MAX);
    }
  }

  private FetchException failure(String path) {
    return catchThrowableOfType(FetchException.class, () -> fetch(path));
  }

  private Fetcher fetcher() {
    FetchSettings settings =
        FetchSettings.defaults()
            .with(
                new AddressRules(List.of(), List.of(Origin.NETWORK)),
                Set.of(origin.orElseThrow().port()))
            .withTimes(Duration.ofSeconds(20), idle, idle);
    return new Fetcher(settings, resolver, tls, Clock.systemUTC());
  }

  private static final class Memory implements Partial {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Optional<String> validator = Optional.empty();
    private OptionalLong total = OptionalLong.empty();

    byte[] bytes() {
      return out.toByteArray();
    }

    @Override
    public long length() {
      return out.size();
    }

    @Override
    public Optional<String> validator() {
      return validator;
    }

    @Override
    public OptionalLong total() {
      return total;
    }

    @Override
    public void begin(Optional<String> newValidator, OptionalLong newTotal) {
      out.reset();
      validator = newValidator;
      total = newTotal;
    }

    @Override
    public void append(byte[] data, int length) {
      out.write(data, 0, length);
    }
  }
}
