package org.phonemirror.hss.diameter;

/** Telephony binary coded decimal: two digits an octet, the first one low (TS 29.002 §17.7.8). */
public final class Tbcd {
  private static final int FILLER = 0xf;

  private Tbcd() {}

  /**
   * Encodes digits; an odd number of them is filled up with {@code 1111}.
   *
   * @throws IllegalArgumentException if there is anything but digits
   */
  public static byte[] encode(String digits) {
    if (!digits.matches("[0-9]+")) {
      throw new IllegalArgumentException("'" + digits + "' must be digits only");
    }
    byte[] octets = new byte[(digits.length() + 1) / 2];
    for (int i = 0; i < octets.length * 2; i++) {
      int nibble = i < digits.length() ? digits.charAt(i) - '0' : FILLER;
      octets[i / 2] |= (byte) (i % 2 == 0 ? nibble : nibble << 4);
    }
    return octets;
  }

  /**
   * Decodes digits.
   *
   * @throws IllegalArgumentException if an octet holds anything but digits, and a filler at the end
   */
  public static String decode(byte[] octets) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < octets.length * 2; i++) {
      int nibble = (octets[i / 2] >> (i % 2 == 0 ? 0 : 4)) & 0xf;
      if (nibble == FILLER && i == octets.length * 2 - 1) {
        break;
      }
      if (nibble > 9) {
        throw new IllegalArgumentException("octet " + i / 2 + " of a TBCD string is no two digits");
      }
      digits.append((char) ('0' + nibble));
    }
    return digits.toString();
  }
}
