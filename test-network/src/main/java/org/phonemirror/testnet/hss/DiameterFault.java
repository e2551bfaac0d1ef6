package org.phonemirror.testnet.hss;

import java.util.Optional;
import org.jdiameter.api.Avp;
import org.jdiameter.api.ResultCode;
import org.phonemirror.hss.diameter.Result;

/** A request that is refused: with what result, and because of which AVP (RFC 6733 §7.5). */
final class DiameterFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Result result;
  private final transient Optional<FailedAvp> failed;

  private DiameterFault(Result result, String message, Optional<FailedAvp> failed) {
    super(message);
    this.result = result;
    this.failed = failed;
  }

  static DiameterFault of(Result result, String message) {
    return new DiameterFault(result, message, Optional.empty());
  }

  /** An example of the missing AVP stands for it: its header and zeroes. */
  static DiameterFault missing(String name, int code, long vendor, int length) {
    return new DiameterFault(
        new Result(ResultCode.MISSING_AVP, false),
        name + " is missing",
        Optional.of(new FailedAvp(code, vendor, new byte[length])));
  }

  static DiameterFault invalid(String name, Avp avp, String why) {
    return new DiameterFault(
        new Result(ResultCode.INVALID_AVP_VALUE, false),
        name + " " + why,
        Optional.of(new FailedAvp(avp.getCode(), avp.getVendorId(), avp.getRawData())));
  }

  /** An AVP that must be understood and is not. */
  static DiameterFault unsupported(Avp avp) {
    return of(ResultCode.AVP_UNSUPPORTED, "AVP " + avp.getCode() + " is not supported", avp);
  }

  /** A number that does not have the octets of its type. */
  static DiameterFault length(String name, Avp avp) {
    return of(ResultCode.INVALID_AVP_LENGTH, name + " has a wrong length", avp);
  }

  /** The first one too many. */
  static DiameterFault tooOften(String name, Avp avp) {
    return of(ResultCode.AVP_OCCURS_TOO_MANY_TIMES, name + " may be there once only", avp);
  }

  private static DiameterFault of(int code, String message, Avp avp) {
    return new DiameterFault(
        new Result(code, false),
        message,
        Optional.of(new FailedAvp(avp.getCode(), avp.getVendorId(), avp.getRawData())));
  }

  Result result() {
    return result;
  }

  Optional<FailedAvp> failed() {
    return failed;
  }

  /** The AVP at fault. */
  record FailedAvp(int code, long vendor, byte[] data) {}
}
