package org.phonemirror.hss.diameter;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;

/**
 * Outcome of a Diameter request.
 *
 * @param code Result-Code, or Experimental-Result-Code of 3GPP
 * @param experimental which of the two: some numbers mean different things in both
 */
public record Result(long code, boolean experimental) {
  private static final Map<Long, String> BASE =
      Map.ofEntries(
          Map.entry(2001L, "success"),
          Map.entry(3001L, "command unsupported"),
          Map.entry(3002L, "unable to deliver"),
          Map.entry(3003L, "realm not served"),
          Map.entry(3004L, "too busy"),
          Map.entry(3005L, "loop detected"),
          Map.entry(3006L, "redirect indication"),
          Map.entry(3007L, "application unsupported"),
          Map.entry(4002L, "out of space"),
          Map.entry(5001L, "AVP unsupported"),
          Map.entry(5003L, "authorization rejected"),
          Map.entry(5004L, "invalid AVP value"),
          Map.entry(5005L, "missing AVP"),
          Map.entry(5009L, "AVP occurs too many times"),
          Map.entry(5012L, "unable to comply"),
          Map.entry(5014L, "invalid AVP length"));

  private static final Map<Long, String> SH =
      Map.ofEntries(
          Map.entry(4100L, "user data not available"),
          Map.entry(4101L, "prior update in progress"),
          Map.entry(5001L, "user unknown"),
          Map.entry(5002L, "identities do not match"),
          Map.entry(5008L, "too much data"),
          Map.entry(5011L, "feature unsupported"),
          Map.entry(5100L, "user data not recognized"),
          Map.entry(5101L, "operation not allowed"),
          Map.entry(5102L, "user data cannot be read"),
          Map.entry(5103L, "user data cannot be modified"),
          Map.entry(5104L, "user data cannot be notified"),
          Map.entry(5105L, "transparent data out of sync"),
          Map.entry(5106L, "subscribed data absent"),
          Map.entry(5107L, "no subscription to data"),
          Map.entry(5108L, "DSAI not available"));

  /** DIAMETER_SUCCESS. */
  public static final Result SUCCESS = new Result(2001, false);

  /**
   * Reads the outcome of an answer.
   *
   * @throws AvpDataException if it has none
   */
  public static Result of(AvpSet answer) throws AvpDataException {
    OptionalLong code = Avps.number(answer, Avp.RESULT_CODE, Avps.BASE);
    if (code.isPresent()) {
      return new Result(code.getAsLong(), false);
    }
    Optional<AvpSet> group = Avps.group(answer, Avp.EXPERIMENTAL_RESULT, Avps.BASE);
    if (group.isPresent()) {
      OptionalLong inner = Avps.number(group.get(), Avp.EXPERIMENTAL_RESULT_CODE, Avps.BASE);
      if (inner.isPresent()) {
        return new Result(inner.getAsLong(), true);
      }
    }
    throw new AvpDataException("answer has neither Result-Code nor Experimental-Result");
  }

  /** Adds the outcome to an answer. */
  public void addTo(AvpSet answer) {
    if (experimental) {
      AvpSet group = Avps.addGroup(answer, Avp.EXPERIMENTAL_RESULT, Avps.BASE);
      Avps.add(group, Avp.VENDOR_ID, Avps.BASE, Avps.VENDOR_3GPP);
      Avps.add(group, Avp.EXPERIMENTAL_RESULT_CODE, Avps.BASE, code);
    } else {
      Avps.add(answer, Avp.RESULT_CODE, Avps.BASE, code);
    }
  }

  /** For example {@code 5105 (transparent data out of sync)}. */
  @Override
  public String toString() {
    String name = (experimental ? SH : BASE).get(code);
    return name == null ? Long.toString(code) : code + " (" + name + ")";
  }
}
