package org.phonemirror.core.signalling;

import org.phonemirror.core.subscriber.Impu;

/**
 * Port: what signalling tells about phones. Calls return at once and never throw, since signalling
 * must not wait for mirrors.
 */
public interface PhonePresence {
  /** The phone has registered in the IMS, or its registration was refreshed. */
  void phoneOn(Impu subscriber);

  /** The phone's registration has ended. */
  void phoneOff(Impu subscriber);
}
