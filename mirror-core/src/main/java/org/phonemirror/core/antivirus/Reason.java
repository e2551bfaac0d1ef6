package org.phonemirror.core.antivirus;

import java.util.Locale;

/** Why something was not scanned, as the field {@code reason} of a {@code scan-failed} has it. */
enum Reason {
  /** The order is not understood. */
  BAD_REQUEST,
  /** There is nothing of this name, or it was being written. */
  NOT_FOUND,
  /** Links, pipes and sockets have no content. */
  NO_FILE,
  /** Changed each time it was read, or went before it was. */
  CHANGED,
  /** Can't be read on the server. */
  UNREADABLE,
  /** Longer than what is scanned. */
  TOO_BIG,
  /** Holds more, or deeper, than clamd looks into, like an archive bomb. */
  LIMIT,
  /** clamd can't with this content. */
  REFUSED,
  /** clamd was not there for too long. */
  UNAVAILABLE;

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
