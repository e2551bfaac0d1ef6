package org.phonemirror.testnet.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.mms.Content;
import org.phonemirror.core.mms.ContentType;
import org.phonemirror.core.mms.Envelope;
import org.phonemirror.core.mms.MmsDecoder;
import org.phonemirror.core.mms.MmsEncoder;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.mms.Status;
import org.phonemirror.testnet.ims.Ue;

/** Another subscriber, with whom the phone's user exchanges multimedia messages. */
final class Correspondent implements AutoCloseable {
  private static final Duration REGISTRATION = Duration.ofMinutes(10);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String GATEWAY_HEADER = "X-MSISDN";

  private final String number;
  private final InetSocketAddress relay;
  private final Ue ue;
  private final BlockingQueue<Ue.Received> received = new LinkedBlockingQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();

  /** Registers, and is there for messages. */
  Correspondent(TestNetwork network, String number) throws Exception {
    this.number = number;
    this.relay = network.mmsRelayAddress();
    network.subscribe(number);
    ue = network.ue(number, received::add);
    try {
      ue.register(REGISTRATION).toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      ue.close();
      throw e;
    }
  }

  /** Waits for a message, fetches it, and says so; gives its text. */
  String fetch() throws Exception {
    return receive().parts().get(0).text().orElse("");
  }

  /** As {@link #fetch}; whether one of its parts is this file. */
  boolean fetchFile(byte[] file) throws Exception {
    return receive().parts().stream().anyMatch(part -> Arrays.equals(part.data(), file));
  }

  private Content receive() throws Exception {
    Ue.Received push = received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    if (push == null) {
      throw new IOException(number + " was not told of a message within " + LIMIT);
    }
    MmsMessage.Notification told =
        (MmsMessage.Notification)
            MmsDecoder.decode(push.body().getBytes(StandardCharsets.ISO_8859_1));
    String path = URI.create(told.contentLocation()).getPath();
    MmsMessage.RetrieveConfirmation message =
        (MmsMessage.RetrieveConfirmation)
            MmsDecoder.decode(ask(request(path).build()), TestNetwork.MMS_BYTES);
    ask(
        request("/")
            .POST(body(new MmsMessage.NotifyResponse(told.transactionId(), Status.RETRIEVED, true)))
            .build());
    return message.content();
  }

  /** Sends a text. */
  void send(String to, String subject, String text) throws Exception {
    ContentType plain = ContentType.of("text/plain").with("charset", "utf-8");
    Content content = Content.single(plain, text.getBytes(StandardCharsets.UTF_8));
    Envelope envelope = Envelope.of(List.of(to + "/TYPE=PLMN"), subject);
    ask(
        request("/")
            .POST(
                body(
                    new MmsMessage.SendRequest(
                        "b1", envelope, List.of(), Optional.empty(), content)))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    URI uri =
        URI.create("http://" + relay.getAddress().getHostAddress() + ":" + relay.getPort() + path);
    return HttpRequest.newBuilder(uri)
        .timeout(LIMIT)
        .header(GATEWAY_HEADER, number)
        .header("Content-Type", MmsMessage.MEDIA_TYPE);
  }

  private static HttpRequest.BodyPublisher body(MmsMessage message) {
    return HttpRequest.BodyPublishers.ofByteArray(MmsEncoder.encode(message));
  }

  private byte[] ask(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() >= 300) {
      throw new IOException("the MMS relay answers " + answer.statusCode());
    }
    return answer.body();
  }

  @Override
  public void close() {
    ue.close();
  }
}
