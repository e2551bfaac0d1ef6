package org.phonemirror.testnet.mms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.mms.Content;
import org.phonemirror.core.mms.ContentType;
import org.phonemirror.core.mms.Envelope;
import org.phonemirror.core.mms.Expiry;
import org.phonemirror.core.mms.MmsDecoder;
import org.phonemirror.core.mms.MmsEncoder;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.mms.Part;

/** A relay on loopback whose pushes arrive in queues of this process. */
final class RelayAtWork implements AutoCloseable {
  static final String ALICE = "+15550001";
  static final String BOB = "+15550002";
  static final String CAROL = "+15550003";

  /** From where Linux connects to any loopback address. */
  static final String LOCAL = "127.0.0.1";

  /** A pushed PDU. */
  record Pushed(String number, byte[] pdu) {
    MmsMessage message() throws Exception {
      return MmsDecoder.decode(pdu);
    }
  }

  final MmsRelay relay;
  final BlockingQueue<Pushed> pushed = new LinkedBlockingQueue<>();
  final BlockingQueue<Push.Outcome> outcomes = new LinkedBlockingQueue<>();
  private final String host;
  private final HttpClient http = HttpClient.newHttpClient();

  RelayAtWork(String host, Consultation consultation) throws Exception {
    this(host, consultation, RelayConfig.Limits.defaults(), Clock.systemUTC());
  }

  RelayAtWork(String host, Consultation consultation, RelayConfig.Limits limits, Clock clock)
      throws Exception {
    this.host = host;
    InetSocketAddress mm1 = new InetSocketAddress(host, 8190);
    RelayConfig config =
        new RelayConfig(
            mm1,
            URI.create("http://" + host + ":8190/"),
            new InetSocketAddress(host, 5060),
            new InetSocketAddress(host, 5061),
            "ims.test",
            limits,
            Duration.ofMillis(50));
    relay = MmsRelay.start(config, consultation, this::push, clock);
    phoneIs(ALICE);
  }

  /** Outcomes are as told before, and then the phones are on. */
  private CompletionStage<Push.Outcome> push(String number, byte[] pdu) {
    pushed.add(new Pushed(number, pdu));
    Push.Outcome told = outcomes.poll();
    return CompletableFuture.completedFuture(told == null ? Push.Outcome.ARRIVED : told);
  }

  String url() {
    return "http://" + host + ":8190/mms";
  }

  /** The phone is another one now. */
  void phoneIs(String number) {
    relay.callers().attach(InetAddress.getLoopbackAddress(), number);
  }

  static MmsMessage.SendRequest message(String... to) {
    return message(
        Envelope.of(List.of(to), "Hello").withDeliveryReport(), Optional.empty(), "How are you?");
  }

  static MmsMessage.SendRequest message(Envelope envelope, Optional<Expiry> expiry, String text) {
    Part part =
        new Part(
            ContentType.of("text/plain").with("charset", "utf-8"),
            Optional.empty(),
            Optional.of("text.txt"),
            text.getBytes(StandardCharsets.UTF_8));
    return new MmsMessage.SendRequest(
        "T1", envelope, List.of(), expiry, Content.mixed(List.of(part)));
  }

  MmsMessage.SendConfirmation send(MmsMessage.SendRequest request) throws Exception {
    return (MmsMessage.SendConfirmation)
        MmsDecoder.decode(post(MmsEncoder.encode(request), MmsMessage.MEDIA_TYPE).body());
  }

  HttpResponse<byte[]> post(MmsMessage message) throws Exception {
    return post(MmsEncoder.encode(message), MmsMessage.MEDIA_TYPE);
  }

  HttpResponse<byte[]> post(byte[] pdu, String contentType) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(url()))
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(pdu))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  MmsMessage.RetrieveConfirmation get(String location) throws Exception {
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(URI.create(location)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    return (MmsMessage.RetrieveConfirmation) MmsDecoder.decode(response.body());
  }

  Pushed take() throws InterruptedException {
    Pushed taken = pushed.poll(20, TimeUnit.SECONDS);
    assertThat(taken).isNotNull();
    return taken;
  }

  MmsMessage.Notification notification(String number) throws Exception {
    Pushed taken = take();
    assertThat(taken.number()).isEqualTo(number);
    return (MmsMessage.Notification) taken.message();
  }

  static InetSocketAddress free(String address) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return new InetSocketAddress(address, socket.getLocalPort());
    }
  }

  @Override
  public void close() {
    relay.close();
  }
}
