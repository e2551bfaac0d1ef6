package org.phonemirror.core.traffic.gtp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.phonemirror.core.traffic.packet.Discard;
import org.phonemirror.core.traffic.packet.DiscardCounter;

/**
 * Follows GTPv2-C between serving and packet gateways (S5/S8, TS 29.274 §7.2), as {@link
 * ControlPlane} does its predecessor. A bearer of a session is a {@link PdpContext}, with the
 * serving gateway in the SGSN's place and the bearer's number in that of the NSAPI.
 */
public final class SessionPlane {
  private final PdpContexts contexts;
  private final DiscardCounter discards;
  private final SessionHeader header = new SessionHeader();
  private final PendingRequests<SessionMessage> requests = new PendingRequests<>();

  public SessionPlane(PdpContexts contexts, DiscardCounter discards) {
    this.contexts = contexts;
    this.discards = discards;
  }

  /** Whether a datagram is for this, and not for {@link ControlPlane}. */
  public static boolean isFor(byte[] data, int from, int to) {
    return SessionHeader.isOf(data, from, to);
  }

  /** Takes a datagram: a message, or a response with a request behind it. */
  public void datagram(byte[] data, int from, int to, long micros) {
    int at = from;
    do {
      if (!header.decode(data, at, to, discards)) {
        return;
      }
      message(data, micros);
      at = header.to();
    } while (header.isFollowed() && at < to);
  }

  private void message(byte[] data, long micros) {
    switch (header.type()) {
      case SessionMessage.CREATE_SESSION_REQUEST,
          SessionMessage.MODIFY_BEARER_REQUEST,
          SessionMessage.DELETE_SESSION_REQUEST,
          SessionMessage.CREATE_BEARER_REQUEST,
          SessionMessage.DELETE_BEARER_REQUEST,
          SessionMessage.CREATE_SESSION_REQUEST + 1,
          SessionMessage.MODIFY_BEARER_REQUEST + 1,
          SessionMessage.DELETE_SESSION_REQUEST + 1,
          SessionMessage.CREATE_BEARER_REQUEST + 1,
          SessionMessage.DELETE_BEARER_REQUEST + 1 ->
          known(data, micros);
      default -> discards.count(Discard.GTP_MESSAGE);
    }
  }

  private void known(byte[] data, long micros) {
    Optional<SessionMessage> message = SessionMessage.parse(data, header.from(), header.to());
    if (message.isEmpty()) {
      discards.count(Discard.GTP_ELEMENT);
      return;
    }
    boolean matched =
        switch (header.type()) {
          case SessionMessage.CREATE_SESSION_REQUEST -> createSession(message.get(), micros);
          case SessionMessage.MODIFY_BEARER_REQUEST -> modifyBearer(message.get(), micros);
          case SessionMessage.DELETE_SESSION_REQUEST -> deleteSession(micros);
          case SessionMessage.CREATE_BEARER_REQUEST -> createBearer(message.get(), micros);
          case SessionMessage.DELETE_BEARER_REQUEST -> deleteBearer(message.get(), micros);
          default -> response(message.get(), micros);
        };
    if (!matched) {
      discards.count(Discard.GTP_UNMATCHED);
    }
  }

  private boolean createSession(SessionMessage request, long micros) {
    if (request.sgwControl().isEmpty()
        || (request.imsi().isEmpty() && request.msisdn().isEmpty())) {
      return false; // of another interface, or an emergency call's
    }
    int sgw = request.sgwControl().get().identifier();
    await(sgw, micros, response -> created(request, response));
    return true;
  }

  private void created(SessionMessage request, SessionMessage response) {
    List<Long> phone = response.phoneKeys().isEmpty() ? request.phoneKeys() : response.phoneKeys();
    for (SessionMessage bearer : response.bearers()) {
      for (int number : bearer.numbers()) {
        Optional<SessionMessage> asked = request.bearer(number);
        if (bearer.isAccepted() && asked.isPresent()) {
          contexts.add(
              new PdpContext(
                  request.imsi(),
                  request.msisdn(),
                  number,
                  phone,
                  end(TunnelEnd.UNKNOWN, request.sgwControl(), asked.get().sgwUser()),
                  end(TunnelEnd.UNKNOWN, response.pgwControl(), bearer.pgwUser())));
        }
      }
    }
  }

