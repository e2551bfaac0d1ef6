package org.phonemirror.client.services;

import java.io.IOException;

/**
 * An order that is not given. The message is for logs and consoles; a program with words of its own
 * goes by the reason.
 */
public final class OrderException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The operator sends no files. */
    NO_UPLOADS,
    /** A file is to be sent to nobody. */
    NO_RECIPIENT,
    /** That is no address that files are sent to. */
    NOT_A_RECIPIENT,
    /** The file is not among what is mirrored. */
    NOT_IN_STORAGE,
    /** It is a directory, or something else that has no content. */
    NOT_A_FILE,
    /** It was written to while it was read. */
    BEING_WRITTEN,
    /** Several have the name. */
    SEVERAL_FILES,
    /** No order has the number. */
    UNKNOWN_ORDER,
    /** Several have it. */
    SEVERAL_ORDERS,
    /** Too many wait already. */
    TOO_MANY_ORDERS,
    /** It is longer than an order may be, or holds what none may hold. */
    NOT_AN_ORDER
  }

  private final Reason reason;

  OrderException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  OrderException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
