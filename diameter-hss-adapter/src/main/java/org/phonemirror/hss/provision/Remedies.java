package org.phonemirror.hss.provision;

import java.util.Map;
import org.phonemirror.hss.diameter.Result;

/** What to do about a result of Sh (TS 29.329 §6.2) or of Diameter (RFC 6733 §7.1). */
final class Remedies {
  private static final Map<Result, String> REFUSED =
      Map.ofEntries(
          sh(
              5001,
              "the HSS has no such subscriber: check the identity, and that it is provisioned"),
          sh(5002, "the identities in the request belong to different subscriptions"),
          sh(5008, "the HSS takes no data of this size: raise its limit for transparent data"),
          sh(5011, "the HSS lacks a feature that was asked for"),
          sh(5100, "the HSS does not serve this Data-Reference"),
          sh(
              5101,
              "the HSS does not let this server do that: put its Origin-Host (--own) into the AS"
                  + " permission list (TS 29.328 §6.2), for UDR, PUR and SNR on this Data-Reference;"
                  + " some data cannot be asked for by MSISDN"),
          sh(5102, "the AS permission list of the HSS lacks Sh-Pull for --own on this data"),
          sh(5103, "the AS permission list of the HSS lacks Sh-Update for --own on this data"),
          sh(5104, "the AS permission list of the HSS lacks Sh-Subs-Notif for --own on this data"),
          sh(
              5105,
              "another client changes the data at the same time: see what it wrote, try again"),
          sh(5106, "the HSS holds no such data: add it first"),
          sh(5107, "there is no subscription to notifications of this data"),
          sh(5108, "the subscriber has no such DSAI tag: provision it first"),
          base(3001, "the peer does not know the command: is it an HSS with Sh?"),
          base(3003, "the relay has no route to the realm of the HSS: check --realm"),
          base(3005, "the relays send the request in a circle: check their routes"),
          base(3006, "the peer redirects: name the HSS of this subscriber with --hss"),
          base(3007, "the peer does not speak Sh (application 16777217): check --hss or --via"),
          base(5001, "the HSS does not know an AVP of the request; its answer names it"),
          base(5003, "the HSS does not let this server in: check --own"),
          base(5004, "the HSS does not take a value of the request; its answer names it"),
          base(5005, "the HSS misses an AVP of the request; its answer names it"),
          base(5012, "the HSS cannot do it; its log says why"));

  private static final Map<Result, String> LATER =
      Map.of(
          new Result(4100, true),
          "the HSS cannot reach the data at this time: try again",
          new Result(4101, true),
          "another update of the same data is under way: try again",
          new Result(3002, false),
          "the relay cannot reach the HSS: check --realm and --hss, and that the HSS is up",
          new Result(3004, false),
          "the HSS is overloaded: try again later",
          new Result(4002, false),
          "the HSS is out of space");

  private Remedies() {}

  /** The refusal, and what to do about it. */
  static Failure of(Result result, String message, Throwable cause) {
    String later = LATER.get(result);
    if (later != null) {
      return new Failure(Failure.Kind.LATER, message + "\n  " + later, cause);
    }
    String refused = REFUSED.getOrDefault(result, "the log of the HSS may say more");
    return new Failure(Failure.Kind.REFUSED, message + "\n  " + refused, cause);
  }

  private static Map.Entry<Result, String> sh(long code, String remedy) {
    return Map.entry(new Result(code, true), remedy);
  }

  private static Map.Entry<Result, String> base(long code, String remedy) {
    return Map.entry(new Result(code, false), remedy);
  }
}
