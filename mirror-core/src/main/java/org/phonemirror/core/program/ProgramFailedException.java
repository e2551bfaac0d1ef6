package org.phonemirror.core.program;

import java.io.IOException;

/** A program has run, but failed, said too much or did not end; the message has its command. */
public final class ProgramFailedException extends IOException {
  private static final long serialVersionUID = 1;

  ProgramFailedException(String message) {
    super(message);
  }
}
