package org.phonemirror.core.subscriber;

/** The profile could not be had now; the subscriber may well have one. */
public final class ProfileUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  public ProfileUnavailableException(String message) {
    super(message);
  }

  public ProfileUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
