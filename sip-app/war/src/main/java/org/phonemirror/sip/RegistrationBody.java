package org.phonemirror.sip;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the bodies of a third-party REGISTER tell (TS 24.229 §5.4.1.7A): service information, and
 * the phone's own REGISTER where the filter criteria ask for it (IncludeRegisterRequest), one of
 * them or both as parts of a {@code multipart/mixed}.
 *
 * @param serviceInfo what the operator has put into the filter criteria for us
 * @param contact the Contact of the phone's REGISTER, as it stands there
 */
record RegistrationBody(Optional<String> serviceInfo, Optional<String> contact) {
  /** No body, or one that tells nothing: a registration counts all the same. */
  static final RegistrationBody NONE = new RegistrationBody(Optional.empty(), Optional.empty());

  private static final int MAX_PARTS = 8;
  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary\\s*=\\s*(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CONTENT_TYPE =
      Pattern.compile("(?im)^(?:content-type|c)[ \\t]*:[ \\t]*([^\\r\\n]*)");
  private static final Pattern CONTACT =
      Pattern.compile("(?im)^(?:contact|m)[ \\t]*:[ \\t]*([^\\r\\n]*)");

  /**
   * Reads a body.
   *
   * @param contentType may be null, as in a request without a body
   */
  static RegistrationBody parse(String contentType, byte[] body) {
    if (contentType == null) {
      return NONE;
    }
    String type = contentType.strip();
    if (type.toLowerCase(Locale.ROOT).startsWith("multipart/mixed")) {
      return multipart(type, new String(body, StandardCharsets.UTF_8));
    }
    return single(type, body);
  }

  private static RegistrationBody single(String contentType, byte[] body) {
    String type = contentType.toLowerCase(Locale.ROOT);
    if (type.startsWith("application/3gpp-ims+xml")) {
      return new RegistrationBody(serviceInfo(contentType, body), Optional.empty());
    }
    String text = new String(body, StandardCharsets.UTF_8);
    // a response may be included too (IncludeRegisterResponse): it tells nothing more
    if (type.startsWith("message/sip") && text.startsWith("REGISTER ")) {
      return new RegistrationBody(Optional.empty(), first(CONTACT, head(text)));
    }
    return NONE;
  }

  private static RegistrationBody multipart(String contentType, String body) {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
      return NONE;
    }
    String delimiter = "--" + (boundary.group(1) == null ? boundary.group(2) : boundary.group(1));
    RegistrationBody all = NONE;
    String[] parts = body.split(Pattern.quote(delimiter), MAX_PARTS + 2);
    for (int i = 1; i < Math.min(parts.length, MAX_PARTS + 1); i++) { // a preamble comes first
      String part = parts[i].stripLeading();
      String head = head(part);
      String content = part.substring(Math.min(part.length(), head.length())).strip();
      all =
          all.or(
              first(CONTENT_TYPE, head)
                  .map(type -> single(type.strip(), content.getBytes(StandardCharsets.UTF_8)))
                  .orElse(NONE));
    }
    return all;
  }

  private RegistrationBody or(RegistrationBody other) {
    return new RegistrationBody(serviceInfo.or(other::serviceInfo), contact.or(other::contact));
  }

  private static String head(String message) {
    Matcher end = Pattern.compile("\\r?\\n\\r?\\n").matcher(message);
    return end.find() ? message.substring(0, end.start()) : message;
  }

  private static Optional<String> first(Pattern header, String head) {
    Matcher matcher = header.matcher(head);
    return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
  }

  private static Optional<String> serviceInfo(String contentType, byte[] body) {
    return BodyXml.root(contentType, body)
        .map(root -> root.getElementsByTagNameNS("*", "service-info"))
        .filter(found -> found.getLength() > 0)
        .map(found -> found.item(0).getTextContent().strip());
  }
}
