package org.phonemirror.hss.sh;

import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Tbcd;

/** Whom a request is about (User-Identity, TS 29.329 §6.3.1). */
public sealed interface UserIdentity {
  /**
   * By public identity.
   *
   * @param impu the identity
   */
  record Public(Impu impu) implements UserIdentity {
    @Override
    public void addTo(AvpSet avps) {
      AvpSet group = Avps.addGroup(avps, Sh.USER_IDENTITY, Avps.VENDOR_3GPP);
      Avps.add(group, Sh.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, impu.uri());
    }

    @Override
    public String toString() {
      return impu.uri();
    }
  }

  /**
   * By telephone number; not all data can be asked for by it (TS 29.328 table 7.6.1).
   *
   * @param digits in international format, without a plus sign (ITU-T E.164)
   */
  record Msisdn(String digits) implements UserIdentity {
    public Msisdn {
      if (!digits.matches("[1-9][0-9]{4,14}")) {
        throw new IllegalArgumentException(
            "'"
                + digits
                + "' is no MSISDN: it must be 5 to 15 digits in international format, without"
                + " leading zeros");
      }
    }

    @Override
    public void addTo(AvpSet avps) {
      AvpSet group = Avps.addGroup(avps, Sh.USER_IDENTITY, Avps.VENDOR_3GPP);
      // the digits only, without the octet for nature of address and numbering plan
      Avps.add(group, Sh.MSISDN, Avps.VENDOR_3GPP, Tbcd.encode(digits));
    }

    @Override
    public String toString() {
      return "MSISDN " + digits;
    }
  }

  /** Adds the User-Identity to a request. */
  void addTo(AvpSet avps);

  /**
   * Reads an identity as people write it: a SIP or tel URI, or a number with or without a plus.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static UserIdentity parse(String text) {
    return text.matches("\\+?[0-9]+")
        ? new Msisdn(text.startsWith("+") ? text.substring(1) : text)
        : new Public(new Impu(text));
  }
}
