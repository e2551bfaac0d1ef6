package org.phonemirror.core.download.fetch;

import java.io.IOException;

/** A file was not got; the text is for the phone's owner and says what to do. */
public final class FetchException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final boolean temporary;

  private FetchException(Reason reason, boolean temporary, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.temporary = temporary;
  }

  /** To try again would be of no use. */
  public static FetchException permanent(Reason reason, String message) {
    return new FetchException(reason, false, message, null);
  }

  /** To try again would be of no use. */
  public static FetchException permanent(Reason reason, String message, Throwable cause) {
    return new FetchException(reason, false, message, cause);
  }

  /** It may be better later. */
  public static FetchException temporary(Reason reason, String message) {
    return new FetchException(reason, true, message, null);
  }

  /** It may be better later. */
  public static FetchException temporary(Reason reason, String message, Throwable cause) {
    return new FetchException(reason, true, message, cause);
  }

  public Reason reason() {
    return reason;
  }

  /** Whether it may be better later. */
  public boolean isTemporary() {
    return temporary;
  }
}
