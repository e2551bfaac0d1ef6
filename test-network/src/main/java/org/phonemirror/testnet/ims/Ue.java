package org.phonemirror.testnet.ims;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.testnet.aka.AkaKey;
import org.phonemirror.testnet.sip.SipEndpoint;
import org.phonemirror.testnet.sip.SipMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A phone's IMS stack (TS 24.229 §5.1): registers with SIP Digest, keeps the registration alive,
 * sends and receives messages (RFC 3428), makes calls and, if told to, takes them.
 */
public final class Ue implements AutoCloseable {
  /**
   * Who the phone is.
   *
   * @param impu public identity, for example {@code sip:+15550001@ims.test}
   * @param impi private identity, for example {@code 15550001@ims.test}
   * @param realm home network's domain
   * @param password secret shared with the HSS
   * @param card key of the card, for a phone that authenticates with it
   */
  public record Identity(
      String impu, String impi, String realm, String password, Optional<AkaKey> card) {
    /** A phone without a card. */
    public Identity(String impu, String impi, String realm, String password) {
      this(impu, impi, realm, password, Optional.empty());
    }
  }

  /**
   * A MESSAGE that came in.
   *
   * @param body text; if it is a multimedia message, its octets as characters of ISO 8859-1
   */
  public record Received(String from, String contentType, String body) {}

  /** The S-CSCF stores the vector after it has sent the challenge: an answer sooner is refused. */
  private static final Duration ANSWER_DELAY = Duration.ofMillis(100);

  private static final Duration TIMEOUT = Duration.ofSeconds(32); // Timer F, RFC 3261 §17.1.2.2
  private static final Pattern EXPIRES = Pattern.compile(";\\s*expires=([0-9]{1,9})");
  private static final Logger LOG = LoggerFactory.getLogger(Ue.class);

