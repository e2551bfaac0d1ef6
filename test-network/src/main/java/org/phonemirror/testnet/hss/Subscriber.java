package org.phonemirror.testnet.hss;

import java.util.List;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.sh.UserIdentity;

/**
 * A subscriber of the operator (TS 23.008 §3).
 *
 * @param impi private identity, {@code user@realm}
 * @param password shared secret for digest authentication
 * @param impus public identities, of one implicit registration set; the first is the default
 * @param criteria initial filter criteria
 * @param msisdns telephone numbers, digits in international format
 */
public record Subscriber(
    String impi,
    String password,
    List<Impu> impus,
    List<FilterCriterion> criteria,
    List<String> msisdns) {
  public Subscriber {
    if (!impi.matches("[^@\\s:<>]+@[A-Za-z0-9.-]+")) {
      throw new IllegalArgumentException(
          "private identity is '" + impi + "', must be like 15550001@ims.test");
    }
    if (password.isEmpty()) {
      throw new IllegalArgumentException(impi + " has no password");
    }
    if (impus.isEmpty()) {
      throw new IllegalArgumentException(impi + " has no public identity");
    }
    impus = List.copyOf(impus);
    criteria = List.copyOf(criteria);
    msisdns = msisdns.stream().map(digits -> new UserIdentity.Msisdn(digits).digits()).toList();
  }

  /** Without a telephone number. */
  public Subscriber(
      String impi, String password, List<Impu> impus, List<FilterCriterion> criteria) {
    this(impi, password, impus, criteria, List.of());
  }

  /** A subscriber whose REGISTER, MESSAGE and INVITE requests the mirror server sees. */
  public static Subscriber mirrored(String impi, String password, Impu impu, String mirrorServer) {
    return new Subscriber(
        impi, password, List.of(impu), List.of(FilterCriterion.mirror(mirrorServer)));
  }

  /** The same with these telephone numbers. */
  public Subscriber withMsisdns(String... digits) {
    return new Subscriber(impi, password, impus, criteria, List.of(digits));
  }

  /** The same with these filter criteria. */
  public Subscriber withCriteria(FilterCriterion... changed) {
    return new Subscriber(impi, password, impus, List.of(changed), msisdns);
  }

  /** Without the password: this may end up in a log. */
  @Override
  public String toString() {
    return "Subscriber[" + impi + ", " + impus + "]";
  }
}
