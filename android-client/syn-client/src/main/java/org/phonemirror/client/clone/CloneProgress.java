package org.phonemirror.client.clone;

/**
 * How far the copy has come.
 *
 * @param toSend what the server does not have, in bytes; 0 until that is known
 * @param sent how much of it has been sent
 */
public record CloneProgress(long toSend, long sent) {
  /** From 0 to 100. */
  public int percent() {
    return toSend == 0 ? 0 : (int) Math.min(100, sent * 100 / toSend);
  }
}
