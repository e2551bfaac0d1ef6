package org.phonemirror.hss.criteria;

import java.util.OptionalInt;

/**
 * A kind of initial request as filter criteria see it.
 *
 * @param method SIP method
 * @param sessionCase SessionCase of TS 29.228 annex B.2.3; empty for REGISTER, which has none
 * @param needed whether the mirror does without it only at a loss
 * @param loss what does not work without it
 */
public record SipRequest(String method, OptionalInt sessionCase, boolean needed, String loss) {
  private static final String[] CASES = {
    "originating",
    "terminating, registered",
    "terminating, unregistered",
    "originating, unregistered",
    "originating after diversion"
  };

  static SipRequest of(String method, int sessionCase, boolean needed, String loss) {
    return new SipRequest(method, OptionalInt.of(sessionCase), needed, loss);
  }

  /** For example {@code MESSAGE (originating)}. */
  @Override
  public String toString() {
    return sessionCase.isEmpty() ? method : method + " (" + CASES[sessionCase.getAsInt()] + ")";
  }
}
