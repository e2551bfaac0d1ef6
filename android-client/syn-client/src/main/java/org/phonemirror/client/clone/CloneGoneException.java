package org.phonemirror.client.clone;

import java.io.IOException;

/**
 * The address that the server gave for a copy is not good any more; there is a new one to be had.
 */
public final class CloneGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With what the server says. */
  public CloneGoneException(String message) {
    super(message);
  }
}
