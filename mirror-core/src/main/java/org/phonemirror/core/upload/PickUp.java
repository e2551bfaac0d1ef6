package org.phonemirror.core.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.storage.UserFile;
import org.phonemirror.sync.StorageTree;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the files that orders wait for out of the mirrors. A mirror that lacks one, or has another
 * version, is going to be repaired: it is looked at again after each of its intervals.
 */
final class PickUp {
  private static final Logger log = LoggerFactory.getLogger(PickUp.class);

  private final UploadSettings settings;
  private final Outbox outbox;
  private final Vault vault;
  private final Clock clock;
  private final LongAdder failed = new LongAdder();

  PickUp(UploadSettings settings, Outbox outbox, Vault vault, Clock clock) {
    this.settings = settings;
    this.outbox = outbox;
    this.vault = vault;
    this.clock = clock;
  }

  /** Copies out what the mirror has by now, by one view for all of it. */
  void look(MirrorView mirror, StorageTree tree, List<Outbox.Awaited> awaited)
      throws MachineException {
    Map<Long, Vault.Kept> found = new HashMap<>();
    List<Upload> there = new ArrayList<>();
    for (Outbox.Awaited one : awaited) {
      if (isThere(mirror, tree, one.upload())) {
        there.add(one.upload());
      }
    }
    List<Upload> toCopy = there.stream().filter(upload -> !begin(mirror, upload)).toList();
    if (!toCopy.isEmpty()) {
      mirror.readStorage(
          view -> {
            for (Upload upload : toCopy) {
              found.put(upload.id(), copy(mirror, view, upload));
            }
            return null;
          });
    }
    Instant now = clock.instant();
    for (Outbox.Awaited one : awaited) {
      if (!now.isBefore(one.until())) {
        giveUp(mirror, one.upload(), found.get(one.upload().id()));
      }
    }
  }

  /** Whether it may and can be copied now; tells if it never will be. */
  private boolean isThere(MirrorView mirror, StorageTree tree, Upload upload) {
    if (!mirror.profile().services().upload().allowed()) {
      abandon(mirror, upload, Reason.NOT_ALLOWED, "files are not sent for you any more");
      return false;
    }
    Optional<StorageTree> file =
        tree.find(upload.path())
            .filter(entry -> entry.kind() == StorageTree.Kind.FILE)
            .filter(entry -> HexFormat.of().formatHex(entry.hash()).equals(upload.sha256()));
    if (file.isEmpty()) {
      return false;
    }
    if (file.get().size() != upload.size()) {
      abandon(
          mirror,
          upload,
          Reason.WRONG_ORDER,
          upload.fileName() + " has " + file.get().size() + " bytes, not " + upload.size());
      return false;
    }
    if (outbox.bytes(mirror.subscriber()) + upload.size() > settings.limits().subscriberBytes()) {
      abandon(
          mirror,
          upload,
          Reason.QUOTA,
          "at most "
              + settings.limits().subscriberBytes()
              + " bytes of yours may be under way: send "
              + upload.fileName()
              + " again when some have arrived");
      return false;
    }
    return true;
  }

  /** The order is open now, if its content is here. */
  private synchronized boolean begin(MirrorView mirror, Upload upload) {
    if (!vault.has(upload.sha256())) {
      return false;
    }
    Instant now = clock.instant();
    outbox.begin(mirror.subscriber(), upload.id(), now, now.plus(settings.times().giveUp()));
    return true;
  }

  private synchronized Vault.Kept copy(MirrorView mirror, Path view, Upload upload) {
    try {
      Optional<Path> file = UserFile.find(view, upload.path());
      if (file.isEmpty()) {
        return Vault.Kept.OTHER_CONTENT;
      }
      Vault.Kept kept = vault.keep(file.get(), upload.sha256(), upload.size());
      if (kept == Vault.Kept.KEPT) {
        begin(mirror, upload);
      } else {
        log.warn("upload {} of {} waits: {}", upload.id(), mirror.subscriber(), kept);
      }
      return kept;
    } catch (IOException e) {
      log.error("upload {} of {} can't be copied", upload.id(), mirror.subscriber(), e);
      return Vault.Kept.NO_ROOM;
    }
  }

  private void giveUp(MirrorView mirror, Upload upload, Vault.Kept kept) {
    if (kept == Vault.Kept.NO_ROOM) {
      abandon(
          mirror,
          upload,
          Reason.DISK_FULL,
          "the server has no room for " + upload.fileName() + ": send it again later");
    } else {
      abandon(
          mirror,
          upload,
          Reason.NOT_ON_MIRROR,
          upload.path() + " did not come to the mirror as it was: send it from the phone");
    }
  }

  /** Nothing happens if it is open by now. */
  private void abandon(MirrorView mirror, Upload upload, Reason reason, String text) {
    failed.add(outbox.abandon(Report.failed(mirror.subscriber(), upload.id(), reason, text)));
  }

  /** Removes a content, if nobody needs it. */
  synchronized void release(String sha256) {
    if (!outbox.needs(sha256)) {
      try {
        vault.drop(sha256);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Recipients whose file never came. */
  long failed() {
    return failed.sum();
  }
}
