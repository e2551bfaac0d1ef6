package org.phonemirror.sip;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.servlet.sip.SipServletMessage;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.SessionContent.Direction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what sessions of mirrored subscribers carry by signalling, for the tapes: the bodies of
 * MESSAGE (RFC 3428), and the session descriptions of INVITE and its answers, MSRP's among them
 * (RFC 4975). Nothing here waits, and nothing that goes wrong here reaches the session.
 *
 * <p>On the unregistered leg the phone is off and gets nothing. What this server sends to phones
 * itself, the keys of the sync channel, comes by on its way; it is not for the tape.
 */
final class SessionTap {
  private static final Logger LOG = LoggerFactory.getLogger(SessionTap.class);
  private static final Set<String> METHODS = Set.of("MESSAGE", "INVITE");
  private static final String ATTRIBUTE = SessionTap.class.getName();

  private final PresenceRelay presence;
  private final String ownUri;
  private final Clock clock;

  SessionTap(PresenceRelay presence, String ownUri, Clock clock) {
    this.presence = presence;
    this.ownUri = ownUri;
    this.clock = clock;
  }

  /**
   * Takes what an initial request carries.
   *
   * @return whether its answers are to be shown to {@link #answered}
   */
  boolean requested(SipServletRequest request) {
    if (!METHODS.contains(request.getMethod())) {
      return false;
    }
    try {
      Optional<MirrorPlane> plane = presence.plane();
      Optional<ServedUser> served = plane.isPresent() ? ServedUser.of(request) : Optional.empty();
      if (served.isEmpty()
          || served.get().leg() == ServedUser.Leg.TERMINATING_UNREGISTERED
          || ServedUser.sender(request).equals(ownUri)
          || !plane.get().isMirrored(served.get().impu())) {
        return false;
      }
      boolean sends = served.get().leg() == ServedUser.Leg.ORIGINATING;
      String peer =
          sends ? ServedUser.bare(request.getRequestURI().toString()) : ServedUser.sender(request);
      Session session = new Session(served.get(), peer);
      record(plane.get(), session, sends, request);
      if (request.getMethod().equals("INVITE")) {
        request.getSession().setAttribute(ATTRIBUTE, session);
        return true;
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} {} is not recorded", request.getMethod(), request.getRequestURI(), e);
    }
    return false;
  }

  /** Who takes part in a session; kept with the INVITE's. */
  private record Session(ServedUser served, String peer) {}

  /** Takes what an answer to an INVITE carries. */
  void answered(SipServletResponse response) {
    if (!response.getMethod().equals("INVITE") || response.getStatus() >= 300) {
      return;
    }
    try {
      Optional<MirrorPlane> plane = presence.plane();
      if (plane.isPresent()
          && response.getSession().getAttribute(ATTRIBUTE) instanceof Session session) {
        boolean sends = session.served.leg() == ServedUser.Leg.TERMINATING;
        record(plane.get(), session, sends, response);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Answer to INVITE {} is not recorded", response.getTo(), e);
    }
  }

  private void record(MirrorPlane plane, Session session, boolean sends, SipServletMessage message)
      throws IOException {
    byte[] body = message.getRawContent();
    if (body == null || body.length == 0) {
      return;
    }
    if (body.length > SessionContent.MAX_BODY_BYTES) {
      LOG.warn(
          "{} of {} is not recorded: its body has {} bytes, above {}",
          message.getMethod(),
          session.served.impu(),
          body.length,
          SessionContent.MAX_BODY_BYTES);
      return;
    }
    SessionContent content =
        new SessionContent(
            micros(clock.instant()),
            sends ? Direction.FROM_PHONE : Direction.TO_PHONE,
            message.getMethod(),
            session.peer,
            Optional.ofNullable(message.getContentType()).orElse("application/octet-stream"),
            body);
    if (content.isMmsNotification()) {
      LOG.debug("{} is told of a multimedia message", session.served.impu());
    }
    plane.recorder().record(session.served.impu(), content);
  }

  private static long micros(Instant time) {
    return TimeUnit.SECONDS.toMicros(time.getEpochSecond())
        + TimeUnit.NANOSECONDS.toMicros(time.getNano());
  }
}
