package org.phonemirror.testnet.hss;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.testnet.aka.Milenage;
import org.phonemirror.testnet.aka.Vector;

/**
 * MAR: what the S-CSCF authenticates a phone with (TS 29.228 §6.3).
 *
 * <p>Three schemes: {@code SIP Digest} of the standard; {@code Digest-MD5}, with which the S-CSCF
 * gets nonce and password and does the rest; and {@code Digest-AKAv1-MD5} for subscribers with a
 * card (TS 33.203 §6.1). Kamailio takes them all.
 */
final class MultimediaAuth implements Command {
  private static final String DIGEST_MD5 = "Digest-MD5";
  private static final String SIP_DIGEST = "SIP Digest";
  private static final String AKA_V1_MD5 = "Digest-AKAv1-MD5";

  /** The S-CSCF leaves the choice to the HSS (TS 29.228 §6.3.1). */
  private static final String UNKNOWN = "Unknown";

  private static final int NONCE_BYTES = 16;
  private static final int RAND_BYTES = 16;
  private static final int AUTS_BYTES = 14;

  private final HssConfig config;
  private final Subscribers subscribers;
  private final Registrations registrations;
  private final AkaSequences sequences;
  private final SecureRandom random = new SecureRandom();

  MultimediaAuth(
      HssConfig config,
      Subscribers subscribers,
      Registrations registrations,
      AkaSequences sequences) {
    this.config = config;
    this.subscribers = subscribers;
    this.registrations = registrations;
    this.sequences = sequences;
  }

  @Override
  public Result answer(RequestReader request, AvpSet answer) throws DiameterFault {
    String impi = request.userName();
    Impu impu = request.impu();
    String server = request.text("Server-Name", Cx.SERVER_NAME, Avps.VENDOR_3GPP);
    RequestReader asked =
        request.group("SIP-Auth-Data-Item", Cx.SIP_AUTH_DATA_ITEM, Avps.VENDOR_3GPP);
    String scheme =
        asked.text("SIP-Authentication-Scheme", Cx.SIP_AUTHENTICATION_SCHEME, Avps.VENDOR_3GPP);
    Subscriber subscriber = CxHandler.subscriber(subscribers, impi, impu);
    Avps.add(answer, Cx.USER_NAME, Avps.BASE, impi);
    Avps.add(answer, Cx.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, impu.uri());
    Avps.add(answer, Cx.SIP_NUMBER_AUTH_ITEMS, Avps.VENDOR_3GPP, 1);
    AvpSet item = Avps.addGroup(answer, Cx.SIP_AUTH_DATA_ITEM, Avps.VENDOR_3GPP);
    Avps.add(item, Cx.SIP_ITEM_NUMBER, Avps.VENDOR_3GPP, 0);
    // Kamailio resynchronizes under its default scheme, but only a card has AUTS to tell
    boolean resynchronized =
        subscriber.aka().isPresent() && asked.has(Cx.SIP_AUTHORIZATION, Avps.VENDOR_3GPP);
    switch (resynchronized ? AKA_V1_MD5 : scheme) {
      case DIGEST_MD5 -> addDigestMd5(item, subscriber);
      case AKA_V1_MD5 -> addAka(item, subscriber, asked);
      case SIP_DIGEST -> addSipDigest(item, subscriber);
      case UNKNOWN -> {
        if (subscriber.aka().isPresent()) {
          addAka(item, subscriber, asked);
        } else {
          addSipDigest(item, subscriber);
        }
      }
      default ->
          throw DiameterFault.of(
              Cx.AUTH_SCHEME_NOT_SUPPORTED, "scheme '" + scheme + "' is not supported");
    }
    registrations.pending(
        subscriber,
        new Registrations.Registration(
            Registrations.State.PENDING, server, request.originHost(), request.originRealm()));
    return Result.SUCCESS;
  }

  private void addDigestMd5(AvpSet item, Subscriber subscriber) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    Avps.add(item, Cx.SIP_AUTHENTICATION_SCHEME, Avps.VENDOR_3GPP, DIGEST_MD5);
    Avps.add(item, Cx.SIP_AUTHENTICATE, Avps.VENDOR_3GPP, nonce);
    Avps.add(item, Cx.SIP_AUTHORIZATION, Avps.VENDOR_3GPP, subscriber.password());
  }

  /** With SIP-Authorization in the request the card tells its own SQN (TS 29.228 §6.3.1). */
  private void addAka(AvpSet item, Subscriber subscriber, RequestReader asked)
      throws DiameterFault {
    if (subscriber.aka().isEmpty()) {
      throw DiameterFault.of(
          Cx.AUTH_SCHEME_NOT_SUPPORTED, subscriber.impi() + " has no card: AKA is not possible");
    }
    Milenage card = subscriber.aka().get().milenage();
    Optional<byte[]> told =
        asked.optionalOctets("SIP-Authorization", Cx.SIP_AUTHORIZATION, Avps.VENDOR_3GPP);
    if (told.filter(octets -> octets.length == RAND_BYTES + AUTS_BYTES).isPresent()) {
      byte[] octets = told.get();
      Vector.cardSqn(
              card,
              Arrays.copyOf(octets, RAND_BYTES),
              Arrays.copyOfRange(octets, RAND_BYTES, octets.length))
          .ifPresent(sqn -> sequences.set(subscriber.impi(), sqn));
    }
    byte[] rand = new byte[RAND_BYTES];
    random.nextBytes(rand);
    Vector vector = Vector.make(card, rand, sequences.next(subscriber.impi()));
    byte[] challenge = Arrays.copyOf(rand, 2 * RAND_BYTES);
    System.arraycopy(vector.autn(), 0, challenge, RAND_BYTES, vector.autn().length);
    Avps.add(item, Cx.SIP_AUTHENTICATION_SCHEME, Avps.VENDOR_3GPP, AKA_V1_MD5);
    Avps.add(item, Cx.SIP_AUTHENTICATE, Avps.VENDOR_3GPP, challenge);
    Avps.add(item, Cx.SIP_AUTHORIZATION, Avps.VENDOR_3GPP, vector.response());
    Avps.add(item, Cx.CONFIDENTIALITY_KEY, Avps.VENDOR_3GPP, vector.cipherKey());
    Avps.add(item, Cx.INTEGRITY_KEY, Avps.VENDOR_3GPP, vector.integrityKey());
  }

  /** TS 29.229 §6.3.36; the AVPs inside are those of RFC 4740. */
  private void addSipDigest(AvpSet item, Subscriber subscriber) {
    Avps.add(item, Cx.SIP_AUTHENTICATION_SCHEME, Avps.VENDOR_3GPP, SIP_DIGEST);
    AvpSet digest = Avps.addGroup(item, Cx.SIP_DIGEST_AUTHENTICATE, Avps.VENDOR_3GPP);
    Avps.add(digest, Cx.DIGEST_REALM, Avps.BASE, config.realm());
    Avps.add(digest, Cx.DIGEST_ALGORITHM, Avps.BASE, "MD5");
    Avps.add(digest, Cx.DIGEST_QOP, Avps.BASE, "auth");
    Avps.add(
        digest,
        Cx.DIGEST_HA1,
        Avps.BASE,
        ha1(subscriber.impi(), config.realm(), subscriber.password()));
  }

  static String ha1(String user, String realm, String password) {
    String text = user + ":" + realm + ":" + password;
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      return HexFormat.of().formatHex(md5.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
