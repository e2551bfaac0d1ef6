package org.phonemirror.core.upload;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;

/**
 * Reports that become one notice. Twenty receipts would cost the phone more than the order did: so
 * those of an order that are to be told at one time are told together, and without addresses if
 * they are of all its recipients.
 *
 * @param numbers of the reports
 */
record Receipts(List<Long> numbers, Impu subscriber, Notice notice) {
  /** Of addresses in one notice, but for the last of them, which is at most as long again. */
  private static final int MAX_ADDRESS_BYTES = 3_000;

  /** A subscriber's order. */
  private record Sent(Impu subscriber, long order) {}

  /** Puts together what belongs together, in the order of what came first. */
  static List<Receipts> of(List<Outbox.Untold> untold) {
    List<Receipts> all = new ArrayList<>();
    Map<Sent, List<Outbox.Untold>> receipts = new LinkedHashMap<>();
    for (Outbox.Untold one : untold) {
      Report report = one.report();
      if (report.isReceipt()) {
        receipts
            .computeIfAbsent(
                new Sent(report.subscriber(), report.order()), sent -> new ArrayList<>())
            .add(one);
      } else {
        all.add(single(one));
      }
    }
    receipts.values().forEach(of -> add(of, all));
    return all;
  }

  private static void add(List<Outbox.Untold> receipts, List<Receipts> all) {
    if (receipts.size() > 1 && receipts.size() == receipts.get(0).recipients()) {
      all.add(together(receipts, List.of()));
      return;
    }
    int from = 0;
    while (from < receipts.size()) {
      int to = from;
      int bytes = 0;
      do {
        bytes += to(receipts.get(to)).getBytes(StandardCharsets.UTF_8).length;
        to++;
      } while (to < receipts.size() && bytes < MAX_ADDRESS_BYTES);
      List<Outbox.Untold> some = receipts.subList(from, to);
      all.add(
          some.size() == 1
              ? single(some.get(0))
              : together(some, some.stream().map(Receipts::to).toList()));
      from = to;
    }
  }

  private static String to(Outbox.Untold receipt) {
    return receipt.report().to().orElseThrow();
  }

  private static Receipts single(Outbox.Untold untold) {
    Report report = untold.report();
    return new Receipts(List.of(untold.number()), report.subscriber(), report.notice());
  }

  /** Without addresses, they are of all recipients. */
  private static Receipts together(List<Outbox.Untold> receipts, List<String> addresses) {
    Outbox.Untold first = receipts.get(0);
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(Notice.ORDER, Long.toString(first.report().order())));
    addresses.forEach(address -> fields.add(new Field("to", address)));
    String whom =
        addresses.isEmpty()
            ? "all " + receipts.size()
            : receipts.size() + " of " + first.recipients();
    fields.add(new Field(Notice.TEXT, first.fileName() + " is sent to " + whom + " recipients"));
    return new Receipts(
        receipts.stream().map(Outbox.Untold::number).toList(),
        first.report().subscriber(),
        new Notice(Report.SENT, fields));
  }
}
