package org.phonemirror.core.download.fetch;

import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a request goes.
 *
 * @param uri absolute, without fragment, in ASCII
 * @param tls whether it is https
 * @param host a name or an address, without brackets
 * @param port TCP port
 */
public record Target(URI uri, boolean tls, String host, int port) {
  /** Longest URL taken. */
  public static final int MAX_LENGTH = 2048;

  private static final int SHOWN = 200;
  private static final String NEVER_IN_URLS = " \"<>\\^`{|}";

  /**
   * Reads a URL as people and servers write them: characters that must be escaped are.
   *
   * @throws FetchException if nothing may be fetched from there; the text names the URL
   */
  public static Target parse(String url) throws FetchException {
    return of(uri(url), url);
  }

  /** Where an answer's {@code Location} points; each of its bytes is a character. */
  Target resolve(String location) throws FetchException {
    StringBuilder ascii = new StringBuilder();
    for (byte b : location.getBytes(StandardCharsets.ISO_8859_1)) {
      ascii.append(b < 0 ? escaped(b) : (char) b);
    }
    return of(uri.resolve(uri(ascii.toString())), location);
  }

  private static URI uri(String url) throws FetchException {
    if (url.length() > MAX_LENGTH) {
      throw bad(url, "is longer than " + MAX_LENGTH + " characters");
    }
    try {
      return new URI(escape(url.strip()));
    } catch (URISyntaxException e) {
      throw bad(url, "is not a URL");
    }
  }

  private static Target of(URI uri, String said) throws FetchException {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    if (!tls && !scheme.equals("http")) {
      throw bad(said, "is neither http nor https");
    }
    if (uri.getRawUserInfo() != null) {
      throw bad(said, "holds a password or a user's name, which is not sent");
    }
    String host = uri.getHost();
    if (host == null) {
      throw bad(said, "has no host, or one with characters that are not allowed in names");
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
      if (host.indexOf('%') >= 0) {
        throw bad(said, "names one of the mirror server's own networks");
      }
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    URI plain =
        URI.create(
            scheme + "://" + uri.getRawAuthority().toLowerCase(Locale.ROOT) + path(uri) + query);
    if (plain.toString().length() > MAX_LENGTH) {
      throw bad(said, "is longer than " + MAX_LENGTH + " characters when it is escaped");
    }
    return new Target(plain, tls, host.toLowerCase(Locale.ROOT), port);
  }

  private static String path(URI uri) {
    return uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
  }

  /** What stands in the request line. */
  String requestTarget() {
    return path(uri) + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  private static String escaped(byte b) {
    return String.format("%%%02X", b & 0xff);
  }

  private static String escape(String url) throws FetchException {
    String ascii = asciiHost(url);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte b : ascii.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 0 && (b < ' ' || b == 0x7f)) {
        throw bad(url, "has control characters");
      }
      if (b < 0 || NEVER_IN_URLS.indexOf(b) >= 0) {
        out.writeBytes(escaped(b).getBytes(StandardCharsets.US_ASCII));
      } else {
        out.write(b);
      }
    }
    return out.toString(StandardCharsets.US_ASCII);
  }

  /** With an internationalized name of the host in its ASCII form (RFC 5891). */
  private static String asciiHost(String url) throws FetchException {
    int start = url.indexOf("//") + 2;
    if (start < 2) {
      return url;
    }
    int end = start;
    while (end < url.length() && "/?#:".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    String host = url.substring(start, end);
    if (host.chars().allMatch(c -> c < 0x80)) {
      return url;
    }
    try {
      return url.substring(0, start) + IDN.toASCII(host) + url.substring(end);
    } catch (IllegalArgumentException e) {
      throw bad(url, "has a host that is no name");
    }
  }

  private static FetchException bad(String url, String why) {
    String shown = url.replaceAll("\\p{Cntrl}", "?");
    if (shown.length() > SHOWN) {
      shown = shown.substring(0, SHOWN) + "...";
    }
    return FetchException.permanent(
        Reason.NOT_ALLOWED, shown + " " + why + "; give another http or https URL");
  }
}
