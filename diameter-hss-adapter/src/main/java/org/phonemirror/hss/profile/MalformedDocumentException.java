package org.phonemirror.hss.profile;

/** A document is not what its schema asks for; the text names the line and what is wrong there. */
public final class MalformedDocumentException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  MalformedDocumentException(String document, int line, String reason, Throwable cause) {
    super(document + ", line " + line + ": " + reason, cause);
    this.line = line;
  }

  MalformedDocumentException(String document, String reason) {
    super(document + ": " + reason);
    this.line = 0;
  }

  /** Line of the fault, from 1; 0 if it is in no one line. */
  public int line() {
    return line;
  }
}
