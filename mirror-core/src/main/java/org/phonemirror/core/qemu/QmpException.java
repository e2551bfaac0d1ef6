package org.phonemirror.core.qemu;

import java.io.IOException;

/** QEMU refused a command; the connection goes on. */
public final class QmpException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Names the command and QEMU's reason. */
  public QmpException(String command, String reason) {
    super("QEMU refused '" + command + "': " + reason);
  }
}
