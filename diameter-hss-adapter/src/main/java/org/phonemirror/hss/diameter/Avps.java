package org.phonemirror.hss.diameter;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;

/** Reads and adds AVPs of a vendor; 0 for those of the base protocol. */
public final class Avps {
  /** 3GPP's vendor id. */
  public static final long VENDOR_3GPP = 10_415;

  /** Vendor id of the base protocol. */
  public static final long BASE = 0;

  private Avps() {}

  /** The AVP, if it is there. */
  public static Optional<Avp> find(AvpSet set, int code, long vendor) {
    for (Avp avp : set) {
      if (avp.getCode() == code && avp.getVendorId() == vendor) {
        return Optional.of(avp);
      }
    }
    return Optional.empty();
  }

  /** UTF8String, OctetString of text, or DiameterIdentity; empty if the AVP is absent. */
  public static Optional<String> text(AvpSet set, int code, long vendor) throws AvpDataException {
    Optional<Avp> avp = find(set, code, vendor);
    return avp.isEmpty() ? Optional.empty() : Optional.of(text(avp.get()));
  }

  /** UTF8String, OctetString of text, or DiameterIdentity. */
  public static String text(Avp avp) throws AvpDataException {
    return new String(avp.getOctetString(), StandardCharsets.UTF_8);
  }

  /** Unsigned32 or Enumerated; empty if the AVP is absent. */
  public static OptionalLong number(AvpSet set, int code, long vendor) throws AvpDataException {
    Optional<Avp> avp = find(set, code, vendor);
    return avp.isEmpty() ? OptionalLong.empty() : OptionalLong.of(avp.get().getUnsigned32());
  }

  /** Grouped; empty if the AVP is absent. */
  public static Optional<AvpSet> group(AvpSet set, int code, long vendor) throws AvpDataException {
    Optional<Avp> avp = find(set, code, vendor);
    return avp.isEmpty() ? Optional.empty() : Optional.of(avp.get().getGrouped());
  }

  /** Adds a text with the M bit set. */
  public static void add(AvpSet set, int code, long vendor, String value) {
    add(set, code, vendor, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds an OctetString with the M bit set. */
  public static void add(AvpSet set, int code, long vendor, byte[] value) {
    if (vendor == BASE) {
      set.addAvp(code, value, true, false);
    } else {
      set.addAvp(code, value, vendor, true, false);
    }
  }

  /** Adds an Unsigned32 or Enumerated with the M bit set. */
  public static void add(AvpSet set, int code, long vendor, long value) {
    if (vendor == BASE) {
      set.addAvp(code, value, true, false, true);
    } else {
      set.addAvp(code, value, vendor, true, false, true);
    }
  }

  /** Adds a group with the M bit set, to be filled. */
  public static AvpSet addGroup(AvpSet set, int code, long vendor) {
    return vendor == BASE
        ? set.addGroupedAvp(code, true, false)
        : set.addGroupedAvp(code, vendor, true, false);
  }
}