  /** The serving gateway, maybe another one, tells where packets go now. */
  private boolean modifyBearer(SessionMessage request, long micros) {
    List<PdpContext> meant = ofPacketGateway();
    Map<PdpContext, TunnelEnd> moved = new LinkedHashMap<>();
    for (PdpContext context : meant) {
      Optional<SessionMessage.Tunnel> user =
          request.bearer(context.nsapi()).flatMap(SessionMessage::sgwUser);
      moved.put(context, end(context.sgsn(), request.sgwControl(), user));
    }
    byAsking(
        moved,
        micros,
        response ->
            moved.forEach((context, sgw) -> contexts.add(context.with(sgw, context.ggsn()))));
    return !meant.isEmpty();
  }

  private void byAsking(
      Map<PdpContext, TunnelEnd> ends, long micros, Consumer<SessionMessage> accepted) {
    ends.values().stream()
        .mapToInt(TunnelEnd::control)
        .distinct()
        .forEach(asking -> await(asking, micros, accepted));
  }

  private boolean deleteSession(long micros) {
    List<PdpContext> meant = ofPacketGateway();
    Map<PdpContext, TunnelEnd> gone = new LinkedHashMap<>();
    meant.forEach(context -> gone.put(context, context.sgsn()));
    byAsking(gone, micros, response -> meant.forEach(contexts::remove));
    return !meant.isEmpty();
  }

  /** The packet gateway asks for one more bearer; the response has both its ends. */
  private boolean createBearer(SessionMessage request, long micros) {
    Optional<PdpContext> session =
        ofServingGateway().stream()
            .filter(context -> request.linked().filter(context::hasNsapi).isPresent())
            .findFirst();
    session.ifPresent(
        beside -> await(beside.ggsn().control(), micros, response -> added(beside, response)));
    return session.isPresent();
  }

  private void added(PdpContext beside, SessionMessage response) {
    for (SessionMessage bearer : response.bearers()) {
      if (bearer.isAccepted() && bearer.sgwUser().isPresent() && bearer.pgwUser().isPresent()) {
        for (int number : bearer.numbers()) {
          contexts.add(
              new PdpContext(
                  beside.imsi(),
                  beside.msisdn(),
                  number,
                  beside.phoneKeys(),
                  end(beside.sgsn(), Optional.empty(), bearer.sgwUser()),
                  end(beside.ggsn(), Optional.empty(), bearer.pgwUser())));
        }
      }
    }
  }

  /** The packet gateway ends bearers; all of the connection, if it names the default one. */
  private boolean deleteBearer(SessionMessage request, long micros) {
    List<PdpContext> meant =
        ofServingGateway().stream()
            .filter(
                context ->
                    request.linked().isPresent() || request.numbers().contains(context.nsapi()))
            .toList();
    meant.stream()
        .mapToInt(context -> context.ggsn().control())
        .distinct()
        .forEach(asking -> await(asking, micros, response -> meant.forEach(contexts::remove)));
    return !meant.isEmpty();
  }

  /** Contexts of the message's receiver, if it is a packet gateway. */
  private List<PdpContext> ofPacketGateway() {
    return contexts.ofControl(header.tunnel()).stream()
        .filter(context -> context.ggsn().control() == header.tunnel())
        .toList();
  }

  private List<PdpContext> ofServingGateway() {
    return contexts.ofControl(header.tunnel()).stream()
        .filter(context -> context.sgsn().control() == header.tunnel())
        .toList();
  }

  private static TunnelEnd end(
      TunnelEnd before,
      Optional<SessionMessage.Tunnel> control,
      Optional<SessionMessage.Tunnel> user) {
    return new TunnelEnd(
        control.map(SessionMessage.Tunnel::identifier).orElse(before.control()),
        user.map(SessionMessage.Tunnel::identifier).orElse(before.data()),
        user.map(SessionMessage.Tunnel::key).orElse(before.userKey()));
  }

  private void await(int asking, long micros, Consumer<SessionMessage> accepted) {
    requests.add(header.type(), header.sequence(), asking, micros, accepted);
  }

  private boolean response(SessionMessage response, long micros) {
    Optional<Consumer<SessionMessage>> accepted =
        requests.take(header.type(), header.sequence(), header.tunnel(), micros);
    accepted.filter(a -> response.isAccepted()).ifPresent(a -> a.accept(response));
    return accepted.isPresent();
  }
}
