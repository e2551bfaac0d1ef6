package org.phonemirror.core.mms;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A media type with its parameters.
 *
 * @param media for example {@code text/plain}, in small letters
 * @param parameters by name, in small letters; a charset by its IANA name, or {@code mib-N} if only
 *     its number is known
 */
public record ContentType(String media, SortedMap<String, String> parameters) {
  /** Characters of a token (RFC 2616 §2.2). */
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  public ContentType {
    media = media.toLowerCase(Locale.ROOT);
    if (!isMedia(media)) {
      throw new IllegalArgumentException("media type is '" + media + "', must be like text/plain");
    }
    Check.text("media type", media);
    if (parameters.size() > MmsLimits.PARAMETERS) {
      throw new IllegalArgumentException(
          parameters.size() + " parameters, must be at most " + MmsLimits.PARAMETERS);
    }
    SortedMap<String, String> copy = new TreeMap<>();
    for (Map.Entry<String, String> entry : parameters.entrySet()) {
      if (!isToken(entry.getKey())) {
        throw new IllegalArgumentException(
            "parameter is called '" + entry.getKey() + "', must be a token");
      }
      Check.text("parameter", entry.getKey());
      Check.text(entry.getKey(), entry.getValue());
      copy.put(entry.getKey().toLowerCase(Locale.ROOT), entry.getValue());
    }
    parameters = Collections.unmodifiableSortedMap(copy);
  }

  ContentType(String media, Map<String, String> parameters) {
    this(media, new TreeMap<>(parameters));
  }

  /** Without parameters. */
  public static ContentType of(String media) {
    return new ContentType(media, Map.of());
  }

  /** The same with one more parameter. */
  public ContentType with(String name, String value) {
    SortedMap<String, String> more = new TreeMap<>(parameters);
    more.put(name, value);
    return new ContentType(media, more);
  }

  /** Whether there are parts in it. */
  public boolean isMultipart() {
    return media.startsWith("application/vnd.wap.multipart.") || media.startsWith("multipart/");
  }

  static boolean isMedia(String text) {
    return text.matches(TOKEN + "/" + TOKEN);
  }

  static boolean isToken(String text) {
    return text.matches(TOKEN);
  }

  /** For example {@code text/plain; charset=utf-8}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(media);
    parameters.forEach((name, value) -> text.append("; ").append(name).append('=').append(value));
    return text.toString();
  }
}
