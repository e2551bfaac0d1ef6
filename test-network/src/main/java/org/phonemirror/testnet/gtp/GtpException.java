package org.phonemirror.testnet.gtp;

import java.io.IOException;

/** A message that cannot be read. */
public final class GtpException extends IOException {
  private static final long serialVersionUID = 1;

  GtpException(String message) {
    super(message);
  }
}
