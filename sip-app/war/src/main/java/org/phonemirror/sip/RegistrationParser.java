package org.phonemirror.sip;

import java.io.IOException;
import java.util.Optional;
import javax.servlet.sip.Address;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipServletRequest;
import org.phonemirror.core.subscriber.Impu;

/** Reads third-party REGISTERs (TS 24.229 §5.4.1.7). */
final class RegistrationParser {
  private RegistrationParser() {}

  /**
   * Reads one. Headers that do not matter here are not looked at: Kamailio's P-Associated-URI, for
   * one, is malformed.
   */
  static Registration parse(SipServletRequest request) throws RegistrationException {
    String event = request.getHeader("Event");
    if (event != null && !event.strip().equalsIgnoreCase("registration")) {
      throw new RegistrationException(489, "Bad Event");
    }
    return new Registration(
        subscriber(request),
        active(request),
        scscf(request),
        RegistrationBody.parse(request.getContentType(), body(request)));
  }

  private static Impu subscriber(SipServletRequest request) throws RegistrationException {
    String uri = request.getTo().getURI().toString().replaceFirst("[;?].*", "");
    try {
      return new Impu(uri);
    } catch (IllegalArgumentException e) {
      throw new RegistrationException(400, "To Must Be a SIP or Tel URI");
    }
  }

  /**
   * Whether the registration lasts: without a time, or with a malformed one, which the SIP stack
   * drops, it lasts for the default one (RFC 3261 §10.2.1.1).
   */
  private static boolean active(SipServletRequest request) {
    if (request.getExpires() >= 0) {
      return request.getExpires() > 0;
    }
    return contact(request).filter(contact -> contact.getExpires() == 0).isEmpty();
  }

  private static Optional<String> scscf(SipServletRequest request) {
    Address address = contact(request).orElse(request.getFrom());
    return address.getURI().isSipURI()
        ? Optional.of(address.getURI().toString())
        : Optional.empty();
  }

  private static Optional<Address> contact(SipServletRequest request) {
    try {
      return Optional.ofNullable(request.getAddressHeader("Contact"))
          .filter(contact -> !contact.isWildcard());
    } catch (ServletParseException e) {
      return Optional.empty(); // From names the S-CSCF as well
    }
  }

  private static byte[] body(SipServletRequest request) throws RegistrationException {
    try {
      byte[] body = request.getRawContent();
      return body == null ? new byte[0] : body;
    } catch (IOException e) {
      throw new RegistrationException(400, "Body Cannot Be Read");
    }
  }
}
