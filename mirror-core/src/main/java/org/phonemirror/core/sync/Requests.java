package org.phonemirror.core.sync;

import java.security.Principal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.californium.core.coap.CoAP.Code;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.network.Exchange;
import org.eclipse.californium.core.server.MessageDeliverer;
import org.eclipse.californium.elements.auth.PreSharedKeyIdentity;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests from CoAP, hands messages to the sink, and answers. There is one resource, {@code
 * POST s}; every answer of it carries an {@link Acknowledgement}, and a response code that says the
 * same to whoever knows only CoAP.
 */
final class Requests implements MessageDeliverer {
  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
  private static final String PATH = "s";

  /** Stands where the server does not know; clients do not read it in these answers. */
  private static final long NOT_TOLD = 1;

  private final KeyRing keys;
  private final MessageSink sink;
  private final int maxInFlight;
  private final Duration slow;
  private final ScheduledExecutorService timer;
  private final Counters counters;

  Requests(
      KeyRing keys,
      MessageSink sink,
      SyncServerConfig config,
      ScheduledExecutorService timer,
      Counters counters) {
    this.keys = keys;
    this.sink = sink;
    this.maxInFlight = config.maxInFlight();
    this.slow = config.slow();
    this.timer = timer;
    this.counters = counters;
  }

  @Override
  public void deliverRequest(Exchange exchange) {
    Request request = exchange.getRequest();
    if (!request.getOptions().getUriPathString().equals(PATH)) {
      exchange.sendResponse(new Response(ResponseCode.NOT_FOUND));
      return;
    }
    if (request.getCode() != Code.POST) {
      exchange.sendResponse(new Response(ResponseCode.METHOD_NOT_ALLOWED));
      return;
    }
    counters.received.increment();
    Optional<Impu> subscriber = subscriber(request);
    if (subscriber.isEmpty()) {
      counters.unauthorized.increment();
      exchange.sendResponse(new Response(ResponseCode.UNAUTHORIZED));
      return;
    }
    message(exchange, subscriber.get(), request.getPayload());
  }

  /** Whose key the session has; empty if that key is not valid any more. */
  private Optional<Impu> subscriber(Request request) {
    Principal peer = request.getSourceContext().getPeerIdentity();
    return peer instanceof PreSharedKeyIdentity psk
        ? keys.find(psk.getIdentity()).map(KeyRing.Entry::subscriber)
        : Optional.empty();
  }

  private void message(Exchange exchange, Impu subscriber, byte[] encoded) {
    SyncMessage message;
    try {
      message = SyncCodec.decode(encoded);
    } catch (MalformedMessageException e) {
      LOG.warn("malformed message of {}: {}", subscriber, e.getMessage());
      answer(exchange, Acknowledgement.refused(Status.MALFORMED, NOT_TOLD, e.getMessage()));
      return;
    }
    if (counters.inFlight.incrementAndGet() > maxInFlight) {
      counters.inFlight.decrementAndGet();
      answer(exchange, unavailable("too many messages at a time"));
      return;
    }
    ScheduledFuture<?> announcement =
        timer.schedule(
            () -> exchange.execute(exchange::sendAccept), slow.toMillis(), TimeUnit.MILLISECONDS);
    var unused =
        hand(subscriber, message, encoded)
            .whenComplete(
                (acknowledgement, error) -> {
                  counters.inFlight.decrementAndGet();
                  announcement.cancel(false);
                  if (error != null) {
                    LOG.warn("message {} of {} failed", message.sequence(), subscriber, error);
                  }
                  Acknowledgement answer =
                      error == null ? acknowledgement : unavailable("the server is in trouble");
                  exchange.execute(() -> answer(exchange, answer));
                });
  }

  private CompletionStage<Acknowledgement> hand(
      Impu subscriber, SyncMessage message, byte[] encoded) {
    try {
      return sink.accept(subscriber, message, encoded);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static Acknowledgement unavailable(String detail) {
    return Acknowledgement.refused(Status.UNAVAILABLE, NOT_TOLD, detail);
  }

  private void answer(Exchange exchange, Acknowledgement acknowledgement) {
    Response response = new Response(code(acknowledgement.status()));
    response.setPayload(SyncCodec.encode(acknowledgement));
    exchange.sendResponse(response);
  }

  private ResponseCode code(Status status) {
    return switch (status) {
      case ACCEPTED -> {
        counters.accepted.increment();
        yield ResponseCode.CHANGED;
      }
      case OUT_OF_ORDER, UNKNOWN_BOOT, CLONE -> {
        counters.refused.increment();
        yield ResponseCode.CONFLICT;
      }
      case MALFORMED -> {
        counters.malformed.increment();
        yield ResponseCode.BAD_REQUEST;
      }
      case UNAVAILABLE -> {
        counters.unavailable.increment();
        yield ResponseCode.SERVICE_UNAVAILABLE;
      }
    };
  }

  @Override
  public void deliverResponse(Exchange exchange, Response response) {
    LOG.debug("a response to a request that the server never made");
  }
}
