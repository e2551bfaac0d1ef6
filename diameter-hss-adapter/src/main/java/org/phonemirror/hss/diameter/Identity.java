package org.phonemirror.hss.diameter;

/** DiameterIdentity: an FQDN or a realm (RFC 6733 §4.3.1). */
public final class Identity {
  private Identity() {}

  /**
   * Checks an identity.
   *
   * @throws IllegalArgumentException if it is none; the text names it
   */
  public static String check(String name, String identity) {
    if (!identity.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")) {
      throw new IllegalArgumentException(
          name + " is '" + identity + "', must be a domain name such as as.mirror.example");
    }
    return identity;
  }
}
