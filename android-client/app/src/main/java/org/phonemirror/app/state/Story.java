package org.phonemirror.app.state;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.phonemirror.app.model.Download;
import org.phonemirror.app.model.Finding;
import org.phonemirror.app.model.Scan;
import org.phonemirror.app.model.Upload;
import org.phonemirror.app.model.Upload.Recipient;
import org.phonemirror.client.services.Given;
import org.phonemirror.client.services.Told;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;

/**
 * What has become of orders, as the notices tell.
 *
 * @param scan the latest one
 * @param findings newest first
 * @param downloads newest first
 * @param outbox newest first
 */
record Story(Scan scan, List<Finding> findings, List<Download> downloads, List<Upload> outbox) {
  /** Before anything was ordered. */
  static final Story NONE = new Story(Scan.NONE, List.of(), List.of(), List.of());

  private static final String PATH = "path";

  /**
   * Makes it.
   *
   * @param orders that the phone remembers, oldest first
   * @param told notices that the phone remembers, oldest first
   * @param words of a notice for people
   */
  static Story of(List<Given> orders, List<Told> told, Function<Notice, String> words) {
    Map<Long, List<Told>> byOrder =
        told.stream().collect(Collectors.groupingBy(t -> number(t.notice(), Notice.ORDER, 0)));
    List<Long> cancelled = new ArrayList<>();
    for (Given given : orders) {
      if (value(given.order(), "action").equals("cancel")) {
        cancelled.add(parse(value(given.order(), "of"), 0));
      }
    }
    Scan scan = Scan.NONE;
    List<Download> downloads = new ArrayList<>();
    List<Upload> outbox = new ArrayList<>();
    for (Given given : orders) {
      Order order = given.order();
      List<Told> about = byOrder.getOrDefault(order.id(), List.of());
      switch (value(order, "action")) {
        case "get" -> downloads.add(download(order, about, words, cancelled.contains(order.id())));
        case "send" -> outbox.add(upload(given, about, words, cancelled.contains(order.id())));
        case "scan" -> scan = scan(given.at(), about, words);
        default -> {
          // answers of the phone, and cancellations
        }
      }
    }
    Collections.reverse(downloads);
    Collections.reverse(outbox);
    return new Story(scan, findings(told, words), downloads, outbox);
  }

  private static Scan scan(Instant given, List<Told> about, Function<Notice, String> words) {
    Scan scan = new Scan(Scan.State.ORDERED, Optional.of(given), 0, 0, 0, "");
    for (Told told : about) {
      Notice notice = told.notice();
      Optional<Instant> at = Optional.of(told.at());
      switch (notice.topic()) {
        case "scan-progress" ->
            scan =
                new Scan(
                    Scan.State.RUNNING,
                    at,
                    number(notice, "done", 0),
                    number(notice, "total", 0),
                    scan.unreadable(),
                    "");
        case "scan-result" -> {
          long files = number(notice, "files", 0);
          long failed = number(notice, "failed", 0);
          scan = new Scan(Scan.State.DONE, at, files, files, failed, "");
        }
        case "scan-failed" -> {
          if (notice.first(PATH).isPresent()) { // of one file
            scan =
                new Scan(
                    scan.state(),
                    scan.at(),
                    scan.done(),
                    scan.total(),
                    scan.unreadable() + 1,
                    scan.text());
          } else {
            scan = new Scan(Scan.State.FAILED, at, 0, 0, 0, words.apply(notice));
          }
        }
        case "order-failed" -> scan = new Scan(Scan.State.FAILED, at, 0, 0, 0, words.apply(notice));
        default -> {
          // findings are told for themselves
        }
      }
    }
    return scan;
  }

  private static List<Finding> findings(List<Told> told, Function<Notice, String> words) {
    List<Finding> findings = new ArrayList<>();
    for (Told each : told) {
      Notice notice = each.notice();
      String path = notice.first(PATH).orElse("");
      if (notice.topic().equals("scan-finding")) {
        boolean away = notice.first("action").filter("quarantine"::equals).isPresent();
        findings.add(
            new Finding(
                key(notice),
                each.at(),
                path,
                notice.first("signature").orElse(""),
                away ? Finding.Handling.ORDERED : Finding.Handling.REPORTED,
                ""));
      } else if (notice.topic().equals("scan-handled")) {
        boolean done = notice.first("result").filter("quarantined"::equals).isPresent();
        for (int i = 0; i < findings.size(); i++) {
          Finding found = findings.get(i);
          if (found.path().equals(path) && found.handling() == Finding.Handling.ORDERED) {
            findings.set(
                i,
                new Finding(
                    found.key(),
                    found.at(),
                    path,
                    found.signature(),
                    done ? Finding.Handling.QUARANTINED : Finding.Handling.FAILED,
                    done ? "" : words.apply(notice)));
          }
        }
      }
    }
    Collections.reverse(findings);
    return findings;
  }

