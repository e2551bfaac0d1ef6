package org.phonemirror.hss.sh;

import java.util.concurrent.CompletionException;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.ProfileUnavailableException;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;

/** Tells success from failure in answers; failures are thrown as stages take them. */
final class Outcome {
  private Outcome() {}

  static Result of(AvpSet answer, String what) {
    try {
      return Result.of(answer);
    } catch (AvpDataException e) {
      throw unreadable(what, e);
    }
  }

  /** Returns if the answer is a success. */
  static void check(AvpSet answer, String what) {
    Result result = of(answer, what);
    if (!result.equals(Result.SUCCESS)) {
      String text = what + ": the HSS answers " + result + explanation(answer);
      throw new CompletionException(
          new ProfileUnavailableException(text, new RefusedException(text, result)));
    }
  }

  static boolean isExperimental(Result result, long code) {
    return result.experimental() && result.code() == code;
  }

  static CompletionException unreadable(String what, Exception cause) {
    return new CompletionException(
        new ProfileUnavailableException(
            what + ": the HSS's answer cannot be read: " + cause.getMessage(), cause));
  }

  /** The HSS's own words, if it has any. */
  private static String explanation(AvpSet answer) {
    try {
      return Avps.text(answer, Avp.ERROR_MESSAGE, Avps.BASE).map(text -> ": " + text).orElse("");
    } catch (AvpDataException e) {
      return "";
    }
  }
}
