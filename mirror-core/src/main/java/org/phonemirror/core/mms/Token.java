package org.phonemirror.core.mms;

/** A value that is one octet on the wire. */
public interface Token {
  /** As it is on the wire, 0x80 to 0xFF. */
  int code();
}
