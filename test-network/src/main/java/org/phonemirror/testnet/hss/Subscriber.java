package org.phonemirror.testnet.hss;

import java.util.List;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.sh.UserIdentity;
import org.phonemirror.testnet.aka.AkaKey;

/**
 * A subscriber of the operator (TS 23.008 §3).
 *
 * @param impi private identity, {@code user@realm}
 * @param password shared secret for digest authentication
 * @param impus public identities, of one implicit registration set; the first is the default
 * @param criteria initial filter criteria
 * @param msisdns telephone numbers, digits in international format
 * @param imsi identity in the packet domain
 * @param aka key of the card
 */
public record Subscriber(
    String impi,
    String password,
    List<Impu> impus,
    List<FilterCriterion> criteria,
    List<String> msisdns,
    Optional<String> imsi,
    Optional<AkaKey> aka) {
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
    if (imsi.filter(digits -> !digits.matches("[0-9]{6,15}")).isPresent()) {
      throw new IllegalArgumentException(
          "IMSI of " + impi + " is '" + imsi.get() + "', must have 6 to 15 digits");
    }
    impus = List.copyOf(impus);
    criteria = List.copyOf(criteria);
    msisdns = msisdns.stream().map(digits -> new UserIdentity.Msisdn(digits).digits()).toList();
  }

  /** In IMS only, without a telephone number and a card. */
  public Subscriber(
      String impi, String password, List<Impu> impus, List<FilterCriterion> criteria) {
    this(impi, password, impus, criteria, List.of(), Optional.empty(), Optional.empty());
  }

  /** A subscriber whose REGISTER, MESSAGE and INVITE requests the mirror server sees. */
  public static Subscriber mirrored(String impi, String password, Impu impu, String mirrorServer) {
    return new Subscriber(
        impi, password, List.of(impu), List.of(FilterCriterion.mirror(mirrorServer)));
  }

  /** The same with these telephone numbers. */
  public Subscriber withMsisdns(String... digits) {
    return new Subscriber(impi, password, impus, criteria, List.of(digits), imsi, aka);
  }

  /** The same with these filter criteria. */
  public Subscriber withCriteria(List<FilterCriterion> changed) {
    return new Subscriber(impi, password, impus, changed, msisdns, imsi, aka);
  }

  /** The same in the packet domain, too. */
  public Subscriber withImsi(String digits) {
    return new Subscriber(impi, password, impus, criteria, msisdns, Optional.of(digits), aka);
  }

  /** The same with a card. */
  public Subscriber withCard(AkaKey key) {
    return new Subscriber(impi, password, impus, criteria, msisdns, imsi, Optional.of(key));
  }

  /** Without the password: this may end up in a log. */
  @Override
  public String toString() {
    return "Subscriber[" + impi + ", " + impus + "]";
  }
}
