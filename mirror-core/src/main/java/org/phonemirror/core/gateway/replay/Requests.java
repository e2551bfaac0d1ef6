package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.phonemirror.core.machine.NetworkReport;

/** What the mirror asked in an interval that no record is of: the first of them, and how many. */
final class Requests {
  /** As the reference phone's agent tells of. */
  static final int MAX_REQUESTS = 64;

  private final List<NetworkReport.Request> requests = new ArrayList<>();
  private int more;
  private long begin;
  private long offset;

  /**
   * An interval begins.
   *
   * @param now by the gateway's clock
   * @param startMicros by the mirror's
   */
  void begin(long now, long startMicros) {
    requests.clear();
    more = 0;
    begin = now;
    offset = startMicros - now;
  }

  /** Notes one. */
  void add(long time, NetworkReport.Protocol protocol, InetSocketAddress remote, byte[] bytes) {
    if (requests.size() == MAX_REQUESTS) {
      more++;
      return;
    }
    int kept = Math.min(bytes.length, NetworkReport.Request.MAX_BYTES);
    requests.add(
        new NetworkReport.Request(
            Math.max(time, begin) + offset, protocol, remote, Arrays.copyOf(bytes, kept)));
  }

  List<NetworkReport.Request> list() {
    return List.copyOf(requests);
  }

  /** How many were not kept. */
  int more() {
    return more;
  }
}
