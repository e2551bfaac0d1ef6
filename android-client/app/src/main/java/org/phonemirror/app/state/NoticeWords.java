package org.phonemirror.app.state;

import android.content.Context;
import java.util.OptionalInt;
import org.phonemirror.app.R;
import org.phonemirror.sync.Notice;

/**
 * Why something has failed, as the phone's owner reads it. Notices tell it by a word in the field
 * {@code reason}; the text that goes with it is the server's, in English.
 */
public final class NoticeWords {
  private final Context context;

  public NoticeWords(Context context) {
    this.context = context;
  }

  /** For people; what an unknown server says in other words is told as it is. */
  public String of(Notice notice) {
    OptionalInt known = known(notice.first("reason").orElse(""));
    return known.isPresent() ? context.getString(known.getAsInt()) : notice.text();
  }

  private static OptionalInt known(String reason) {
    int text =
        switch (reason) {
          case "not-found", "gone" -> R.string.reason_not_found;
          case "no-file" -> R.string.reason_no_file;
          case "changed" -> R.string.reason_changed;
          case "unreadable" -> R.string.reason_unreadable;
          case "too-big", "limit" -> R.string.reason_too_big;
          case "quota" -> R.string.reason_quota;
          case "disk-full" -> R.string.reason_disk_full;
          case "no-room" -> R.string.reason_no_room;
          case "unwritable" -> R.string.reason_unwritable;
          case "refused" -> R.string.reason_refused;
          case "not-allowed" -> R.string.reason_not_allowed;
          case "unreachable", "too-slow", "redirects" -> R.string.reason_unreachable;
          case "tls" -> R.string.reason_tls;
          case "wrong-content" -> R.string.reason_wrong_content;
          case "not-on-mirror" -> R.string.reason_not_on_mirror;
          case "too-late" -> R.string.reason_too_late;
          case "expired" -> R.string.download_expired;
          case "cancelled" -> R.string.download_cancelled;
          case "bad-order", "wrong-order", "bad-request", "unknown-order" ->
              R.string.reason_bad_order;
          case "no-service" -> R.string.reason_no_service;
          case "unavailable", "trouble" -> R.string.reason_trouble;
          default -> 0;
        };
    return text == 0 ? OptionalInt.empty() : OptionalInt.of(text);
  }
}
