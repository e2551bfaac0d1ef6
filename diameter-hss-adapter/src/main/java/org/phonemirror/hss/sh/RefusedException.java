package org.phonemirror.hss.sh;

import org.phonemirror.hss.diameter.Result;

/** The HSS, or a relay before it, answered with something else than success. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Result result;

  RefusedException(String message, Result result) {
    super(message);
    this.result = result;
  }

  /** What it answered. */
  public Result result() {
    return result;
  }
}
