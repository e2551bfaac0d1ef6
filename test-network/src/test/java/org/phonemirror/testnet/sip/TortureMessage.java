package org.phonemirror.testnet.sip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A torture message of RFC 4475 and what this server may answer. Files have comments, the line
 * {@code expect: STATUS|STATUS|silence}, and the message in the notation of the RFC (§2.1): {@code
 * <allOneLine>}, {@code <repeat count=N>}, {@code <hex>}.
 */
record TortureMessage(String name, String expected, byte[] bytes) {
  private static final Pattern EXPECT = Pattern.compile("(?s)(?:#[^\n]*\n)*expect: ([^\n]*)\n(.*)");
  private static final Pattern ONE_LINE = Pattern.compile("(?s)<allOneLine>\n(.*?)</allOneLine>");
  private static final Pattern REPEAT =
      Pattern.compile("(?s)<repeat count=([0-9]+)>(.*?)</repeat>");
  private static final Pattern CALL_ID =
      Pattern.compile("(?im)^(?:call-id|i)[ \\t]*:[ \\t]*([^\\r\\n]+)");
  private static final Pattern TOPMOST =
      Pattern.compile("(?s)(\r\n(?i:via|v)\\s*:\\s*SIP\\s*/\\s*[0-9.]+\\s*/\\s*)(UDP|TCP|TLS)");
  private static final Pattern HEX = Pattern.compile("(?s)<hex>(.*?)</hex>");

  static TortureMessage load(String name) throws IOException {
    try (InputStream in = TortureMessage.class.getResourceAsStream("torture/" + name + ".sip")) {
      Matcher file = EXPECT.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      if (!file.matches()) {
        throw new IOException(name + ".sip has no line 'expect:'");
      }
      String text =
          REPEAT
              .matcher(file.group(2))
              .replaceAll(
                  match ->
                      Matcher.quoteReplacement(
                          match.group(2).repeat(Integer.parseInt(match.group(1)))));
      text =
          ONE_LINE
              .matcher(text)
              .replaceAll(match -> Matcher.quoteReplacement(match.group(1).replace("\n", "")));
      return new TortureMessage(name, file.group(1), bytes(text.replace("\n", "\r\n")));
    }
  }

  private static byte[] bytes(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Matcher hex = HEX.matcher(text);
    int end = 0;
    while (hex.find()) {
      out.writeBytes(text.substring(end, hex.start()).getBytes(StandardCharsets.UTF_8));
      out.writeBytes(HexFormat.of().parseHex(hex.group(1).replaceAll("\\s", "")));
      end = hex.end();
    }
    out.writeBytes(text.substring(end).getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  /**
   * The message with the transport over which it is sent in its topmost Via, and with a branch of
   * its own: many of the messages have the same, as if they were one transaction.
   */
  byte[] over(String transport) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return TOPMOST
        .matcher(text)
        .replaceFirst("$1" + transport)
        .replaceAll("(branch=z9hG4bK)(?=[^\\s;,])", "$1" + name + transport)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What an answer to it has in it: its Call-ID, or without one its branch. */
  String mark() {
    Matcher id = CALL_ID.matcher(new String(bytes, StandardCharsets.UTF_8));
    return id.find() ? id.group(1) : name;
  }

  boolean maySaySilence() {
    return Pattern.matches(expected, "silence");
  }
}
