package org.phonemirror.core.traffic.gtp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.phonemirror.core.traffic.packet.Discard;
import org.phonemirror.core.traffic.packet.DiscardCounter;

/**
 * Follows GTP-C (TS 29.060 §7.3): contexts are created, updated and deleted when a response accepts
 * the request with its sequence number.
 *
 * <p>A copy does not always tell who sent a message, and both sides may ask to update and to
 * delete. A request fits each context that has an end with its identifier; the response, which
 * carries the asking end's, tells which was meant.
 */
public final class ControlPlane {
  private final PdpContexts contexts;
  private final DiscardCounter discards;
  private final PendingRequests<ControlMessage> requests = new PendingRequests<>();

  public ControlPlane(PdpContexts contexts, DiscardCounter discards) {
    this.contexts = contexts;
    this.discards = discards;
  }

  /** Takes a message. */
  public void message(byte[] data, GtpHeader header, long micros) {
    int type = header.type();
    if (type < ControlMessage.CREATE_REQUEST || type > ControlMessage.DELETE_RESPONSE) {
      discards.count(Discard.GTP_MESSAGE);
      return;
    }
    Optional<ControlMessage> message = ControlMessage.parse(data, header.from(), header.to());
    if (message.isEmpty()) {
      discards.count(Discard.GTP_ELEMENT);
      return;
    }
    boolean matched =
        switch (type) {
          case ControlMessage.CREATE_REQUEST -> create(message.get(), header, micros);
          case ControlMessage.UPDATE_REQUEST -> update(message.get(), header, micros);
          case ControlMessage.DELETE_REQUEST -> delete(message.get(), header, micros);
          default -> response(message.get(), header, micros);
        };
    if (!matched) {
      discards.count(Discard.GTP_UNMATCHED);
    }
  }

  private boolean create(ControlMessage request, GtpHeader header, long micros) {
    if (request.nsapi().isEmpty() || request.dataTunnel().isEmpty()) {
      discards.count(Discard.GTP_ELEMENT);
      return true;
    }
    // a secondary context names nobody: it belongs to the one whose tunnel asks for it
    Optional<PdpContext> linked =
        request.imsi().isPresent()
            ? Optional.empty()
            : contexts.ofControl(header.tunnel()).stream()
                .filter(context -> context.ggsn().control() == header.tunnel())
                .findFirst();
    if (request.imsi().isEmpty() && request.msisdn().isEmpty() && linked.isEmpty()) {
      return false;
    }
    TunnelEnd sgsn = linked.map(PdpContext::sgsn).orElse(TunnelEnd.UNKNOWN).after(request);
    TunnelEnd ggsn = linked.map(PdpContext::ggsn).orElse(TunnelEnd.UNKNOWN);
    await(
        header,
        sgsn.control(),
        micros,
        response -> {
          List<Long> phone = new ArrayList<>(response.phoneKeys());
          if (phone.isEmpty()) {
            phone.addAll(linked.map(PdpContext::phoneKeys).orElse(request.phoneKeys()));
          }
          contexts.add(
              new PdpContext(
                  request.imsi().or(() -> linked.flatMap(PdpContext::imsi)),
                  request.msisdn().or(() -> linked.flatMap(PdpContext::msisdn)),
                  request.nsapi().getAsInt(),
                  phone,
                  sgsn,
                  ggsn.after(response)));
        });
    return true;
  }

  private boolean update(ControlMessage request, GtpHeader header, long micros) {
    boolean matched = false;
    for (PdpContext context : contexts.ofControl(header.tunnel())) {
      if (!context.hasNsapi(request.nsapi())) {
        continue;
      }
      matched = true;
      if (context.ggsn().control() == header.tunnel()) {
        TunnelEnd sgsn = context.sgsn().after(request);
        await(
            header,
            sgsn.control(),
            micros,
            response -> replace(context, sgsn, context.ggsn().after(response)));
      } else {
        TunnelEnd ggsn = context.ggsn().after(request);
        await(
            header,
            ggsn.control(),
            micros,
            response -> replace(context, context.sgsn().after(response), ggsn));
      }
    }
    return matched;
  }

  private void replace(PdpContext context, TunnelEnd sgsn, TunnelEnd ggsn) {
    contexts.add(context.with(sgsn, ggsn));
  }

  private boolean delete(ControlMessage request, GtpHeader header, long micros) {
    List<PdpContext> meant =
        contexts.ofControl(header.tunnel()).stream()
            .filter(context -> request.isTeardown() || context.hasNsapi(request.nsapi()))
            .toList();
    Map<Integer, List<PdpContext>> byAsking = new LinkedHashMap<>();
    for (PdpContext context : meant) {
      boolean toGgsn = context.ggsn().control() == header.tunnel();
      int asking = toGgsn ? context.sgsn().control() : context.ggsn().control();
      byAsking.computeIfAbsent(asking, end -> new ArrayList<>()).add(context);
    }
    byAsking.forEach(
        (asking, gone) ->
            await(header, asking, micros, response -> gone.forEach(contexts::remove)));
    return !meant.isEmpty();
  }

  /** Waits for the response to the asking end's identifier. */
  private void await(
      GtpHeader request, int asking, long micros, Consumer<ControlMessage> accepted) {
    requests.add(request.type(), request.sequence(), asking, micros, accepted);
  }

  private boolean response(ControlMessage response, GtpHeader header, long micros) {
    Optional<Consumer<ControlMessage>> accepted =
        requests.take(header.type(), header.sequence(), header.tunnel(), micros);
    accepted.filter(a -> response.isAccepted()).ifPresent(a -> a.accept(response));
    return accepted.isPresent();
  }
}
