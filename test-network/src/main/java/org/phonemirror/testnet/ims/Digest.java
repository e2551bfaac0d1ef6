package org.phonemirror.testnet.ims;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Digest authentication with MD5 and qop "auth" (RFC 2617), as SIP Digest in IMS uses it, and with
 * a card in place of a password (AKAv1-MD5, RFC 3310).
 */
final class Digest {
  private static final String AKA = "AKAv1-MD5";

  private Digest() {}

  /** Before there is a challenge: tells the registrar the private identity. */
  static String initial(Ue.Identity identity) {
    return "Digest username=\"%s\", realm=\"%s\", uri=\"sip:%s\", nonce=\"\", response=\"\""
            .formatted(identity.impi(), identity.realm(), identity.realm())
        + (identity.card().isPresent() ? ", algorithm=" + AKA : "");
  }

  /**
   * The answer to a challenge for a REGISTER.
   *
   * @param card for a challenge with AKA
   * @throws IllegalArgumentException if the challenge asks for what the phone cannot do, has no
   *     nonce, or does not come from the card's network
   */
  static String answer(Ue.Identity identity, Optional<Card> card, String challenge, String cnonce) {
    String algorithm = parameter(challenge, "algorithm", "MD5");
    String nonce = parameter(challenge, "nonce", "");
    if (nonce.isEmpty()) {
      throw new IllegalArgumentException("challenge without nonce: " + challenge);
    }
    String realm = parameter(challenge, "realm", identity.realm());
    if (algorithm.equalsIgnoreCase("MD5") && card.isEmpty()) {
      byte[] password = identity.password().getBytes(StandardCharsets.UTF_8);
      return answer(identity, realm, nonce, "MD5", password, "", cnonce);
    }
    if (!algorithm.equalsIgnoreCase(AKA) || card.isEmpty()) {
      throw new IllegalArgumentException(
          "challenge asks for " + algorithm + ", not known here: " + challenge);
    }
    Card.Answer answer = card.get().answer(Base64.getDecoder().decode(nonce));
    String auts =
        answer.auts().isEmpty()
            ? ""
            : ", auts=\"" + Base64.getEncoder().encodeToString(answer.auts().get()) + "\"";
    return answer(identity, realm, nonce, AKA, answer.response(), auts, cnonce);
  }

  private static String answer(
      Ue.Identity identity,
      String realm,
      String nonce,
      String algorithm,
      byte[] password,
      String more,
      String cnonce) {
    String uri = "sip:" + identity.realm();
    byte[] user = (identity.impi() + ":" + realm + ":").getBytes(StandardCharsets.UTF_8);
    byte[] secret = Arrays.copyOf(user, user.length + password.length);
    System.arraycopy(password, 0, secret, user.length, password.length);
    String count = "00000001";
    String response =
        md5(String.join(":", md5(secret), nonce, count, cnonce, "auth", md5("REGISTER:" + uri)));
    return ("Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\","
                + " algorithm=%s, qop=auth, nc=%s, cnonce=\"%s\"")
            .formatted(identity.impi(), realm, nonce, uri, response, algorithm, count, cnonce)
        + more;
  }

  private static String parameter(String challenge, String name, String otherwise) {
    Matcher matcher =
        Pattern.compile("\\b" + name + "=(?:\"([^\"]*)\"|([^\\s,]+))").matcher(challenge);
    if (!matcher.find()) {
      return otherwise;
    }
    return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
  }

  private static String md5(String text) {
    return md5(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String md5(byte[] octets) {
    try {
      byte[] hash = MessageDigest.getInstance("MD5").digest(octets);
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
