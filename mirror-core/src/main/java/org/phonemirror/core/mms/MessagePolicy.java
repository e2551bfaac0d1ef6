package org.phonemirror.core.mms;

import java.util.List;
import java.util.Optional;

/**
 * Port: whether a multimedia message may pass, asked by the relay for each one (MM10, TS 23.140).
 */
@FunctionalInterface
public interface MessagePolicy {
  /** Decides at once: the message waits for it. */
  Decision decide(Passage passage);

  /**
   * A message on its way.
   *
   * @param served telephone number of the subscriber for whom it is asked, digits in international
   *     format
   * @param sender address; empty if it is hidden
   * @param recipients addresses, as the sender wrote them
   */
  record Passage(
      Point point,
      String served,
      Optional<String> sender,
      List<String> recipients,
      boolean deliveryReport) {
    public Passage {
      recipients = List.copyOf(recipients);
    }
  }

  /** Where it is. */
  enum Point {
    /** The subscriber hands it in. */
    SUBMISSION,
    /** It is about to be delivered to the subscriber. */
    DELIVERY
  }

  /** What becomes of it. */
  sealed interface Decision {
    /** It goes on. */
    record Proceed() implements Decision {}

    /**
     * It ends here.
     *
     * @param why for the sender to read
     */
    record Refuse(String why) implements Decision {}
  }
}
