package org.phonemirror.core.repair;

import java.util.Locale;

/** What may have made a mirror diverge from its phone, as far as is known of the interval. */
public enum Cause {
  /** Nothing else is known: a program used random numbers, ids of processes, or the like. */
  RANDOM,
  /** The mirror's clock or the input's times were off. */
  TIME,
  /** The mirror asked the network for something that the phone did not ask for. */
  UNRECORDED_REQUEST,
  /** The phone spoke TLS or DTLS, which can't be replayed. */
  TLS,
  /** Input events were lost, or the copy of the phone's packets has a hole. */
  LOSS;

  /** Its name in metrics and documents. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