  private final Identity identity;
  private final InetSocketAddress pcscf;
  private final Consumer<Received> listener;
  private final Optional<Card> card;
  private final SipEndpoint endpoint;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "ue");
            thread.setDaemon(true);
            return thread;
          });
  private final String callId = SipEndpoint.token();
  private final AtomicInteger sequence = new AtomicInteger();
  private volatile List<String> serviceRoutes = List.of();
  private volatile Optional<String> sessionAnswer = Optional.empty();
  private volatile Optional<Future<?>> refresh = Optional.empty();

  /**
   * Binds, without registering.
   *
   * @param listener hears of messages, one at a time, after they have been answered
   */
  public Ue(
      Identity identity,
      InetSocketAddress local,
      InetSocketAddress pcscf,
      Consumer<Received> listener)
      throws IOException {
    this.identity = identity;
    this.pcscf = pcscf;
    this.listener = listener;
    this.card = identity.card().map(Card::new);
    this.endpoint = new SipEndpoint(local, TIMEOUT, this::received);
  }

  /**
   * Registers, or refreshes the registration, and from then on refreshes it at half its time.
   *
   * @return done when registered; fails with an IOException that tells the answer
   */
  public CompletionStage<Void> register(Duration expires) {
    return authenticated(expires)
        .thenAccept(
            answer -> {
              serviceRoutes = answer.values("Service-Route");
              long granted = granted(answer).orElse(expires.toSeconds());
              cancelRefresh();
              refresh =
                  Optional.of(
                      worker.schedule(
                          () -> refresh(expires), granted * 500, TimeUnit.MILLISECONDS));
            });
  }

  /** Ends the registration. */
  public CompletionStage<Void> deregister() {
    cancelRefresh();
    return authenticated(Duration.ZERO).thenAccept(answer -> serviceRoutes = List.of());
  }

  /**
   * Sends a message.
   *
   * @return done when it is accepted with a 2xx; fails with an IOException that tells the answer
   */
  public CompletionStage<Void> send(String impu, String contentType, String body) {
    return endpoint
        .request(initial("MESSAGE", impu).withBody(contentType, body), pcscf)
        .thenCompose(answer -> expect(answer, status -> status / 100 == 2))
        .thenAccept(answer -> LOG.debug("message to {} accepted", impu));
  }

  /**
   * Calls someone.
   *
   * @param offer session description (RFC 8866)
   * @return the call when it is taken with a 2xx; fails with an IOException that tells the answer
   */
  public CompletionStage<Call> call(String impu, String offer) {
    SipMessage invite = initial("INVITE", impu).withBody(Call.SDP, offer);
    return endpoint
        .request(invite, pcscf)
        .thenCompose(answer -> expect(answer, status -> status / 100 == 2))
        .thenCompose(answer -> Call.taken(endpoint, pcscf, invite, answer));
  }

  /** Takes each call from now on at once, with this session description. */
  public void takeCalls(String answer) {
    sessionAnswer = Optional.of(answer);
  }

  private SipMessage initial(String method, String impu) {
    SipMessage request =
        SipMessage.request(method, impu)
            .with("Max-Forwards", "70")
            .with("Route", "<sip:" + hostPort(pcscf) + ";lr>");
    for (String route : serviceRoutes) {
      request = request.with("Route", route);
    }
    return request
        .with("From", "<" + identity.impu() + ">;tag=" + SipEndpoint.token())
        .with("To", "<" + impu + ">")
        .with("Call-ID", SipEndpoint.token())
        .with("CSeq", "1 " + method)
        .with("Contact", "<" + contact() + ">") // the P-CSCF knows phones by it
        .with("P-Preferred-Identity", "<" + identity.impu() + ">");
  }

  private CompletableFuture<SipMessage> authenticated(Duration expires) {
    return registration(expires, Digest.initial(identity))
        .thenCompose(answer -> answered(expires, answer))
        // a card that finds its network's number stale says so, and is challenged anew
        .thenCompose(
            answer ->
                answer.status() == 401 && card.isPresent()
                    ? answered(expires, answer)
                    : CompletableFuture.completedFuture(answer))
        .thenCompose(answer -> expect(answer, status -> status / 100 == 2));
  }

  private CompletionStage<SipMessage> answered(Duration expires, SipMessage challenged) {
    return expect(challenged, status -> status == 401)
        .thenApplyAsync(
            challenge ->
                Digest.answer(
                    identity,
                    card,
                    challenge.value("WWW-Authenticate").orElse(challenge.startLine()),
                    SipEndpoint.token()),
            CompletableFuture.delayedExecutor(ANSWER_DELAY.toMillis(), TimeUnit.MILLISECONDS))
        .thenCompose(authorization -> registration(expires, authorization));
  }

  private CompletableFuture<SipMessage> registration(Duration expires, String authorization) {
    return endpoint.request(
        SipMessage.request("REGISTER", "sip:" + identity.realm())
            .with("Max-Forwards", "70")
            .with("From", "<" + identity.impu() + ">;tag=" + SipEndpoint.token())
            .with("To", "<" + identity.impu() + ">")
            .with("Call-ID", callId)
            .with("CSeq", sequence.incrementAndGet() + " REGISTER")
            .with("Contact", "<" + contact() + ">;+g.3gpp.smsip")
            .with("Authorization", authorization)
            .with("Supported", "path")
            .with("Allow", "MESSAGE, OPTIONS")
            .with("Expires", Long.toString(expires.toSeconds())),
        pcscf);
  }

  /** Passes an answer on if it is the expected one. */
  private CompletionStage<SipMessage> expect(SipMessage answer, IntPredicate status) {
    return status.test(answer.status())
        ? CompletableFuture.completedFuture(answer)
        : CompletableFuture.failedFuture(
            new IOException(
                answer.method() + " of " + identity.impu() + " answered: " + answer.startLine()));
  }

  private Optional<Long> granted(SipMessage answer) {
    return answer.values("Contact").stream()
        .filter(contact -> contact.contains(contact()))
        .map(EXPIRES::matcher)
        .filter(Matcher::find)
        .map(matcher -> Long.parseLong(matcher.group(1)))
        .findFirst();
  }

  private String contact() {
    return "sip:"
        + identity.impu().replaceFirst("^[a-z]+:", "").replaceFirst("@.*", "")
        + "@"
        + endpoint.hostPort();
  }

  private void refresh(Duration expires) {
    var unused =
        register(expires)
            .exceptionally(
                failure -> {
                  LOG.warn("{} could not refresh its registration", identity.impu(), failure);
                  return null;
                });
  }

  private void cancelRefresh() {
    refresh.ifPresent(task -> task.cancel(false));
  }

  private void received(SipMessage request, InetSocketAddress from) {
    if (request.method().equals("ACK")) {
      return;
    }
    endpoint.respond(request, response(request), from);
    if (request.method().equals("MESSAGE")) {
      worker.execute(
          () ->
              listener.accept(
                  new Received(
                      uri(request.value("From").orElse("")),
                      request.value("Content-Type").orElse("text/plain"),
                      request.body())));
    }
  }

  private SipMessage response(SipMessage request) {
    if (request.method().equals("INVITE") && sessionAnswer.isPresent()) {
      SipMessage response = request.response(200, "OK");
      for (String recorded : request.values("Record-Route")) {
        response = response.with("Record-Route", recorded);
      }
      return response
          .with("Contact", "<" + contact() + ">")
          .withBody(Call.SDP, sessionAnswer.orElseThrow());
    }
    return List.of("MESSAGE", "OPTIONS", "BYE").contains(request.method())
        ? request.response(200, "OK")
        : request.response(405, "Method Not Allowed").with("Allow", "MESSAGE, OPTIONS");
  }

  private static String uri(String address) {
    return address.replaceFirst(".*<", "").replaceFirst("[>;].*", "");
  }

  private static String hostPort(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /** Goes away without de-registering, like a phone whose battery is taken out. */
  @Override
  public void close() {
    worker.shutdownNow();
    endpoint.close();
  }
}
