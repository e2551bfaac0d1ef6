package org.phonemirror.app.state;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.client.services.Given;
import org.phonemirror.client.services.Told;
import org.phonemirror.sync.Notice;

/**
 * What the phone need not send, as its mirror has. A file counts once, when the first of its
 * recipients has it, and not before; what the server fetches for the phone does not count, since
 * the phone fetches that from the server.
 */
final class Savings {
  private Savings() {}

  /**
   * The bytes of all files that somebody has by these notices, and nobody had before.
   *
   * @param fresh that have just come
   * @param given orders that the phone remembers
   * @param told all notices that the phone remembers, the fresh ones too
   */
  static long of(List<Notice> fresh, List<Given> given, List<Told> told) {
    Set<String> sent = new HashSet<>();
    fresh.forEach(notice -> order(notice).ifPresent(sent::add));
    for (Told each : told) {
      if (!fresh.contains(each.notice())) {
        order(each.notice()).ifPresent(sent::remove);
      }
    }
    return given.stream()
        .map(Given::order)
        .filter(order -> sent.contains(Long.toString(order.id())))
        .mapToLong(order -> order.first("size").map(Savings::size).orElse(0L))
        .sum();
  }

  private static Optional<String> order(Notice notice) {
    return notice.topic().equals("upload-sent") ? notice.first(Notice.ORDER) : Optional.empty();
  }

  /** The phone has written it itself. */
  private static long size(String text) {
    return Long.parseLong(text);
  }
}
