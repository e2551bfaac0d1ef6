package org.phonemirror.core.mms;

import java.time.Duration;
import java.time.Instant;

/** Until when a message is kept, whole seconds (OMA-TS-MMS_ENC-V1_2 §7.3.20). */
public sealed interface Expiry {
  /** From when it was handed in. */
  record After(Duration time) implements Expiry {
    public After {
      Check.number("expiry", time.toSeconds());
      time = Duration.ofSeconds(time.toSeconds());
    }
  }

  /** A point in time. */
  record At(Instant time) implements Expiry {
    public At {
      time = Check.date(time);
    }
  }

  /** The moment, for a message that was handed in then. */
  default Instant from(Instant handedIn) {
    if (this instanceof At at) {
      return at.time();
    }
    return handedIn.plus(((After) this).time());
  }
}
