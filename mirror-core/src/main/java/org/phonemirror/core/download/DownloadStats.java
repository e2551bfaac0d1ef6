package org.phonemirror.core.download;

import java.util.EnumMap;
import java.util.Map;
import org.phonemirror.core.download.fetch.Reason;

/**
 * What the download cache keeps now, and what it has done since it was started.
 *
 * @param files contents that are kept, each once however many ordered it
 * @param bytes of them
 * @param waiting orders whose file is not there yet
 * @param running fetches under way
 * @param fetched files that were fetched as a whole
 * @param retries failures after which it is tried again
 * @param failures orders that subscribers were told will not be carried out, by the reason; all
 *     reasons are there
 */
public record DownloadStats(
    long files,
    long bytes,
    long waiting,
    int running,
    long fetched,
    long retries,
    Map<Reason, Long> failures) {
  public DownloadStats {
    Map<Reason, Long> all = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      all.put(reason, failures.getOrDefault(reason, 0L));
    }
    failures = Map.copyOf(all);
  }

  /** Orders that failed for whatever reason, but for those that their owners gave up. */
  public long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum()
        - failures.get(Reason.CANCELLED);
  }
}
