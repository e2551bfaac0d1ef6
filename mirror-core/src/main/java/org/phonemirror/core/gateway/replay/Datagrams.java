package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.UdpFlow;

/**
 * The mirror's UDP datagrams, answered from tapes: questions to a name server by question, others
 * by their remote end and order.
 */
final class Datagrams {
  /** Datagrams without record that wait for the next tape. */
  static final int MAX_STRAYS = 32;

  private static final int STRAY_BYTES = 1500;

  private record Stray(InetSocketAddress guest, InetSocketAddress remote, long time, byte[] data) {}

  private final Requests requests;
  private final RecordedDatagrams.Receiver receiver;
  private final Map<Long, RecordedDatagrams> flows = new LinkedHashMap<>();
  private final Map<InetSocketAddress, List<RecordedDatagrams>> byRemote = new HashMap<>();
  private final Queue<Stray> strays = new ArrayDeque<>();

  Datagrams(Requests requests, RecordedDatagrams.Receiver receiver) {
    this.requests = requests;
    this.receiver = receiver;
  }

  /** The mirror has sent one. */
  void receive(InetSocketAddress guest, InetSocketAddress remote, byte[] data, long now) {
    if (take(guest, remote, data, now)) {
      return;
    }
    if (strays.size() == MAX_STRAYS) {
      giveUp(strays.remove());
    }
    byte[] kept = Arrays.copyOf(data, Math.min(data.length, STRAY_BYTES));
    strays.add(new Stray(guest, remote, now, kept));
  }

  /** Returns false if no record is of it. */
  private boolean take(InetSocketAddress guest, InetSocketAddress remote, byte[] data, long now) {
    List<RecordedDatagrams> there = byRemote.getOrDefault(remote, List.of());
    if (remote.getPort() == UdpFlow.DNS_PORT) {
      // a resolver that asks once more is answered once more
      return ask(there, guest, data, false)
          || ask(there, guest, data, true)
          || takeUnrecordedQuestion(there);
    }
    Optional<RecordedDatagrams> flow =
        there.stream()
            .filter(each -> each.isUsed() && each.isOf(guest))
            .findFirst()
            .or(() -> there.stream().filter(each -> !each.isUsed()).findFirst());
    flow.ifPresent(found -> found.send(guest, data, now));
    return flow.isPresent();
  }

  private static boolean ask(
      List<RecordedDatagrams> flows, InetSocketAddress guest, byte[] data, boolean again) {
    for (RecordedDatagrams flow : flows) {
      Optional<RecordedDatagram> question = flow.question(data, again);
      if (question.isPresent()) {
        flow.ask(question.get(), guest, data);
        return true;
      }
    }
    return false;
  }

  private static boolean takeUnrecordedQuestion(List<RecordedDatagrams> flows) {
    Optional<RecordedDatagrams> flow =
        flows.stream().filter(RecordedDatagrams::isWithoutContent).findFirst();
    flow.ifPresent(RecordedDatagrams::touch);
    return flow.isPresent();
  }

  private void giveUp(Stray stray) {
    requests.add(stray.time, NetworkReport.Protocol.UDP, stray.remote, stray.data);
    receiver.unreachable(stray.guest, stray.remote);
  }

  /** Does what is due. Returns when something is due next, or {@link Conversation#NEVER}. */
  long step(long now) {
    long next = Conversation.NEVER;
    for (RecordedDatagrams flow : flows.values()) {
      if (flow.isUsed()) {
        next = Math.min(next, flow.answer(receiver, now));
      }
    }
    while (!strays.isEmpty() && strays.element().time + ReleaseRule.GRACE_MICROS <= now) {
      giveUp(strays.remove());
    }
    return strays.isEmpty()
        ? next
        : Math.min(next, strays.element().time + ReleaseRule.GRACE_MICROS);
  }

  /**
   * An interval begins.
   *
   * @param offset from times on the tape to the gateway's
   */
  void begin(List<UdpFlow> taken, long offset, long now) {
    Map<Long, RecordedDatagrams> earlier = new LinkedHashMap<>(flows);
    clearFlows();
    for (UdpFlow flow : taken) {
      if (flow.marks().contains(Mark.UNSEEN_START)) {
        continue;
      }
      Optional<RecordedDatagrams> before = Optional.ofNullable(earlier.remove(flow.id()));
      before.ifPresent(found -> found.goOn(flow, offset, now));
      add(before.orElseGet(() -> new RecordedDatagrams(flow, offset)));
    }
    // to others of the tape before the mirror may come yet
    for (RecordedDatagrams flow : earlier.values()) {
      if (!flow.isCarried() && flow.isRecent(now)) {
        flow.carry();
        add(flow);
      }
    }
    List<Stray> again = new ArrayList<>(strays);
    strays.clear();
    for (Stray stray : again) {
      if (!take(stray.guest, stray.remote, stray.data, now)) {
        strays.add(stray);
      }
    }
  }

  private void add(RecordedDatagrams flow) {
    flows.put(flow.id(), flow);
    byRemote.computeIfAbsent(flow.remote(), remote -> new ArrayList<>()).add(flow);
  }

  /** The interval ends: adds how its flows went, and which were not used. */
  void end(List<NetworkReport.Flow> reports, List<Long> unused, long now) {
    for (RecordedDatagrams flow : flows.values()) {
      flow.report().ifPresent(reports::add);
      if (!flow.isUsed() && (flow.isCarried() || !flow.isRecent(now))) {
        unused.add(flow.id());
      }
    }
  }

  /** Forgets all. */
  void clear() {
    clearFlows();
    strays.clear();
  }

  private void clearFlows() {
    flows.clear();
    byRemote.clear();
  }
}
