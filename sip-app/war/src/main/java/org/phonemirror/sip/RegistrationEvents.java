package org.phonemirror.sip;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import javax.servlet.ServletException;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.phonemirror.core.subscriber.Impu;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks S-CSCFs who is registered, by subscribing to the registration event (RFC 3680, TS 24.229
 * §5.7.1.1): after a start, for those whose mirrors are here, as their phones may have come or gone
 * meanwhile. Each subscription is short and not renewed, since from then on third-party REGISTERs
 * tell. What an S-CSCF does not answer stays as it was.
 */
final class RegistrationEvents {
  private static final Logger LOG = LoggerFactory.getLogger(RegistrationEvents.class);
  private static final int EXPIRES_SECONDS = 60;

  /** So that a start with many mirrors is no burst. */
  private static final int MAX_UNANSWERED = 20;

  private final OwnRequests requests;
  private final ServingCscfs cscfs;
  private final Consumer<Registration> listener;
  private final Queue<Impu> waiting = new ArrayDeque<>();
  private final Map<String, Impu> unanswered = new HashMap<>();
  private boolean ready;

  /**
   * Asks nobody yet.
   *
   * @param listener hears who is registered and who is not; must not wait
   */
  RegistrationEvents(OwnRequests requests, ServingCscfs cscfs, Consumer<Registration> listener) {
    this.requests = requests;
    this.cscfs = cscfs;
    this.listener = listener;
  }

  /** The container has got to where it can send. */
  synchronized void ready() {
    ready = true;
    sendNext();
  }

  /** Asks for these; their S-CSCFs are known. */
  synchronized void ask(Collection<Impu> subscribers) {
    waiting.addAll(subscribers);
    sendNext();
  }

  private void sendNext() {
    while (ready && unanswered.size() < MAX_UNANSWERED && !waiting.isEmpty()) {
      Impu subscriber = waiting.remove();
      // without one, it has de-registered while it was waiting here
      cscfs.find(subscriber).ifPresent(scscf -> subscribe(subscriber, scscf));
    }
  }

  private void subscribe(Impu subscriber, String scscf) {
    try {
      SipServletRequest request = requests.create("SUBSCRIBE", subscriber, scscf);
      request.setHeader("Event", "reg");
      request.setHeader("Accept", "application/reginfo+xml");
      request.setExpires(EXPIRES_SECONDS);
      unanswered.put(request.getCallId(), subscriber);
      request.send();
    } catch (ServletException | IOException | RuntimeException e) {
      LOG.warn("SUBSCRIBE to the registration of {} cannot be sent", subscriber, e);
    }
  }

  /** Takes the answer to a SUBSCRIBE; the container makes a 408 of a time-out. */
  synchronized void answered(SipServletResponse response) {
    Impu subscriber = unanswered.get(response.getCallId());
    if (subscriber == null || response.getStatus() < 200) {
      return;
    }
    unanswered.remove(response.getCallId());
    if (response.getStatus() == SipServletResponse.SC_NOT_FOUND && cscfs.isLearned(subscriber)) {
      // its own S-CSCF has no registration of it (RFC 3261 §21.4.5)
      listener.accept(new Registration(subscriber, false, Optional.empty(), RegistrationBody.NONE));
    } else if (response.getStatus() >= 300) {
      LOG.info(
          "Whether {} is registered is not told: {} {}",
          subscriber,
          response.getStatus(),
          response.getReasonPhrase());
    }
    sendNext();
  }

  /** Takes a NOTIFY within a subscription. */
  void notified(SipServletRequest request) throws IOException {
    byte[] body = request.getRawContent();
    request.createResponse(SipServletResponse.SC_OK).send();
    if (body == null || body.length == 0) {
      return;
    }
    String cscf = request.getRemoteAddr();
    RegInfo.parse(body)
        .ifPresent(
            registered ->
                registered.forEach(
                    (subscriber, active) -> {
                      LOG.debug("{} tells that {} is {}", cscf, subscriber, active ? "on" : "off");
                      listener.accept(
                          new Registration(
                              subscriber, active, cscfs.find(subscriber), RegistrationBody.NONE));
                    }));
  }
}
