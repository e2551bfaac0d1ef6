package org.phonemirror.core.upload;

/** An order that can't be carried out as it is; the message is for people. */
final class WrongOrderException extends Exception {
  private static final long serialVersionUID = 1;

  WrongOrderException(String message) {
    super(message);
  }
}
