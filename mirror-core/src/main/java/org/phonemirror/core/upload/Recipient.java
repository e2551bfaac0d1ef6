package org.phonemirror.core.upload;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whom a file goes to.
 *
 * @param uri as the phone wrote it
 * @param address as its protocol writes it: a telephone number in international format, a mail
 *     address, or the URL
 */
record Recipient(String uri, Kind kind, String address) {
  /** E.164: at most 15 digits. */
  private static final Pattern NUMBER = Pattern.compile("\\+[0-9]{3,15}");

  /** Dot-atom and domain (RFC 5321 §4.1.2), without quoted parts and address literals. */
  private static final Pattern MAIL =
      Pattern.compile(
          "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
              + "@[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?");

  private static final int MAX_MAIL = 254;

  /** By what it is sent. */
  enum Kind {
    MMS,
    MAIL,
    WEB
  }

  /**
   * Reads one.
   *
   * @param uri {@code mms:+15550002}, {@code mailto:bob@example.com} (RFC 6068, one address, no
   *     header fields) or an absolute {@code http} or {@code https} URL
   */
  static Recipient of(String uri) throws WrongOrderException {
    int colon = uri.indexOf(':');
    String scheme = colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = uri.substring(colon + 1);
    return switch (scheme) {
      case "mms" -> of(uri, Kind.MMS, rest, NUMBER.matcher(rest).matches(), "mms:+15550002");
      case "mailto" -> {
        String address = decoded(uri, rest);
        yield of(uri, Kind.MAIL, address, isMail(address), "mailto:bob@example.com");
      }
      case "http", "https" ->
          of(uri, Kind.WEB, uri, isUrl(uri), "https://example.com/file, without user and fragment");
      default ->
          throw new WrongOrderException(
              "recipient '" + uri + "' is none: begin it with mms:, mailto:, http: or https:");
    };
  }

  private static Recipient of(String uri, Kind kind, String address, boolean good, String example)
      throws WrongOrderException {
    if (!good) {
      throw new WrongOrderException("recipient '" + uri + "' must be like " + example);
    }
    return new Recipient(uri, kind, address);
  }

  static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  static boolean isMail(String text) {
    return text.length() <= MAX_MAIL && MAIL.matcher(text).matches();
  }

  /** A plus sign stands for itself there, other than in forms. */
  private static String decoded(String uri, String rest) throws WrongOrderException {
    try {
      return URLDecoder.decode(rest.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new WrongOrderException("recipient '" + uri + "' has a wrong percent sign");
    }
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null
          && uri.getPort() <= 65_535
          && uri.getPort() != 0
          && text.equals(uri.toASCIIString());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return uri;
  }
}