  /** The same for the same notice, whenever it is asked for. */
  private static long key(Notice finding) {
    return finding.fields().stream()
        .filter(field -> !field.name().equals(Notice.TEXT))
        .mapToLong(field -> field.hashCode() * 0x9E3779B97F4A7C15L)
        .sum();
  }

  private static Download download(
      Order order, List<Told> about, Function<Notice, String> words, boolean cancelled) {
    Download now =
        new Download(
            order.id(),
            value(order, "name"),
            value(order, "url"),
            cancelled ? Download.State.CANCELLED : Download.State.ORDERED,
            OptionalLong.empty(),
            0,
            Optional.empty(),
            "");
    for (Told told : about) {
      Notice notice = told.notice();
      Function<Download, Download> change =
          switch (notice.topic()) {
            case "file-cached" -> before -> cached(before, notice);
            case "file-fetched" -> before -> in(before, Download.State.FETCHED, "");
            case "fetch-delayed" -> before -> in(before, before.state(), words.apply(notice));
            case "file-failed", "fetch-failed", "order-failed" ->
                before -> in(before, Download.State.FAILED, words.apply(notice));
            case "file-expired" -> before -> in(before, Download.State.EXPIRED, "");
            default -> before -> before;
          };
      if (now.state() != Download.State.CANCELLED && now.state() != Download.State.FETCHED) {
        now = change.apply(now);
      }
    }
    return now;
  }

  private static Download cached(Download before, Notice notice) {
    long size = number(notice, "size", -1);
    return new Download(
        before.order(),
        notice.first("name").orElse(before.name()),
        before.url(),
        Download.State.CACHED,
        size < 0 ? OptionalLong.empty() : OptionalLong.of(size),
        0,
        notice.first("expires").flatMap(Story::instant),
        "");
  }

  private static Download in(Download before, Download.State state, String text) {
    return new Download(
        before.order(),
        before.name(),
        before.url(),
        state,
        before.size(),
        state == Download.State.FETCHED ? before.size().orElse(0) : before.fetched(),
        before.expires(),
        text);
  }

  private static Upload upload(
      Given given, List<Told> about, Function<Notice, String> words, boolean cancelled) {
    Order order = given.order();
    List<Recipient> recipients = new ArrayList<>();
    for (String address : order.all("to")) {
      recipients.add(new Recipient(address, Recipient.State.WAITING, ""));
    }
    for (Told told : about) {
      Notice notice = told.notice();
      Optional<Recipient.State> state =
          switch (notice.topic()) {
            case "upload-sent" -> Optional.of(Recipient.State.SENT);
            case "upload-failed", "order-failed" -> Optional.of(Recipient.State.FAILED);
            case "upload-cancelled" -> Optional.of(Recipient.State.CANCELLED);
            default -> Optional.empty();
          };
      List<String> to = notice.all("to");
      recipients.replaceAll(
          r ->
              r.state() == Recipient.State.WAITING
                      && state.isPresent()
                      && (to.isEmpty() || to.contains(r.address()))
                  ? new Recipient(
                      r.address(),
                      state.get(),
                      state.get() == Recipient.State.SENT ? "" : words.apply(notice))
                  : r);
    }
    if (cancelled) {
      recipients.replaceAll(
          r ->
              r.state() == Recipient.State.WAITING
                  ? new Recipient(r.address(), Recipient.State.CANCELLED, "")
                  : r);
    }
    String path = value(order, PATH);
    return new Upload(
        order.id(),
        given.at(),
        path.substring(path.lastIndexOf('/') + 1),
        parse(value(order, "size"), 0),
        value(order, "subject"),
        recipients);
  }

  private static String value(Order order, String name) {
    return order.first(name).orElse("");
  }

  private static long number(Notice notice, String name, long otherwise) {
    return notice.first(name).map(text -> parse(text, otherwise)).orElse(otherwise);
  }

  /** The server's numbers are not trusted to be any. */
  private static long parse(String text, long otherwise) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
