package org.phonemirror.testnet.hss;

import java.util.HashSet;
import java.util.Set;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpSet;
import org.phonemirror.hss.diameter.Avps;

/** AVPs that the HSS understands; another with the M bit set is refused (RFC 6733 §4.1). */
final class KnownAvps {
  /** User-Name, Proxy-State, Class, and those of every request (RFC 6733 §4.5). */
  private static final int[] BASE = {
    1, 25, 33, 258, 259, 260, 263, 264, 265, 266, 269, 270, 277, 278, 280, 281, 282, 283, 284, 293,
    296, 443, 493
  };

  /** Cx, Sh and S6d (TS 29.229 §6.3, TS 29.329 §6.3, TS 29.272 §7.3). */
  private static final int[][] RANGES_3GPP = {
    {600, 660}, {700, 722}, {1032, 1032}, {1400, 1500}, {1600, 1694}
  };

  private static final Set<Integer> BASE_CODES = new HashSet<>();

  static {
    for (int code : BASE) {
      BASE_CODES.add(code);
    }
  }

  private KnownAvps() {}

  /** Returns if there is none that is mandatory and unknown. */
  static void check(AvpSet request) throws DiameterFault {
    for (Avp avp : request) {
      if (avp.isMandatory() && !isKnown(avp.getCode(), avp.getVendorId())) {
        throw DiameterFault.unsupported(avp);
      }
    }
  }

  private static boolean isKnown(int code, long vendor) {
    if (vendor == Avps.BASE) {
      return BASE_CODES.contains(code);
    }
    if (vendor == Avps.VENDOR_3GPP) {
      for (int[] range : RANGES_3GPP) {
        if (code >= range[0] && code <= range[1]) {
          return true;
        }
      }
    }
    return false;
  }
}
