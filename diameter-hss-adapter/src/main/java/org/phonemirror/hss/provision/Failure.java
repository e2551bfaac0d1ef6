package org.phonemirror.hss.provision;

/** Something that people can put right; the text says how. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1L;

  /** Exit status, by what one can do about it. */
  enum Kind {
    /** The command line is wrong. */
    USAGE(2),
    /** The network refuses; the same request would be refused again. */
    REFUSED(3),
    /** The network could not be asked, or asks for patience: the same request may work later. */
    LATER(4);

    private final int status;

    Kind(int status) {
      this.status = status;
    }
  }

  private final Kind kind;

  Failure(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  Failure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  int status() {
    return kind.status;
  }
}
