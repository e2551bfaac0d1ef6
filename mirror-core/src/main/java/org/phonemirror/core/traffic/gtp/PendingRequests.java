package org.phonemirror.core.traffic.gtp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Requests that wait for their responses; when there are too many, the oldest goes.
 *
 * @param <M> kind of messages
 */
final class PendingRequests<M> {
  /** T3-RESPONSE and its repetitions are shorter (TS 29.060 §11, TS 29.274 §7.6). */
  private static final long REQUEST_MICROS = 60_000_000;

  private static final int MAX_REQUESTS = 8_192;

  private record Request<M>(int type, long deadline, Consumer<M> accepted) {}

  private final Map<Long, Request<M>> requests =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Request<M>> eldest) {
          return size() > MAX_REQUESTS;
        }
      };

  /**
   * A request was made.
   *
   * @param asking the asking end's identifier, which its response carries
   * @param accepted what a response that accepts it does
   */
  void add(int type, int sequence, int asking, long micros, Consumer<M> accepted) {
    long key = key(sequence, asking);
    requests.remove(key); // sent again
    requests.put(key, new Request<>(type, micros + REQUEST_MICROS, accepted));
  }

  /** What a response does if it accepts; empty if nobody waits for it. Its type is one higher. */
  Optional<Consumer<M>> take(int responseType, int sequence, int tunnel, long micros) {
    Request<M> request = requests.remove(key(sequence, tunnel));
    return request == null || request.type != responseType - 1 || request.deadline < micros
        ? Optional.empty()
        : Optional.of(request.accepted);
  }

  private static long key(int sequence, int tunnel) {
    return (long) sequence << 32 | (tunnel & 0xffff_ffffL);
  }
}
