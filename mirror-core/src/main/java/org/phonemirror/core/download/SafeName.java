package org.phonemirror.core.download;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of files that anybody may have chosen, made safe: one name of a directory, of at most
 * {@link #MAX_BYTES} bytes, without characters that mean something to a shell's user, a terminal or
 * the file system of a memory card.
 */
final class SafeName {
  static final int MAX_BYTES = 120;

  private static final String WITHOUT_NAME = "download";
  private static final int MAX_EXTENSION = 12;
  private static final Pattern EXTENDED =
      Pattern.compile("(?i)(?:^|;)\\s*filename\\*\\s*=\\s*(UTF-8|ISO-8859-1)'[^']*'([^;\\s]+)");
  private static final Pattern PLAIN =
      Pattern.compile(
          "(?i)(?:^|;)\\s*filename\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\\s\"]+))");

  private SafeName() {}

  /**
   * The first of these that names anything.
   *
   * @param wanted by who ordered it
   * @param disposition {@code Content-Disposition} (RFC 6266); each byte is a character
   * @param path of the URL that it came from, escaped
   */
  static String of(Optional<String> wanted, Optional<String> disposition, String path) {
    return wanted
        .map(SafeName::clean)
        .filter(name -> !name.isEmpty())
        .or(() -> disposition.flatMap(SafeName::disposed).map(SafeName::clean))
        .filter(name -> !name.isEmpty())
        .or(() -> Optional.of(clean(text(unescape(path)))))
        .filter(name -> !name.isEmpty())
        .orElse(WITHOUT_NAME);
  }

  private static Optional<String> disposed(String disposition) {
    Matcher extended = EXTENDED.matcher(disposition);
    if (extended.find()) {
      byte[] bytes = unescape(extended.group(2));
      return Optional.of(
          extended.group(1).equalsIgnoreCase("UTF-8")
              ? new String(bytes, StandardCharsets.UTF_8)
              : new String(bytes, StandardCharsets.ISO_8859_1));
    }
    Matcher plain = PLAIN.matcher(disposition);
    if (!plain.find()) {
      return Optional.empty();
    }
    String name =
        plain.group(1) != null ? plain.group(1).replaceAll("\\\\(.)", "$1") : plain.group(2);
    return Optional.of(text(name.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** In UTF-8 if it is that, else in Latin-1, as older servers send it. */
  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }

  /** Undoes percent-encoding; what is no escape stays. */
  private static byte[] unescape(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
      if (low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(bytes[i]);
      }
    }
    return out.toByteArray();
  }

  private static String clean(String name) {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    String plain =
        last.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}\ufffd]", "")
            .replaceAll("[<>:\"|?*$`;&!']", "_")
            .replaceAll("^[.\\s-]+|[.\\s]+$", "");
    return shorten(plain);
  }

  private static String shorten(String name) {
    if (bytes(name) <= MAX_BYTES) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    String extension =
        dot > 0 && bytes(name.substring(dot)) <= MAX_EXTENSION ? name.substring(dot) : "";
    int end = name.length() - extension.length();
    while (bytes(name.substring(0, end)) + extension.length() > MAX_BYTES) {
      end = name.offsetByCodePoints(end, -1);
    }
    return name.substring(0, end) + extension;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
