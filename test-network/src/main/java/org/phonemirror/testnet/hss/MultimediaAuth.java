package org.phonemirror.testnet.hss;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;

/**
 * MAR: what the S-CSCF authenticates a phone with (TS 29.228 §6.3).
 *
 * <p>Two schemes: {@code SIP Digest} of the standard, and {@code Digest-MD5}, with which the S-CSCF
 * gets nonce and password and does the rest; Kamailio takes both.
 */
final class MultimediaAuth implements Command {
  private static final String DIGEST_MD5 = "Digest-MD5";
  private static final String SIP_DIGEST = "SIP Digest";

  /** The S-CSCF leaves the choice to the HSS (TS 29.228 §6.3.1). */
  private static final String UNKNOWN = "Unknown";

  private static final int NONCE_BYTES = 16;

  private final HssConfig config;
  private final Subscribers subscribers;
  private final Registrations registrations;
  private final SecureRandom random = new SecureRandom();

  MultimediaAuth(HssConfig config, Subscribers subscribers, Registrations registrations) {
    this.config = config;
    this.subscribers = subscribers;
    this.registrations = registrations;
  }

  @Override
  public Result answer(RequestReader request, AvpSet answer) throws DiameterFault {
    String impi = request.userName();
    Impu impu = request.impu();
    String server = request.text("Server-Name", Cx.SERVER_NAME, Avps.VENDOR_3GPP);
    String scheme =
        request
            .group("SIP-Auth-Data-Item", Cx.SIP_AUTH_DATA_ITEM, Avps.VENDOR_3GPP)
            .text("SIP-Authentication-Scheme", Cx.SIP_AUTHENTICATION_SCHEME, Avps.VENDOR_3GPP);
    Subscriber subscriber = CxHandler.subscriber(subscribers, impi, impu);
    Avps.add(answer, Cx.USER_NAME, Avps.BASE, impi);
    Avps.add(answer, Cx.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, impu.uri());
    Avps.add(answer, Cx.SIP_NUMBER_AUTH_ITEMS, Avps.VENDOR_3GPP, 1);
    AvpSet item = Avps.addGroup(answer, Cx.SIP_AUTH_DATA_ITEM, Avps.VENDOR_3GPP);
    Avps.add(item, Cx.SIP_ITEM_NUMBER, Avps.VENDOR_3GPP, 0);
    switch (scheme) {
      case DIGEST_MD5 -> addDigestMd5(item, subscriber);
      case SIP_DIGEST, UNKNOWN -> addSipDigest(item, subscriber);
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
