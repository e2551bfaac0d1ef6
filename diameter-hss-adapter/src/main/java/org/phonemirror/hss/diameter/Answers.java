package org.phonemirror.hss.diameter;

import org.jdiameter.api.Answer;
import org.jdiameter.api.Avp;

/** Makes answers whole; the stack adds none of what is added here. */
public final class Answers {
  /** Auth-Session-State NO_STATE_MAINTAINED (RFC 6733 §8.11). */
  public static final long NO_STATE_MAINTAINED = 1;

  private Answers() {}

  /** Adds this node's identity and the outcome. */
  public static void complete(Answer answer, String host, String realm, Result result) {
    result.addTo(answer.getAvps());
    Avps.add(answer.getAvps(), Avp.AUTH_SESSION_STATE, Avps.BASE, NO_STATE_MAINTAINED);
    Avps.add(answer.getAvps(), Avp.ORIGIN_HOST, Avps.BASE, host);
    Avps.add(answer.getAvps(), Avp.ORIGIN_REALM, Avps.BASE, realm);
  }
}
