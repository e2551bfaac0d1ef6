package org.phonemirror.core.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDownloadsTest {
  private static final String GET = "GET /f HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private final List<String> digests = new ArrayList<>();
  private final HttpDownloads downloads = new HttpDownloads(1_000, digests::add);

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256")
                .digest(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private void phone(String text) {
    downloads.bytes(true, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void network(String text) {
    downloads.bytes(false, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 10_000})
  void bodiesAreDigestedHoweverTheyAreFramedAndCut(int size) throws Exception {
    phone(GET);
    phone("HEAD /f HTTP/1.1\r\nHost: h\r\n\r\n");
    phone("POST /f HTTP/1.1\r\nContent-Length: 4\r\n\r\nGET ");
    phone(GET);
    phone(GET);
    String responses =
        OK
            + "Content-Length: 5\r\n\r\nfirst"
            + OK
            + "Content-Length: 5\r\n\r\n"
            + "HTTP/1.1 100 Continue\r\n\r\n"
            + OK
            + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"
            + "4;x=y\r\nseco\r\n2 \r\nnd\r\n0\r\nTrailer: t\r\n\r\n"
            + "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"
            + "HTTP/1.1 200 OK\nConnection: close\n\nthird";
    for (int at = 0; at < responses.length(); at += size) {
      network(responses.substring(at, Math.min(responses.length(), at + size)));
    }
    assertThat(digests).containsExactly(sha256("first"), sha256("second"));
    downloads.ended(false);
    assertThat(digests).endsWith(sha256("third")).hasSize(3);
    assertThat(downloads.hasEnded()).isTrue();
  }

  @Test
  void aBodyThatIsCutShortIsNone() {
    phone(GET);
    network(OK + "Content-Length: 50\r\n\r\nfirst");
    downloads.ended(false);
    assertThat(digests).isEmpty();
  }

  @Test
  void aBodyThatIsTooLongEndsIt() {
    phone(GET);
    network(OK + "Content-Length: 5000\r\n\r\n" + "x".repeat(5000));
    assertThat(digests).isEmpty();
    assertThat(downloads.hasEnded()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-x\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "\n\n\n\n\n\n",
      })
  void whatIsNotHttpIsLetGo(String response) {
    phone(GET);
    network(response);
    assertThat(downloads.hasEnded()).isTrue();
    network(OK + "Content-Length: 5\r\n\r\nfirst");
    assertThat(digests).isEmpty();
  }

  @Test
  void headsAndRequestsInWaitingAreBounded() {
    HttpDownloads endless = new HttpDownloads(10, digests::add);
    byte[] letters = new byte[20_000];
    Arrays.fill(letters, (byte) 'x');
    endless.bytes(true, letters);
    assertThat(endless.hasEnded()).isTrue();
    for (int i = 0; i < 65; i++) {
      phone(GET);
    }
    assertThat(downloads.hasEnded()).isTrue();
  }
}
