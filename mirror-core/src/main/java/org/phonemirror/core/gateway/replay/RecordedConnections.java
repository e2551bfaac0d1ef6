package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.phonemirror.core.tape.TcpFlow;

/** The recorded connections and attempts that the mirror has not come to, in order of opening. */
final class RecordedConnections {
  private final Map<Long, RecordedConnection> all = new LinkedHashMap<>();
  private final Map<InetSocketAddress, List<RecordedConnection>> byRemote = new HashMap<>();

  void add(RecordedConnection flow) {
    all.put(flow.id(), flow);
    byRemote.computeIfAbsent(flow.remote(), remote -> new ArrayList<>()).add(flow);
  }

  void remove(RecordedConnection flow) {
    all.remove(flow.id());
    List<RecordedConnection> beside = byRemote.getOrDefault(flow.remote(), List.of());
    if (beside.remove(flow) && beside.isEmpty()) {
      byRemote.remove(flow.remote());
    }
  }

  Optional<RecordedConnection> find(long id) {
    return Optional.ofNullable(all.get(id));
  }

  /** The first to an address and port that fits, of those to which the mirror may come. */
  Optional<RecordedConnection> first(InetSocketAddress remote, Predicate<RecordedConnection> fits) {
    return byRemote.getOrDefault(remote, List.of()).stream()
        .filter(flow -> flow.age() != RecordedConnection.Age.LOST)
        .filter(fits)
        .findFirst();
  }

  /**
   * What the next attempt to an address and port is, after so many others that are accepted and
   * have not shown yet which ones they are.
   */
  Optional<RecordedConnection> next(InetSocketAddress remote, int undecided) {
    int[] left = {undecided};
    return first(remote, flow -> flow.opening() != TcpFlow.Opening.ACCEPTED || left[0]-- <= 0);
  }

  /** All of them. */
  List<RecordedConnection> list() {
    return List.copyOf(all.values());
  }

  void clear() {
    all.clear();
    byRemote.clear();
  }
}
