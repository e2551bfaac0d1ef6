package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.gateway.tcp.TcpService.Answer;
import org.phonemirror.core.machine.NetworkReport;

/**
 * Connection attempts: refused, or without answer, in the order in which they were recorded among
 * those to the same address and port.
 */
final class Attempts {
  /** A mirror's attempt comes at about the recorded time, seldom before it. */
  static final long EARLY_MICROS = 300_000;

  /** As long as Linux goes on asking one that does not answer (tcp_syn_retries). */
  static final long SILENCE_MICROS = 130_000_000;

  /** What was last at an address and port with a recorded attempt; there are as many as flows. */
  private static final class Last {
    private boolean refused;
    private long silentUntil = Long.MIN_VALUE;
  }

  private final RecordedConnections recorded;
  private final Requests requests;
  private final Map<InetSocketAddress, Last> lasts = new HashMap<>();
  private final List<Long> used = new ArrayList<>();

  Attempts(RecordedConnections recorded, Requests requests) {
    this.recorded = recorded;
    this.requests = requests;
  }

  /** An interval begins. */
  void begin(long now) {
    lasts.values().removeIf(last -> last.silentUntil <= now);
  }

  /**
   * What comes of an attempt.
   *
   * @param undecided how many connections to there have been accepted before and are no flow yet
   */
  Answer attempt(InetSocketAddress remote, int undecided, long now) {
    Optional<RecordedConnection> flow = recorded.next(remote, undecided);
    Optional<Last> last = Optional.ofNullable(lasts.get(remote));
    if (last.isPresent() && isSilent(last.get(), flow, now)) {
      return Answer.SILENCE;
    }
    if (flow.isEmpty()) {
      if (last.isPresent() && last.get().refused) {
        requests.add(now, NetworkReport.Protocol.TCP, remote, new byte[0]);
        return Answer.REFUSE;
      }
      return Answer.ACCEPT;
    }
    return switch (flow.get().opening()) {
      case REFUSED -> {
        use(flow.get()).refused = true;
        yield Answer.REFUSE;
      }
      case SILENT -> {
        Last silent = use(flow.get());
        silent.refused = false;
        silent.silentUntil = now + SILENCE_MICROS;
        yield Answer.SILENCE;
      }
      case ACCEPTED -> {
        last.ifPresent(before -> before.refused = false);
        yield Answer.ACCEPT;
      }
    };
  }

  private static boolean isSilent(Last last, Optional<RecordedConnection> next, long now) {
    next.ifPresent(
        flow -> last.silentUntil = Math.min(last.silentUntil, flow.opened() - EARLY_MICROS));
    return last.silentUntil > now;
  }

  private Last use(RecordedConnection flow) {
    recorded.remove(flow);
    used.add(flow.id());
    return lasts.computeIfAbsent(flow.remote(), remote -> new Last());
  }

  /** The interval ends: flows that were attempts, and were made. */
  List<NetworkReport.Flow> end() {
    List<NetworkReport.Flow> flows =
        used.stream().map(id -> new NetworkReport.Flow(id, 0, 0, -1, 0, 0, 0)).toList();
    used.clear();
    return flows;
  }

  void clear() {
    lasts.clear();
    used.clear();
  }
}
