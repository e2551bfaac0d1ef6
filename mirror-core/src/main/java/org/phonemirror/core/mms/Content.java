package org.phonemirror.core.mms;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a message carries.
 *
 * @param type of the whole
 * @param parts of a multipart type, any number; of another type one of that type, without headers
 */
public record Content(ContentType type, List<Part> parts) {
  /** Parts for a presentation (RFC 2387). */
  public static final String RELATED = "application/vnd.wap.multipart.related";

  /** Parts to be shown one after the other. */
  public static final String MIXED = "application/vnd.wap.multipart.mixed";

  public Content {
    parts = List.copyOf(parts);
    if (parts.size() > MmsLimits.PARTS) {
      throw new IllegalArgumentException(
          parts.size() + " parts, must be at most " + MmsLimits.PARTS);
    }
    if (!type.isMultipart()
        && (parts.size() != 1 || !parts.get(0).equals(bare(type, parts.get(0).data())))) {
      throw new IllegalArgumentException("content of type " + type + " must be one part of it");
    }
  }

  /** Without parts: the bytes themselves. */
  public static Content single(ContentType type, byte[] data) {
    return new Content(type, List.of(bare(type, data)));
  }

  /** Parts one after the other. */
  public static Content mixed(List<Part> parts) {
    return new Content(ContentType.of(MIXED), parts);
  }

  /**
   * Parts and what says how to show them.
   *
   * @param start Content-ID of the presentation
   * @param type of the presentation
   */
  public static Content related(String start, String type, List<Part> parts) {
    return new Content(new ContentType(RELATED, Map.of("start", start, "type", type)), parts);
  }

  private static Part bare(ContentType type, byte[] data) {
    return new Part(type, Optional.empty(), Optional.empty(), data);
  }
}
