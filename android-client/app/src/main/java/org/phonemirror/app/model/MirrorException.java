package org.phonemirror.app.model;

/** Something is not done. The message, in English, is for the log; owners are told the problem. */
public final class MirrorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  public MirrorException(Problem problem, String message) {
    super(message);
    this.problem = problem;
  }

  public MirrorException(Problem problem, String message, Throwable cause) {
    super(message, cause);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
