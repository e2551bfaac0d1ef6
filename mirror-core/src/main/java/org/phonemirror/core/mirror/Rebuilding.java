package org.phonemirror.core.mirror;

import java.util.Optional;
import org.phonemirror.core.mirror.RebuildStatus.Phase;

/**
 * An order to build a mirror again, and how far that is. It is not in the journal: what it deletes
 * is, so that a server that is restarted goes on building, but does not tell of it any more.
 */
final class Rebuilding {
  private RebuildStatus status = RebuildStatus.NONE;

  /**
   * Takes an order, unless one is being carried out, and tells how it goes.
   *
   * @param target the phone's last message
   * @param possible whether there is a mirror to build
   */
  void take(MirrorCommand.Rebuild told, long target, boolean possible) {
    if (told.order() && possible && !isOrdered() && !isUnderWay()) {
      status = new RebuildStatus(Phase.ORDERED, 0, 0, target, Optional.empty(), "");
    }
    told.replyTo().tell(status);
  }

  boolean isOrdered() {
    return status.phase() == Phase.ORDERED;
  }

  boolean isUnderWay() {
    return status.phase() == Phase.REPLAYING;
  }

  /** The mirror is back at its base. */
  void begun(long base) {
    status = new RebuildStatus(Phase.REPLAYING, base, base, status.target(), Optional.empty(), "");
    replayed(base, Optional.empty());
  }

  void replayed(long position, Optional<Comparison> comparison) {
    if (isUnderWay()) {
      status =
          new RebuildStatus(
              position >= status.target() ? Phase.DONE : Phase.REPLAYING,
              status.base(),
              position,
              status.target(),
              comparison.or(status::comparison),
              "");
    }
  }

  /** The mirror has failed: before it is back at its base the order is off. */
  void failed(String why) {
    if (isOrdered()) {
      status = new RebuildStatus(Phase.FAILED, 0, 0, status.target(), Optional.empty(), why);
    }
  }
}
