package org.phonemirror.core.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebCarrierTest {
  @TempDir Path directory;
  private final TestClock clock = new TestClock();
  private final PlainHttp http = new PlainHttp(Duration.ofSeconds(20));
  private final List<InetAddress> asked = new CopyOnWriteArrayList<>();
  private final byte[] content = new byte[500_000];
  private HttpPeer peer;
  private WebCarrier carrier;
  private Path file;

  @BeforeEach
  void start() throws Exception {
    peer = new HttpPeer("127.64.1.2");
    WebSettings settings =
        new WebSettings(
            address -> {
              asked.add(address);
              return !address.getHostAddress().equals("127.64.1.9");
            },
            Duration.ofSeconds(20));
    carrier = new WebCarrier(settings, http, clock);
    new Random(1).nextBytes(content);
    file = Files.write(directory.resolve("clip.mp4"), content);
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    peer.close();
  }

  private Outcome put(String... answers) throws Exception {
    for (String answer : answers) {
      peer.answers.add(HttpPeer.Answer.of(answer));
    }
    return carrier.bring(Parcels.of(file, peer.url("/in/clip.mp4?a=b")));
  }

  @Test
  void aFileIsPutWithItsDigestAndTheNameOfTheSending() throws Exception {
    assertThat(put()).isEqualTo(new Outcome.Sent());
    assertThat(put()).isEqualTo(new Outcome.Sent());
    HttpPeer.Request request = peer.requests.get(0);
    String digest =
        Base64.getEncoder().encodeToString(HexFormat.of().parseHex(Sha256.hex(content)));
    assertThat(request.head())
        .startsWith("PUT /in/clip.mp4?a=b HTTP/1.1\r\n")
        .contains(
            "Content-Type: video/mp4\r\n",
            "Content-Digest: sha-256=:" + digest + ":\r\n",
            "Idempotency-Key: \"");
    assertThat(request.body()).isEqualTo(content);
    assertThat(peer.requests.get(1).head()).isEqualTo(request.head());
    assertThat(asked).containsOnly(InetAddress.getByName("127.64.1.2"));
  }

  @Test
  void anAddressThatIsNotAllowedIsNotConnectedTo() throws Exception {
    try (HttpPeer inside = new HttpPeer("127.64.1.9")) {
      assertThat(carrier.bring(Parcels.of(file, inside.url("/x"))))
          .isInstanceOfSatisfying(
              Outcome.Never.class,
              never -> assertThat(never.reason()).isEqualTo(Reason.NOT_ALLOWED));
      // nor by a redirection
      String there = "HTTP/1.1 307 Over there\r\nLocation: " + inside.url("/x") + "\r\n\r\n";
      assertThat(put(there)).isInstanceOf(Outcome.Never.class);
      assertThat(inside.requests).isEmpty();
    }
  }

  @Test
  void redirectionsAreFollowedToAnEnd() throws Exception {
    String elsewhere = "HTTP/1.1 308 There\r\nLocation: /other\r\n\r\n";
    peer.answers.add(HttpPeer.Answer.early(elsewhere));
    assertThat(put()).isEqualTo(new Outcome.Sent());
    assertThat(peer.requests.get(1).head()).startsWith("PUT /other ");
    assertThat(peer.requests.get(1).body()).isEqualTo(content);

    for (int i = 0; i < 10; i++) {
      peer.answers.add(HttpPeer.Answer.early("HTTP/1.1 307 There\r\nLocation: /" + i + "\r\n\r\n"));
    }
    assertThat(put()).isInstanceOf(Outcome.Never.class);
    assertThat(peer.requests).hasSize(2 + 5);
  }

  @Test
  void statusesTellWhetherItIsWorthAnotherAttempt() throws Exception {
    String none = "\r\nContent-Length: 0\r\n\r\n";
    assertThat(put("HTTP/1.1 503 Busy\r\nRetry-After: 120" + none))
        .isInstanceOfSatisfying(
            Outcome.Later.class,
            later -> {
              assertThat(later.answered()).isTrue();
              assertThat(later.after()).contains(Duration.ofMinutes(2));
            });
    assertThat(put("HTTP/1.1 429 Slowly\r\nRetry-After: Sun, 22 Nov 2026 13:00:00 GMT" + none))
        .isInstanceOfSatisfying(
            Outcome.Later.class,
            later -> assertThat(later.after()).isEqualTo(Optional.of(Duration.ofHours(1))));
    assertThat(put("HTTP/1.1 403 No" + none)).isInstanceOf(Outcome.Never.class);
    assertThat(put("HTTP/1.1 302 Elsewhere" + none)).isInstanceOf(Outcome.Never.class);
    assertThat(put("HTTP/1.1 413 Too much" + none))
        .isInstanceOfSatisfying(
            Outcome.Never.class, never -> assertThat(never.reason()).isEqualTo(Reason.TOO_BIG));
  }

  @Test
  void whoSaysNoBeforeTheBodyDoesNotGetIt() throws Exception {
    peer.answers.add(HttpPeer.Answer.early("HTTP/1.1 401 Who are you?\r\n\r\n"));
    assertThat(put()).isInstanceOf(Outcome.Never.class);
    assertThat(peer.requests.get(0).body()).isEmpty();
  }

  @Test
  void whoKnowsNoExpectationGetsTheBodyAllTheSame() throws Exception {
    peer.saysContinue = false;
    assertThat(put("HTTP/1.0 200 OK\r\n\r\nthanks")).isEqualTo(new Outcome.Sent());
    assertThat(peer.requests.get(0).body()).isEqualTo(content);
  }

  @Test
  void whatIsNoAnswerIsNone() throws Exception {
    for (String wrong :
        List.of(
            "",
            "SSH-2.0-OpenSSH\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno field\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + "X: y\r\nZ".repeat(200),
            "x".repeat(10_000))) {
      assertThat(put(wrong))
          .isInstanceOfSatisfying(
              Outcome.Later.class, later -> assertThat(later.answered()).isFalse());
    }
    peer.close();
    assertThat(put()).isInstanceOf(Outcome.Later.class);
  }

  @Test
  void whatIsRecalledDoesNotArrive() throws Exception {
    Parcel parcel = Parcels.of(file, peer.url("/x"), () -> false, () -> false);
    assertThatThrownBy(() -> carrier.bring(parcel)).isInstanceOf(Parcel.RecalledException.class);
    UploadWorld.await(() -> !peer.requests.isEmpty(), () -> "nothing came");
    assertThat(peer.requests.get(0).body()).hasSizeLessThan(content.length);
  }
}
