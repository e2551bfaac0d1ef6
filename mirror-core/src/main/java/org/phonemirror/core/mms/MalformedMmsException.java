package org.phonemirror.core.mms;

/** Bytes that are no multimedia message; the text tells what is wrong with them and where. */
public final class MalformedMmsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int offset;

  MalformedMmsException(String what, int offset) {
    super(what + " (at offset " + offset + ")");
    this.offset = offset;
  }

  /** Of the first byte that is wrong. */
  public int offset() {
    return offset;
  }
}
