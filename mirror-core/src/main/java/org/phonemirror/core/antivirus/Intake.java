package org.phonemirror.core.antivirus;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.antivirus.Listing.ListedFile;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.storage.UserFile;
import org.phonemirror.core.subscriber.Impu;

/**
 * Takes from a mirror what is to be scanned, while the mirror waits. The view of its storage exists
 * during a call only, and making it costs as much as reading all of the image; so it is made once
 * per interval at most, and only if there is something new. Hard links (or copies) in the spool
 * outlive it, and the mirror goes on. What finds no room stays on the mirror until a later
 * interval.
 */
final class Intake {
  private final Spool spool;
  private final Scanner scanner;
  private final Scans scans;
  private final Holdings holdings;
  private final VerdictStore verdicts;
  private final long maxFileBytes;

  Intake(
      Spool spool,
      Scanner scanner,
      Scans scans,
      Holdings holdings,
      VerdictStore verdicts,
      long maxFileBytes) {
    this.spool = spool;
    this.scanner = scanner;
    this.scans = scans;
    this.holdings = holdings;
    this.verdicts = verdicts;
    this.maxFileBytes = maxFileBytes;
  }

  /**
   * What has to be scanned of a mirror, each content once, first what was ordered. Orders are
   * brought up to date: with what is known meanwhile, and with what has changed meanwhile.
   */
  List<ListedFile> wanted(Impu subscriber, Listing listing, boolean automatic) {
    Map<String, ListedFile> wanted = new LinkedHashMap<>();
    for (ListedFile file : scans.openFiles(subscriber)) {
      look(subscriber, listing, file, wanted);
    }
    if (automatic) {
      holdings.unknown(subscriber, verdicts.version().orElse(""), verdicts.oldestFailure()).stream()
          .filter(file -> file.size() <= maxFileBytes)
          .forEach(file -> wanted.putIfAbsent(file.sha256(), file));
    }
    return List.copyOf(wanted.values());
  }

  private void look(
      Impu subscriber, Listing listing, ListedFile open, Map<String, ListedFile> wanted) {
    ListedFile file = open;
    if (!spool.holds(open.sha256())) {
      Optional<ListedFile> now =
          listing.withContent(open.sha256()).or(() -> listing.file(open.path()));
      if (now.isPresent() && !now.get().sha256().equals(open.sha256())) {
        scans.replace(subscriber, now.get());
      } else if (now.isEmpty() && verdicts.get(open.sha256()).isEmpty()) {
        scans.fail(
            subscriber,
            open.path(),
            Verdict.failed(Reason.CHANGED, "it went before it could be scanned"));
        return;
      }
      file = now.orElse(open);
    }
    Optional<Verdict> verdict = verdicts.get(file.sha256());
    if (verdict.isPresent()) {
      scans.resolve(file.sha256(), verdict.get());
    } else if (file.size() > maxFileBytes) {
      scans.fail(
          subscriber,
          open.path(),
          Verdict.failed(Reason.TOO_BIG, "it is longer than " + maxFileBytes + " bytes"));
    } else {
      wanted.putIfAbsent(file.sha256(), file);
    }
  }

  /** Spools as much as there is room for. */
  void take(MirrorView mirror, List<ListedFile> wanted) throws MachineException {
    List<ListedFile> missing = wanted.stream().filter(file -> !spool.holds(file.sha256())).toList();
    if (missing.isEmpty() || !spool.hasRoom(missing.get(0).size())) {
      return;
    }
    Map<ListedFile, String> unreadable = mirror.readStorage(view -> spool(view, missing));
    unreadable.forEach(
        (file, trouble) ->
            scans.attemptFailed(file.sha256(), Verdict.failed(Reason.UNREADABLE, trouble)));
  }

  private Map<ListedFile, String> spool(Path view, List<ListedFile> files) {
    Map<ListedFile, String> unreadable = new LinkedHashMap<>();
    for (ListedFile file : files) {
      try {
        Path found =
            UserFile.find(view, file.path())
                .orElseThrow(() -> new NoSuchFileException(file.path()));
        if (!spool.take(found, file.sha256())) {
          break;
        }
        scanner.add(file.sha256());
      } catch (IOException e) {
        unreadable.put(file, "it can't be read: " + e.getClass().getSimpleName());
      }
    }
    return unreadable;
  }
}
