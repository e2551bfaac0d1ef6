package org.phonemirror.core.antivirus;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.phonemirror.core.antivirus.Listing.ListedFile;
import org.phonemirror.core.antivirus.Listing.Selection;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageTree.Kind;

/**
 * A {@code scan} order.
 *
 * @param paths what is to be scanned, with all below; everything if there are none
 * @param since only what has changed after this moment, in microseconds since the epoch
 * @param action what the phone is to do with findings
 */
record ScanRequest(List<String> paths, OptionalLong since, Action action) {

  /** What the phone is to do with a finding. */
  enum Action {
    REPORT,
    QUARANTINE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A path that was named, and why there is nothing to scan. */
  record Missing(String path, Reason reason, String text) {}

  /**
   * What of a mirror is to be scanned.
   *
   * @param others entries without content, by kind
   */
  record Chosen(
      SortedMap<String, ListedFile> files, List<Missing> missing, Map<Kind, Integer> others) {}

  /**
   * Reads an order.
   *
   * @throws IllegalArgumentException if it is no scan, with a text for the phone's owner
   */
  static ScanRequest of(Order order) {
    List<String> paths = new ArrayList<>();
    for (String path : order.all("path")) {
      paths.add(path.replaceAll("^/+|/+$", ""));
    }
    return new ScanRequest(
        paths,
        order.first("since").map(ScanRequest::micros).orElse(OptionalLong.empty()),
        order.first("on-finding").map(ScanRequest::action).orElse(Action.REPORT));
  }

  private static OptionalLong micros(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "since is '" + text + "', must be microseconds since the epoch", e);
    }
  }

  private static Action action(String text) {
    for (Action action : Action.values()) {
      if (action.word().equals(text)) {
        return action;
      }
    }
    throw new IllegalArgumentException(
        "on-finding is '" + text + "', must be report or quarantine");
  }

  /**
   * Chooses from what a mirror has.
   *
   * @param unchanged whether a file is known to have been there, as it is, at {@link #since}
   */
  Chosen choose(Listing listing, Predicate<ListedFile> unchanged) {
    SortedMap<String, ListedFile> files = new TreeMap<>();
    List<Missing> missing = new ArrayList<>();
    Map<Kind, Integer> others = new EnumMap<>(Kind.class);
    for (String path : paths.isEmpty() ? List.of("") : paths) {
      Optional<Selection> selection = listing.at(path);
      if (selection.isEmpty()) {
        missing.add(
            new Missing(path, Reason.NOT_FOUND, "is not there, or was being written; scan again"));
      } else if (selection.get().kind() == Kind.LINK || selection.get().kind() == Kind.OTHER) {
        missing.add(new Missing(path, Reason.NO_FILE, "has no content: a link, pipe or socket"));
      } else {
        selection.get().files().stream()
            .filter(file -> since.isEmpty() || !unchanged.test(file))
            .forEach(file -> files.put(file.path(), file));
        selection.get().others().forEach((kind, count) -> others.merge(kind, count, Integer::sum));
      }
    }
    return new Chosen(files, missing, others);
  }
}
