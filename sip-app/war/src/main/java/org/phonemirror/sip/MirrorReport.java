package org.phonemirror.sip;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.phonemirror.core.machine.DiskUse;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.vitals.Vitals;

/**
 * What an operator sees of a mirror.
 *
 * @param status where it is, and how it has followed since it was made
 * @param vitals how it has done since the server's start, and what it costs
 * @param disk what it has there, as of some seconds ago
 * @param lag how far it is behind its phone: the age of the oldest interval that waits to be
 *     replayed, 0 if none does; empty if that is not known
 */
public record MirrorReport(
    MirrorStatus status, Vitals vitals, DiskUse disk, Optional<Duration> lag) {
  /** Puts it together at a time. */
  public static MirrorReport of(MirrorStatus status, Vitals vitals, DiskUse disk, Instant now) {
    Optional<Duration> lag =
        status.accepted() > status.replayed() ? vitals.lag(now) : Optional.of(Duration.ZERO);
    return new MirrorReport(status, vitals, disk, lag);
  }
}
