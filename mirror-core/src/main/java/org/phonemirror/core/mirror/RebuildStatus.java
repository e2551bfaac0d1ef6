package org.phonemirror.core.mirror;

import java.util.Optional;

/**
 * How it goes to build a mirror again.
 *
 * @param phase where it stands
 * @param base position of the checkpoint that it began from
 * @param position up to which it has come
 * @param target the phone's last message when it was ordered
 * @param comparison of the mirror's storage with the phone's digest in the last message that has
 *     one
 * @param failure why it was given up; empty if it was not
 */
public record RebuildStatus(
    Phase phase,
    long base,
    long position,
    long target,
    Optional<Comparison> comparison,
    String failure) {
  /** Where it stands. */
  public enum Phase {
    /** Nobody has ordered it since the server started, or there is no such mirror. */
    NONE,
    /** It waits for the mirror's work in hand. */
    ORDERED,
    /** Messages are being replayed. */
    REPLAYING,
    /** It has come to where it was. */
    DONE,
    /** It can't be done now. */
    FAILED
  }

  /** Nothing to tell. */
  public static final RebuildStatus NONE =
      new RebuildStatus(Phase.NONE, 0, 0, 0, Optional.empty(), "");
}
