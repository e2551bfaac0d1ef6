package org.phonemirror.sip;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.servlet.sip.Address;
import javax.servlet.sip.SipServletRequest;
import org.phonemirror.core.subscriber.Impu;

/**
 * For whom an S-CSCF has sent a request here, and on which leg (TS 24.229 §5.4.3).
 *
 * @param impu the served user
 * @param leg of the session
 */
record ServedUser(Impu impu, Leg leg) {
  /** Where the served user stands in the session. */
  enum Leg {
    ORIGINATING,
    TERMINATING,
    /** The served user's phone is off. */
    TERMINATING_UNREGISTERED
  }

  private static final Pattern PARAMETERS = Pattern.compile("[;?].*");
  private static final Pattern NAME_ADDR = Pattern.compile("[^<]*<([^>]*)>(.*)");
  private static final Pattern SESSION_CASE =
      Pattern.compile(";\\s*sescase\\s*=\\s*(orig|term)", Pattern.CASE_INSENSITIVE);
  private static final Pattern UNREGISTERED =
      Pattern.compile(";\\s*regstate\\s*=\\s*unreg", Pattern.CASE_INSENSITIVE);

  /** An original dialog identifier that says so, or Kamailio's mark. */
  private static final Pattern ORIGINATING_ROUTE = Pattern.compile(";(orig|d=0)(?=[;>]|$)");

  private static final Pattern UNREGISTERED_ROUTE = Pattern.compile(";d=2(?=[;>]|$)");

  /**
   * Reads P-Served-User (RFC 5502). Where it is missing or tells but half, the Route says which leg
   * it is, and who is served follows from that.
   *
   * @return empty if no public identity is served
   */
  static Optional<ServedUser> of(SipServletRequest request) {
    String header = Optional.ofNullable(request.getHeader("P-Served-User")).orElse("").strip();
    Matcher parts = NAME_ADDR.matcher(header);
    boolean named = parts.matches();
    String parameters = named ? parts.group(2) : "";
    Leg leg = leg(parameters, request);
    return impu(named ? parts.group(1) : implied(leg, request))
        .map(impu -> new ServedUser(impu, leg));
  }

  private static Leg leg(String parameters, SipServletRequest request) {
    String back = Optional.ofNullable(request.getHeader("Route")).orElse("");
    Matcher session = SESSION_CASE.matcher(parameters);
    boolean originating =
        session.find()
            ? session.group(1).equalsIgnoreCase("orig")
            : ORIGINATING_ROUTE.matcher(back).find() || poppedRoute(request).contains(";orig");
    if (originating) {
      return Leg.ORIGINATING;
    }
    return UNREGISTERED.matcher(parameters).find() || UNREGISTERED_ROUTE.matcher(back).find()
        ? Leg.TERMINATING_UNREGISTERED
        : Leg.TERMINATING;
  }

  private static String poppedRoute(SipServletRequest request) {
    Address popped = request.getPoppedRoute();
    return popped == null ? "" : popped.getURI().toString();
  }

  private static String implied(Leg leg, SipServletRequest request) {
    return leg == Leg.ORIGINATING ? sender(request) : request.getRequestURI().toString();
  }

  /** Who sent it: the identity that the network vouches for (RFC 3325), or else From. */
  static String sender(SipServletRequest request) {
    String asserted = request.getHeader("P-Asserted-Identity");
    Matcher parts = NAME_ADDR.matcher(asserted == null ? "" : asserted);
    return bare(parts.matches() ? parts.group(1) : request.getFrom().getURI().toString());
  }

  /** A URI without its parameters. */
  static String bare(String uri) {
    return PARAMETERS.matcher(uri).replaceFirst("").strip();
  }

  private static Optional<Impu> impu(String uri) {
    try {
      return Optional.of(new Impu(bare(uri)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
