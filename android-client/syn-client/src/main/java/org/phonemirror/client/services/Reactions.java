package org.phonemirror.client.services;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.client.PhoneClock;
import org.phonemirror.client.SynClientListener;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;

/**
 * What the phone does when a notice has come, and what it tells its owner of what it did. A notice
 * is remembered before the message that brought it is taken off the queue, and marked when it has
 * been acted on: so that it is acted on once, even if the client is killed.
 *
 * <p>All methods are called on the engine's thread.
 */
final class Reactions implements Fetches.Outcomes {
  static final String DOWNLOAD = "download";
  static final String UPLOAD = "upload";
  static final String ANTIVIRUS = "antivirus";

  static final String FILE_CACHED = "file-cached";
  static final String FILE_FAILED = "file-failed";
  static final String FILE_EXPIRED = "file-expired";
  static final String SCAN_FINDING = "scan-finding";

  /** A field of notices: why, in a word that programs know. */
  static final String REASON = "reason";

  private static final int MAX_TEXT = 600;

  private final OrderBox box;
  private final NoticeLog notices;
  private final Quarantine quarantine;
  private final PhoneClock clock;
  private final SynClientListener listener;
  private boolean on;
  private boolean troubled;

  Reactions(
      OrderBox box,
      NoticeLog notices,
      Quarantine quarantine,
      PhoneClock clock,
      SynClientListener listener) {
    this.box = box;
    this.notices = notices;
    this.quarantine = quarantine;
    this.clock = clock;
    this.listener = listener;
  }

  /** Remembers what is new and tells of it. */
  void remember(List<Notice> come) {
    List<Notice> fresh = notices.add(come, clock.wallMicros());
    if (!fresh.isEmpty()) {
      listener.notices(fresh);
    }
  }

  /** Tells of something that the phone itself has done or could not do. */
  void tell(Notice notice) {
    remember(List.of(notice));
  }

  /** User storage is there, until {@link #stop}. */
  void start() {
    on = true;
  }

  /** Leaves user storage alone. */
  void stop() {
    on = false;
  }

  /** Does what the notices call for on which nobody has acted yet. */
  void act(Fetches fetches) {
    for (Entry entry : notices.pending()) {
      if (!on) {
        return;
      }
      try {
        act(entry, fetches);
        notices.done(entry);
        troubled = false;
      } catch (IOException e) {
        // the place for orders is full, or its medium: later
        if (!troubled) {
          troubled = true;
          listener.warning("notice " + entry.name() + " waits: " + e.getMessage());
        }
      }
    }
  }

  private void act(Entry entry, Fetches fetches) throws IOException {
    Notice notice = NoticeLog.notice(entry);
    String order = notice.first(Notice.ORDER).orElse("");
    switch (notice.topic()) {
      case FILE_CACHED -> {
        try {
          fetches.cached(notice);
        } catch (IllegalArgumentException e) {
          failed(entry, "not-allowed", "a file can't be fetched: " + e.getMessage());
        }
      }
      case FILE_FAILED, FILE_EXPIRED -> fetches.forget(order);
      case SCAN_FINDING -> {
        if (notice.first("action").filter("quarantine"::equals).isPresent()) {
          quarantine(entry, order);
        }
      }
      default -> throw new IllegalStateException(notice.topic() + " calls for nothing");
    }
  }

  private void quarantine(Entry finding, String order) throws IOException {
    String path = finding.first(Fetches.PATH).orElse("");
    Quarantine.Result result =
        quarantine.take(finding.key(), path, finding.first(Fetches.SHA256).orElse(""));
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("action", "handled"));
    fields.add(new Field("of", order));
    fields.add(new Field(Fetches.PATH, path));
    fields.add(new Field("result", result.quarantined() ? "quarantined" : "failed"));
    fields.add(new Field(Notice.TEXT, clip(result.text())));
    box.add(new Order(finding.key(), ANTIVIRUS, fields), clock.wallMicros());
    List<Field> told = new ArrayList<>(notice("scan-handled", finding, result.text()).fields());
    told.addAll(fields.subList(2, 4)); // path and result
    if (!result.quarantined()) {
      told.add(new Field(REASON, result.reason()));
    }
    tell(new Notice("scan-handled", told));
  }

  @Override
  public void fetched(Entry file) throws IOException {
    String path = file.first(Fetches.PATH).orElse("");
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("action", "fetched"));
    fields.add(new Field("of", file.first(Notice.ORDER).orElse("")));
    fields.add(new Field(Fetches.PATH, path));
    fields.add(new Field(Fetches.SHA256, file.first(Fetches.SHA256).orElse("")));
    box.add(new Order(file.key(), DOWNLOAD, fields), clock.wallMicros());
    tell(notice("file-fetched", file, "'" + path + "' is there"));
  }

  @Override
  public void failed(Entry file, String reason, String text) {
    List<Field> fields = new ArrayList<>(notice("fetch-failed", file, text).fields());
    fields.add(new Field(REASON, reason));
    tell(new Notice("fetch-failed", fields));
  }

  @Override
  public void delayed(Entry file, String reason, String text) {
    List<Field> fields = new ArrayList<>(notice("fetch-delayed", file, text).fields());
    fields.add(new Field(REASON, reason));
    tell(new Notice("fetch-delayed", fields));
  }

  private static Notice notice(String topic, Entry about, String text) {
    List<Field> fields = new ArrayList<>();
    about.first(Notice.ORDER).ifPresent(order -> fields.add(new Field(Notice.ORDER, order)));
    fields.add(new Field(Notice.TEXT, clip(text)));
    return new Notice(topic, fields);
  }

  /** Names in a text can be longer than a field may be. */
  static String clip(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }
}
