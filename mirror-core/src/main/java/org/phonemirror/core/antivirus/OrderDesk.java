package org.phonemirror.core.antivirus;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.phonemirror.core.antivirus.ScanRequest.Chosen;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageTree.Kind;

/** Takes orders. */
final class OrderDesk {
  private final Scans scans;
  private final Holdings holdings;
  private final Findings findings;
  private final Outbox outbox;

  OrderDesk(Scans scans, Holdings holdings, Findings findings, Outbox outbox) {
    this.scans = scans;
    this.holdings = holdings;
    this.findings = findings;
    this.outbox = outbox;
  }

  /** Takes an order, unless it was taken before; returns the paths that are to be scanned. */
  Set<String> take(Impu subscriber, Order order, SettledStorage storage, Listing listing) {
    if (scans.known(subscriber, order.id())) {
      return Set.of();
    }
    String action = order.first("action").orElse("");
    try {
      if (action.equals("scan")) {
        return scan(subscriber, order, storage, listing);
      } else if (action.equals("handled")) {
        handled(subscriber, order);
        return Set.of();
      }
      throw new IllegalArgumentException("antivirus can't '" + action + "', only scan and handled");
    } catch (IllegalArgumentException e) {
      outbox.add(subscriber, ScanNotices.failed(order.id(), Reason.BAD_REQUEST, e.getMessage()));
      return Set.of();
    }
  }

  private Set<String> scan(Impu subscriber, Order order, SettledStorage storage, Listing listing) {
    ScanRequest request = ScanRequest.of(order);
    Chosen chosen =
        request.choose(
            listing,
            file -> holdings.heldAt(subscriber, file, request.since().orElse(Long.MIN_VALUE)));
    scans.begin(
        subscriber,
        order.id(),
        request.action(),
        note(chosen, storage.identical()),
        chosen.files().values(),
        chosen.missing());
    return chosen.files().keySet();
  }

  private static String note(Chosen chosen, boolean identical) {
    StringBuilder note = new StringBuilder();
    chosen
        .others()
        .forEach(
            (kind, count) ->
                note.append("; ")
                    .append(count)
                    .append(kind == Kind.LINK ? " links" : " pipes, sockets or devices")
                    .append(" skipped, as they have no content"));
    if (!identical) {
      note.append("; the mirror differed from the phone, so scan again in a few minutes");
    }
    return note.toString();
  }

  /** The files with findings that the phone says it has put away. */
  List<StorageWrite> quarantined(Impu subscriber, List<Order> orders) {
    Set<String> found = new HashSet<>();
    List<String> away =
        orders.stream()
            .filter(order -> order.first("action").filter("handled"::equals).isPresent())
            .filter(order -> order.first("result").filter("quarantined"::equals).isPresent())
            .flatMap(order -> order.first("path").stream())
            .toList();
    if (!away.isEmpty()) {
      findings.of(subscriber).forEach(finding -> found.add(finding.path()));
    }
    return away.stream()
        .filter(found::contains)
        .<StorageWrite>map(StorageWrite.Remove::new)
        .toList();
  }

  private void handled(Impu subscriber, Order order) {
    String path = order.first("path").orElse("");
    String result = order.first("result").orElse("");
    if (!result.equals("quarantined") && !result.equals("failed")) {
      throw new IllegalArgumentException(
          "result is '" + result + "', must be quarantined or failed");
    }
    if (!findings.handled(subscriber, path, result, order.first("text").orElse(""))) {
      outbox.add(
          subscriber,
          ScanNotices.failed(order.id(), path, Reason.NOT_FOUND, "nothing was found there"));
    }
  }
}
