package org.phonemirror.testnet.mms;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.mms.Content;
import org.phonemirror.core.mms.ContentType;
import org.phonemirror.core.mms.Envelope;
import org.phonemirror.core.mms.Expiry;
import org.phonemirror.core.mms.MessageClass;
import org.phonemirror.core.mms.MessagePolicy;
import org.phonemirror.core.mms.MmsEncoder;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.mms.ResponseStatus;
import org.phonemirror.core.mms.RetrieveStatus;
import org.phonemirror.core.mms.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MMS relay/server (TS 23.140 §7). Phones hand messages in and fetch them by HTTP; that one is
 * there is pushed to them. Before a message is taken, and before it is delivered, somebody may be
 * consulted. Messages are in memory, and gone with the relay.
 */
public final class MmsRelay implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MmsRelay.class);
  private static final int THREADS = 8;
  private static final int WAITING_REQUESTS = 256;

  private final RelayConfig config;
  private final Callers callers = new Callers();
  private final Consultation consultation;
  private final Clock clock;
  private final Courier courier;
  private final MessageStore store;
  private final Repetitions repetitions = new Repetitions();
  private final HttpServer http;
  private final ThreadPoolExecutor workers;

  private MmsRelay(RelayConfig config, Consultation consultation, Push push, Clock clock)
      throws IOException {
    this.config = config;
    this.consultation = consultation;
    this.clock = clock;
    this.store =
        new MessageStore(
            config.limits(), Long.toString(clock.instant().getEpochSecond(), 36) + "-");
    this.courier = new Courier(push, config.retry(), clock);
    this.workers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(WAITING_REQUESTS),
            task -> {
              Thread thread = new Thread(task, "mms-mm1");
              thread.setDaemon(true);
              return thread;
            });
    try {
      this.http = HttpServer.create(config.mm1(), 0);
    } catch (IOException e) {
      workers.shutdownNow();
      throw new IOException(
          "MMS relay cannot listen at " + config.mm1() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Starts a relay.
   *
   * @param consultation is not closed with the relay
   * @param push is closed with the relay, also if it does not start
   * @throws IOException if it cannot listen; the text names the address
   */
  public static MmsRelay start(
      RelayConfig config, Consultation consultation, Push push, Clock clock) throws IOException {
    MmsRelay relay;
    try {
      relay = new MmsRelay(config, consultation, push, clock);
    } catch (IOException e) {
      push.close();
      throw e;
    }
    relay.http.setExecutor(relay.workers);
    relay.http.createContext("/", new Mm1Handler(relay, config.limits().messageBytes()));
    relay.http.start();
    relay.courier.every(config.retry(), relay::expire);
    return relay;
  }

  /** Starts a relay that notifies by SIP. */
  public static MmsRelay start(RelayConfig config, Consultation consultation) throws IOException {
    return start(
        config,
        consultation,
        new SipPush(config.sip(), config.icscf(), config.home()),
        Clock.systemUTC());
  }

  /** Where phones reach it. */
  public InetSocketAddress address() {
    return http.getAddress();
  }

  /** Who has which address; nobody at first. */
  public Callers callers() {
    return callers;
  }

  /** Messages that wait, each counted once for each recipient. */
  public int waiting() {
    return store.size();
  }

  /**
   * Takes a message, or says why not. One that comes again is not delivered again.
   *
   * @param sender number of who sends it, if it is known
   * @param digest of the PDU
   */
  CompletionStage<MmsMessage.SendConfirmation> submit(
      Optional<String> sender, MmsMessage.SendRequest request, int size, String digest) {
    if (sender.isEmpty()) {
      return refused(
          request, ResponseStatus.ADDRESS_UNRESOLVED, "nobody has the address that it comes from");
    }
    return repetitions.once(
        new Repetitions.Key(sender.get(), request.transactionId(), digest),
        () -> submit(sender.get(), request, size));
  }

  private CompletionStage<MmsMessage.SendConfirmation> submit(
      String sender, MmsMessage.SendRequest request, int size) {
    Map<String, MessageStore.Recipient> recipients = new LinkedHashMap<>();
    for (String address : recipients(request)) {
      Optional<String> number = Numbers.ofAddress(address);
      if (number.isEmpty()) {
        return refused(
            request, ResponseStatus.ADDRESS_UNRESOLVED, "no telephone number: " + address);
      }
      recipients.putIfAbsent(number.get(), new MessageStore.Recipient(number.get(), address));
    }
    return consultation
        .ask(
            new MessagePolicy.Passage(
                MessagePolicy.Point.SUBMISSION,
                Numbers.digits(sender),
                Optional.of(Numbers.address(sender)),
                recipients.values().stream().map(MessageStore.Recipient::address).toList(),
                request.envelope().deliveryReport()))
        .thenCompose(
            decision ->
                decision instanceof MessagePolicy.Decision.Refuse refusal
                    ? refused(request, ResponseStatus.SERVICE_DENIED, refusal.why())
                    : take(sender, request, size, List.copyOf(recipients.values())));
  }

  private static List<String> recipients(MmsMessage.SendRequest request) {
    List<String> all = new ArrayList<>(request.envelope().to());
    all.addAll(request.envelope().cc());
    all.addAll(request.bcc());
    return all;
  }

  private CompletionStage<MmsMessage.SendConfirmation> take(
      String sender,
      MmsMessage.SendRequest request,
      int size,
      List<MessageStore.Recipient> recipients) {
    Instant now = clock.instant();
    Instant latest = now.plus(config.limits().expiry());
    Instant expires =
        request.expiry().map(e -> e.from(now)).filter(e -> e.isBefore(latest)).orElse(latest);
    String id = store.nextId() + "@mms." + config.home();
    Envelope envelope = request.envelope().sent(Optional.of(Numbers.address(sender)), now);
    var message = new MessageStore.Message(id, sender, envelope, request.content(), size, expires);
    Optional<List<MessageStore.Delivery>> deliveries = store.add(message, recipients);
    if (deliveries.isEmpty()) {
      return refused(request, ResponseStatus.TRANSIENT_FAILURE, "the store is full");
    }
    log.info("{} from {} for {} is taken", id, sender, recipients);
    deliveries.get().forEach(this::deliver);
    return CompletableFuture.completedFuture(
        new MmsMessage.SendConfirmation(
            request.transactionId(), ResponseStatus.OK, Optional.of("Ok"), Optional.of(id)));
  }

  private static CompletionStage<MmsMessage.SendConfirmation> refused(
      MmsMessage.SendRequest request, ResponseStatus status, String why) {
    log.info("message {} is refused: {}", request.transactionId(), why);
    return CompletableFuture.completedFuture(
        new MmsMessage.SendConfirmation(
            request.transactionId(), status, Optional.of(shortened(why)), Optional.empty()));
  }

  /** An address in it may be as long as a text can be. */
  private static String shortened(String why) {
    return why.length() > 200 ? why.substring(0, 200) : why;
  }

  private void deliver(MessageStore.Delivery delivery) {
    Envelope envelope = delivery.message().envelope();
    var unused =
        consultation
            .ask(
                new MessagePolicy.Passage(
                    MessagePolicy.Point.DELIVERY,
                    Numbers.digits(delivery.number()),
                    envelope.from(),
                    List.of(delivery.address()),
                    envelope.deliveryReport()))
            .thenAccept(
                decision -> {
                  if (decision instanceof MessagePolicy.Decision.Refuse) {
                    end(delivery.id(), Status.REJECTED, true);
                  } else {
                    bring(delivery);
                  }
                });
  }

  private void bring(MessageStore.Delivery delivery) {
    MessageStore.Message message = delivery.message();
    Duration left = Duration.between(clock.instant(), message.expires());
    byte[] notification =
        MmsEncoder.encode(
            new MmsMessage.Notification(
                delivery.id(),
                message.envelope().from(),
                message.envelope().subject(),
                message.envelope().messageClass().orElse(MessageClass.PERSONAL),
                message.size(),
                new Expiry.After(left.isNegative() ? Duration.ZERO : left),
                config.advertised().resolve("mm1/" + delivery.id()).toString()));
    var unused =
        courier
            .bring(delivery.number(), notification, message.expires())
            .thenAccept(
                result -> {
                  log.info("{} is told of {}: {}", delivery.number(), message.id(), result);
                  if (result == Courier.Result.UNKNOWN) {
                    end(delivery.id(), Status.REJECTED, true);
                  }
                });
  }

  /**
   * The message itself; or that there is none, or none for who asks.
   *
   * @param caller number of who asks; who is not known may have what it knows the name of
   */
  MmsMessage.RetrieveConfirmation retrieve(Optional<String> caller, String id) {
    Optional<MessageStore.Delivery> found =
        store.find(id).filter(d -> caller.map(number -> number.equals(d.number())).orElse(true));
    if (found.isEmpty()) {
      return new MmsMessage.RetrieveConfirmation(
          Optional.empty(),
          Optional.empty(),
          Envelope.of(List.of(), "").sent(Optional.empty(), clock.instant()),
          Optional.of(RetrieveStatus.MESSAGE_NOT_FOUND),
          Optional.of("there is no such message"),
          Content.single(ContentType.of("text/plain"), new byte[0]));
    }
    MessageStore.Delivery delivery = found.get();
    return new MmsMessage.RetrieveConfirmation(
        // a phone that answered the notification before has to acknowledge by another transaction
        delivery.deferred() ? Optional.of(delivery.id()) : Optional.empty(),
        Optional.of(delivery.message().id()),
        delivery.message().envelope(),
        Optional.of(RetrieveStatus.OK),
        Optional.empty(),
        delivery.message().content());
  }

  /** What the phone does about a notification. */
  void answered(MmsMessage.NotifyResponse response) {
    switch (response.status()) {
      case RETRIEVED, REJECTED ->
          end(response.transactionId(), response.status(), response.reportAllowed());
      case DEFERRED -> store.defer(response.transactionId());
      default -> log.info("{} answered {}", response.transactionId(), response.status());
    }
  }

  /** The phone has the message. */
  void acknowledged(MmsMessage.Acknowledgement acknowledgement) {
    end(acknowledgement.transactionId(), Status.RETRIEVED, acknowledgement.reportAllowed());
  }

  private void expire() {
    store.expired(clock.instant()).forEach(d -> end(d.id(), Status.EXPIRED, true));
  }

  private void end(String id, Status status, boolean reportAllowed) {
    Optional<MessageStore.Delivery> ended = store.remove(id);
    if (ended.isEmpty()) {
      return;
    }
    MessageStore.Delivery delivery = ended.get();
    log.info("{} for {}: {}", delivery.message().id(), delivery.number(), status);
    if (reportAllowed && delivery.message().envelope().deliveryReport()) {
      Instant now = clock.instant();
      byte[] report =
          MmsEncoder.encode(
              new MmsMessage.DeliveryReport(
                  delivery.message().id(), delivery.address(), now, status));
      var unused =
          courier.bring(delivery.message().sender(), report, now.plus(config.limits().expiry()));
    }
  }

  /** Stops it; what waits is forgotten. */
  @Override
  public void close() {
    http.stop(0);
    workers.shutdownNow();
    courier.close();
  }
}
