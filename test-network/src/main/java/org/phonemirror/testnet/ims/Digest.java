package org.phonemirror.testnet.ims;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Digest authentication with MD5 and qop "auth" (RFC 2617), as SIP Digest in IMS uses it. */
final class Digest {
  private Digest() {}

  /** Before there is a challenge: tells the registrar the private identity. */
  static String initial(Ue.Identity identity) {
    return "Digest username=\"%s\", realm=\"%s\", uri=\"sip:%s\", nonce=\"\", response=\"\""
        .formatted(identity.impi(), identity.realm(), identity.realm());
  }

  /**
   * The answer to a challenge for a REGISTER.
   *
   * @throws IllegalArgumentException if the challenge asks for another algorithm, or has no nonce
   */
  static String answer(Ue.Identity identity, String challenge, String cnonce) {
    String algorithm = parameter(challenge, "algorithm", "MD5");
    if (!algorithm.equalsIgnoreCase("MD5")) {
      throw new IllegalArgumentException(
          "challenge asks for " + algorithm + ", only MD5 is known: " + challenge);
    }
    String realm = parameter(challenge, "realm", identity.realm());
    String nonce = parameter(challenge, "nonce", "");
    if (nonce.isEmpty()) {
      throw new IllegalArgumentException("challenge without nonce: " + challenge);
    }
    String uri = "sip:" + identity.realm();
    String secret = md5(identity.impi() + ":" + realm + ":" + identity.password());
    String count = "00000001";
    String response =
        md5(String.join(":", secret, nonce, count, cnonce, "auth", md5("REGISTER:" + uri)));
    return ("Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\","
            + " algorithm=MD5, qop=auth, nc=%s, cnonce=\"%s\"")
        .formatted(identity.impi(), realm, nonce, uri, response, count, cnonce);
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
    try {
      byte[] hash = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
