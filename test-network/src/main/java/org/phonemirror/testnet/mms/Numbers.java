package org.phonemirror.testnet.mms;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Telephone numbers and the addresses of MMS (OMA-TS-MMS_ENC-V1_2 §8). */
final class Numbers {
  private static final Pattern ADDRESS = Pattern.compile("(\\+?[0-9]{3,15})(/TYPE=PLMN)?");

  private Numbers() {}

  /** The number of an address, in international format; empty if it is none of a telephone. */
  static Optional<String> ofAddress(String address) {
    Matcher matcher = ADDRESS.matcher(address);
    return matcher.matches() ? Optional.of(international(matcher.group(1))) : Optional.empty();
  }

  static String international(String number) {
    return number.startsWith("+") ? number : "+" + number;
  }

  static String address(String number) {
    return number + "/TYPE=PLMN";
  }

  static String digits(String number) {
    return number.substring(1);
  }
}
