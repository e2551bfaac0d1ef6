package org.phonemirror.core.mms;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Numbers for media types and character sets (WAP-230-WSP tables 40 and 42, IANA MIBenum). */
final class WellKnown {
  static final int UTF_8 = 106;

  /** Parameters of content types (WAP-230-WSP table 38). */
  static final int CHARSET = 0x01;

  static final int TYPE_NUMBER = 0x03;
  static final int NAME = 0x05;
  static final int FILENAME = 0x06;
  static final int TYPE = 0x09;
  static final int START = 0x0A;
  static final int START_INFO = 0x0B;
  static final int NAME_1_4 = 0x17;
  static final int FILENAME_1_4 = 0x18;
  static final int START_1_4 = 0x19;
  static final int START_INFO_1_4 = 0x1A;

  static final List<String> MEDIA =
      List.of(
          "*/*",
          "text/*",
          "text/html",
          "text/plain",
          "text/x-hdml",
          "text/x-ttml",
          "text/x-vcalendar",
          "text/x-vcard",
          "text/vnd.wap.wml",
          "text/vnd.wap.wmlscript",
          "text/vnd.wap.wta-event",
          "multipart/*",
          "multipart/mixed",
          "multipart/form-data",
          "multipart/byteranges",
          "multipart/alternative",
          "application/*",
          "application/java-vm",
          "application/x-www-form-urlencoded",
          "application/x-hdmlc",
          "application/vnd.wap.wmlc",
          "application/vnd.wap.wmlscriptc",
          "application/vnd.wap.wta-eventc",
          "application/vnd.wap.uaprof",
          "application/vnd.wap.wtls-ca-certificate",
          "application/vnd.wap.wtls-user-certificate",
          "application/x-x509-ca-cert",
          "application/x-x509-user-cert",
          "image/*",
          "image/gif",
          "image/jpeg",
          "image/tiff",
          "image/png",
          "image/vnd.wap.wbmp",
          "application/vnd.wap.multipart.*",
          "application/vnd.wap.multipart.mixed",
          "application/vnd.wap.multipart.form-data",
          "application/vnd.wap.multipart.byteranges",
          "application/vnd.wap.multipart.alternative",
          "application/xml",
          "text/xml",
          "application/vnd.wap.wbxml",
          "application/x-x968-cross-cert",
          "application/x-x968-ca-cert",
          "application/x-x968-user-cert",
          "text/vnd.wap.si",
          "application/vnd.wap.sic",
          "text/vnd.wap.sl",
          "application/vnd.wap.slc",
          "text/vnd.wap.co",
          "application/vnd.wap.coc",
          "application/vnd.wap.multipart.related",
          "application/vnd.wap.sia",
          "text/vnd.wap.connectivity-xml",
          "application/vnd.wap.connectivity-wbxml",
          "application/pkcs7-mime",
          "application/vnd.wap.hashed-certificate",
          "application/vnd.wap.signed-certificate",
          "application/vnd.wap.cert-response",
          "application/xhtml+xml",
          "application/wml+xml",
          "text/css",
          "application/vnd.wap.mms-message",
          "application/vnd.wap.rollover-certificate",
          "application/vnd.wap.locc+wbxml",
          "application/vnd.wap.loc+xml",
          "application/vnd.syncml.dm+wbxml",
          "application/vnd.syncml.dm+xml",
          "application/vnd.syncml.notification",
          "application/vnd.wap.xhtml+xml",
          "application/vnd.wv.csp.cir",
          "application/vnd.oma.dd+xml",
          "application/vnd.oma.drm.message",
          "application/vnd.oma.drm.content",
          "application/vnd.oma.drm.rights+xml",
          "application/vnd.oma.drm.rights+wbxml");

  private static final Map<Integer, String> CHARSETS =
      Map.ofEntries(
          Map.entry(0, "*"),
          Map.entry(3, "us-ascii"),
          Map.entry(4, "iso-8859-1"),
          Map.entry(5, "iso-8859-2"),
          Map.entry(8, "iso-8859-5"),
          Map.entry(17, "shift_jis"),
          Map.entry(UTF_8, "utf-8"),
          Map.entry(113, "gbk"),
          Map.entry(1000, "iso-10646-ucs-2"),
          Map.entry(1013, "utf-16be"),
          Map.entry(1014, "utf-16le"),
          Map.entry(1015, "utf-16"),
          Map.entry(2026, "big5"));

  private static final Map<String, Integer> CHARSET_NUMBERS = new HashMap<>();

  static {
    CHARSETS.forEach((number, name) -> CHARSET_NUMBERS.put(name, number));
  }

  private WellKnown() {}

  /** A number that no table has is told as unknown content. */
  static String media(long number) {
    return number < MEDIA.size() ? MEDIA.get((int) number) : "application/octet-stream";
  }

  /** Less than 128, so that it is a short integer. */
  static Optional<Integer> mediaNumber(String media) {
    int number = MEDIA.indexOf(media);
    return number < 0 ? Optional.empty() : Optional.of(number);
  }

  static String charset(long number) {
    String name = number <= Integer.MAX_VALUE ? CHARSETS.get((int) number) : null;
    return name == null ? "mib-" + number : name;
  }

  static Optional<Long> charsetNumber(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.matches("mib-[0-9]{1,9}")) {
      return Optional.of(Long.parseLong(lower.substring(4)));
    }
    return Optional.ofNullable(CHARSET_NUMBERS.get(lower)).map(Integer::longValue);
  }

  /** What Java has for it; UTF-8, of which ASCII is a part, for what it does not have. */
  static Charset decoder(long number) {
    String name = number == 1000 ? "utf-16be" : charset(number);
    return number != 0 && Charset.isSupported(name)
        ? Charset.forName(name)
        : StandardCharsets.UTF_8;
  }
}
