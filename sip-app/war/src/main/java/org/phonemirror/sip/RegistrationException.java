package org.phonemirror.sip;

/** A REGISTER that is no usable third-party REGISTER; the message is its reason phrase. */
final class RegistrationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  RegistrationException(int status, String reason) {
    super(reason);
    this.status = status;
  }

  int status() {
    return status;
  }
}
