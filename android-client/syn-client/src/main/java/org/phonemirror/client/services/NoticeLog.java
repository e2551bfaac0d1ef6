package org.phonemirror.client.services;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.phonemirror.sync.Notice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest notices, on the medium. One that is equal to one of these has come twice, as notices
 * do, and counts once. Each is marked when the phone has done what it calls for.
 *
 * <p>Not safe for use by several threads.
 */
final class NoticeLog {
  static final int REMEMBERED = 128;

  private static final Logger LOG = LoggerFactory.getLogger(NoticeLog.class);

  /** Topics of those that call for something. */
  private static final Set<String> CALLS =
      new HashSet<>(
          Arrays.asList(
              Reactions.FILE_CACHED,
              Reactions.FILE_FAILED,
              Reactions.FILE_EXPIRED,
              Reactions.SCAN_FINDING));

  private static final String FRESH = "fresh";
  private static final String DONE = "done";

  private final EntryFile file;
  private List<Entry> entries;

  private NoticeLog(EntryFile file, List<Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  static NoticeLog open(EntryFile file) throws IOException {
    return new NoticeLog(file, file.load());
  }

  /** Takes notices that have come; those that are new, oldest first. */
  List<Notice> add(List<Notice> notices, long nowMicros) {
    List<Notice> fresh = new ArrayList<>();
    List<Entry> changed = new ArrayList<>(entries);
    for (Notice notice : notices) {
      boolean known = changed.stream().anyMatch(entry -> notice(entry).equals(notice));
      if (!known) {
        fresh.add(notice);
        String state = CALLS.contains(notice.topic()) ? FRESH : DONE;
        changed.add(new Entry(Ids.random(), nowMicros, state, notice.topic(), notice.fields()));
      }
    }
    if (!fresh.isEmpty()) {
      int surplus = Math.max(0, changed.size() - REMEMBERED);
      keep(new ArrayList<>(changed.subList(surplus, changed.size())));
    }
    return fresh;
  }

  /** Those that the phone has not acted on, oldest first. */
  List<Entry> pending() {
    List<Entry> pending = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.state().equals(FRESH)) {
        pending.add(entry);
      }
    }
    return pending;
  }

  /** The phone has acted on it. */
  void done(Entry acted) {
    List<Entry> changed = new ArrayList<>();
    for (Entry entry : entries) {
      changed.add(entry.key() == acted.key() ? entry.in(DONE) : entry);
    }
    keep(changed);
  }

  /** All that are remembered, oldest first. */
  List<Entry> all() {
    return List.copyOf(entries);
  }

  static Notice notice(Entry entry) {
    return new Notice(entry.name(), entry.fields());
  }

  private void keep(List<Entry> changed) {
    entries = changed;
    try {
      file.save(changed);
    } catch (IOException e) {
      // input must go on; the worst is that one is shown twice or not after a restart
      LOG.warn("notices can't be stored: {}", e.toString());
    }
  }
}
