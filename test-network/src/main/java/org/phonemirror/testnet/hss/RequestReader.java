package org.phonemirror.testnet.hss;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Tbcd;
import org.phonemirror.hss.sh.Sh;

/** Reads a request's AVPs; what is missing or wrong becomes the right refusal. */
final class RequestReader {
  private final AvpSet avps;

  RequestReader(AvpSet avps) {
    this.avps = avps;
  }

  String text(String name, int code, long vendor) throws DiameterFault {
    Optional<String> text = optionalText(name, code, vendor);
    if (text.isEmpty()) {
      throw DiameterFault.missing(name, code, vendor, 0);
    }
    return text.get();
  }

  Optional<String> optionalText(String name, int code, long vendor) throws DiameterFault {
    Optional<Avp> avp = single(name, code, vendor);
    if (avp.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Avps.text(avp.get()));
    } catch (AvpDataException e) {
      throw DiameterFault.invalid(name, avp.get(), "is no text");
    }
  }

  Optional<byte[]> optionalOctets(String name, int code, long vendor) throws DiameterFault {
    return single(name, code, vendor).map(Avp::getRawData);
  }

  long number(String name, int code, long vendor) throws DiameterFault {
    OptionalLong number = optionalNumber(name, code, vendor);
    if (number.isEmpty()) {
      throw DiameterFault.missing(name, code, vendor, Integer.BYTES);
    }
    return number.getAsLong();
  }

  /** Each of an AVP that may be there several times; at least one. */
  List<Long> numbers(String name, int code, long vendor) throws DiameterFault {
    List<Long> numbers = new ArrayList<>();
    for (Avp avp : avps) {
      if (avp.getCode() == code && avp.getVendorId() == vendor) {
        numbers.add(number(name, avp));
      }
    }
    if (numbers.isEmpty()) {
      throw DiameterFault.missing(name, code, vendor, Integer.BYTES);
    }
    return numbers;
  }

  private Optional<Avp> single(String name, int code, long vendor) throws DiameterFault {
    Optional<Avp> first = Optional.empty();
    for (Avp avp : avps) {
      if (avp.getCode() == code && avp.getVendorId() == vendor) {
        if (first.isPresent()) {
          throw DiameterFault.tooOften(name, avp);
        }
        first = Optional.of(avp);
      }
    }
    return first;
  }

  private static long number(String name, Avp avp) throws DiameterFault {
    if (avp.getRawData().length != Integer.BYTES) {
      throw DiameterFault.length(name, avp);
    }
    try {
      return avp.getUnsigned32();
    } catch (AvpDataException e) {
      throw DiameterFault.invalid(name, avp, "is no Unsigned32");
    }
  }

  boolean has(int code, long vendor) {
    return Avps.find(avps, code, vendor).isPresent();
  }

  /** A telephone number. */
  String msisdn() throws DiameterFault {
    Optional<Avp> avp = Avps.find(avps, Sh.MSISDN, Avps.VENDOR_3GPP);
    if (avp.isEmpty()) {
      throw DiameterFault.missing("MSISDN", Sh.MSISDN, Avps.VENDOR_3GPP, 0);
    }
    try {
      return Tbcd.decode(avp.get().getOctetString());
    } catch (AvpDataException | IllegalArgumentException e) {
      throw DiameterFault.invalid("MSISDN", avp.get(), "is no TBCD string: " + e.getMessage());
    }
  }

  OptionalLong optionalNumber(String name, int code, long vendor) throws DiameterFault {
    Optional<Avp> avp = single(name, code, vendor);
    return avp.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(name, avp.get()));
  }

  RequestReader group(String name, int code, long vendor) throws DiameterFault {
    Optional<Avp> avp = single(name, code, vendor);
    if (avp.isEmpty()) {
      throw DiameterFault.missing(name, code, vendor, 0);
    }
    try {
      return new RequestReader(avp.get().getGrouped());
    } catch (AvpDataException e) {
      throw DiameterFault.invalid(name, avp.get(), "is no group");
    }
  }

  Impu impu() throws DiameterFault {
    String uri = text("Public-Identity", Cx.PUBLIC_IDENTITY, Avps.VENDOR_3GPP);
    try {
      return new Impu(uri);
    } catch (IllegalArgumentException e) {
      Avp avp = Avps.find(avps, Cx.PUBLIC_IDENTITY, Avps.VENDOR_3GPP).orElseThrow();
      throw DiameterFault.invalid("Public-Identity", avp, e.getMessage());
    }
  }

  String userName() throws DiameterFault {
    return text("User-Name", Cx.USER_NAME, Avps.BASE);
  }

  String originHost() throws DiameterFault {
    return text("Origin-Host", Avp.ORIGIN_HOST, Avps.BASE);
  }

  String originRealm() throws DiameterFault {
    return text("Origin-Realm", Avp.ORIGIN_REALM, Avps.BASE);
  }

  /** The refusal of a value that is well-formed but means nothing here. */
  DiameterFault invalid(String name, int code, long vendor, String why) {
    return DiameterFault.invalid(name, Avps.find(avps, code, vendor).orElseThrow(), why);
  }
}
