package org.phonemirror.app.model;

/**
 * The first copy of this phone.
 *
 * @param frozen whether input is refused, so that the copy is of one moment
 * @param toSend what the server does not have, in bytes; 0 until that is known
 * @param sent how much of it has been sent
 */
public record FirstClone(boolean frozen, long toSend, long sent) {
  /** From 0 to 100. */
  public int percent() {
    return toSend <= 0 ? 0 : (int) Math.min(100, sent * 100 / toSend);
  }
}
