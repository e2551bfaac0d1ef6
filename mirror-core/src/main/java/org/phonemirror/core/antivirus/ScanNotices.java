package org.phonemirror.core.antivirus;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.phonemirror.core.antivirus.ScanRequest.Action;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.Notice;

/** What the phone's owner is told. Paths are told as they are; texts are one line each. */
final class ScanNotices {
  private static final int MAX_SHOWN = 120;
  private static final int MAX_TEXT = 600;

  private ScanNotices() {}

  static Notice progress(long order, long done, long total) {
    return notice(
        "scan-progress",
        OptionalLong.of(order),
        "Scanning: " + done + " of " + total + " files are done",
        new Field("done", Long.toString(done)),
        new Field("total", Long.toString(total)));
  }

  static Notice finding(
      OptionalLong order, String path, String sha256, String signature, Action action) {
    return notice(
        "scan-finding",
        order,
        shown(path)
            + " holds "
            + signature
            + (action == Action.QUARANTINE
                ? ": the phone puts it away"
                : ": delete it, or scan with quarantine"),
        new Field("path", whole(path)),
        new Field("signature", signature),
        new Field("sha256", sha256),
        new Field("action", action.word()));
  }

  static Notice failed(long order, String path, Reason reason, String text) {
    return failed(order, path, reason.word(), text);
  }

  static Notice failed(long order, String path, String reason, String text) {
    return notice(
        "scan-failed",
        OptionalLong.of(order),
        shown(path) + " was not scanned: " + text,
        new Field("path", whole(path)),
        new Field("reason", reason));
  }

  /** All of an order failed. */
  static Notice failed(long order, Reason reason, String text) {
    return notice(
        "scan-failed",
        OptionalLong.of(order),
        "Not scanned: " + text,
        new Field("reason", reason.word()));
  }

  static Notice result(long order, ScanCounts counts, String note) {
    String text =
        String.format(
            "Scanned %d files: %d infected, %d could not be scanned%s",
            counts.files(), counts.findings(), counts.failed(), note);
    return notice(
        "scan-result",
        OptionalLong.of(order),
        text,
        new Field("files", Long.toString(counts.files())),
        new Field("bytes", Long.toString(counts.bytes())),
        new Field("findings", Long.toString(counts.findings())),
        new Field("failed", Long.toString(counts.failed())));
  }

  private static Notice notice(String topic, OptionalLong order, String text, Field... more) {
    List<Field> fields = new ArrayList<>();
    order.ifPresent(id -> fields.add(new Field(Notice.ORDER, Long.toString(id))));
    fields.addAll(List.of(more));
    String line = text.replaceAll("\\p{Cntrl}", "?");
    fields.add(
        new Field(
            Notice.TEXT, line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) + "…" : line));
    return new Notice(topic, fields);
  }

  private static String shown(String path) {
    return path.length() > MAX_SHOWN ? "…" + path.substring(path.length() - MAX_SHOWN) : path;
  }

  /** Deeper than PATH_MAX nobody can open it by its path; its end tells more than nothing. */
  private static String whole(String path) {
    String end = path;
    while (end.getBytes(StandardCharsets.UTF_8).length > Limits.MAX_PATH_BYTES) {
      end = end.substring(end.length() / 8 + 1);
    }
    return end;
  }
}
