package org.phonemirror.core.tape;

/** Why a flow can't be replayed byte for byte; what came of it is left to repair. */
public enum Mark {
  /**
   * TLS or DTLS: the mirror's session keys differ, so the recorded ciphertext is of no use to it.
   */
  TLS,
  /** The copy lost bytes: an acknowledgement went beyond what was seen. */
  HOLE,
  /** It began before the copy did. */
  UNSEEN_START,
  /** It exceeds what is recorded of one flow or one interval; the rest was not kept. */
  TOO_LONG,
  /** A retransmission had other bytes than what it repeats. */
  CONFLICT,
  /** It was opened towards the phone, and a program there took it (ADR 14). */
  INBOUND
}
