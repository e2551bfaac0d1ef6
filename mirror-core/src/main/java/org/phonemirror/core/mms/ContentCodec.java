package org.phonemirror.core.mms;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The body of a message: multipart (WAP-230-WSP §8.5) or anything else. */
final class ContentCodec {
  private static final int CONTENT_LOCATION = 0x0E;
  private static final int CONTENT_ID = 0x40;
  private static final String FIELD = "header field of a part";

  private ContentCodec() {}

  /** Reads to the end of the message. */
  static Content read(WspReader in, ContentType type) throws MalformedMmsException {
    if (!type.isMultipart()) {
      return Content.single(type, in.rest());
    }
    if (!in.hasMore()) {
      return new Content(type, List.of()); // some relays leave the count out with the parts
    }
    long count = in.uintvar("number of parts");
    if (count > MmsLimits.PARTS) {
      throw in.malformed(count + " parts, at most " + MmsLimits.PARTS + " are taken");
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(readPart(in));
    }
    return new Content(type, parts);
  }

  private static Part readPart(WspReader in) throws MalformedMmsException {
    long headersLength = in.uintvar("length of a part's headers");
    long dataLength = in.uintvar("length of a part's data");
    WspReader headers = in.range("headers of a part", headersLength);
    ContentType type = ContentTypeCodec.read(headers);
    Optional<String> id = Optional.empty();
    Optional<String> location = Optional.empty();
    for (int fields = 0; headers.hasMore(); fields++) {
      if (fields == MmsLimits.FIELDS) {
        throw headers.malformed("part has more than " + fields + " header fields");
      }
      if (headers.atShort(FIELD)) {
        switch (headers.shortInteger(FIELD)) {
          case CONTENT_ID -> id = Optional.of(headers.quoted("Content-ID"));
          case CONTENT_LOCATION -> location = Optional.of(headers.text("Content-Location"));
          default -> headers.skipValue(FIELD);
        }
      } else {
        switch (headers.text(FIELD).toLowerCase(Locale.ROOT)) {
          case "content-id" -> id = Optional.of(headers.quoted("Content-ID"));
          case "content-location" -> location = Optional.of(headers.text("Content-Location"));
          default -> headers.skipValue(FIELD);
        }
      }
    }
    return new Part(type, id, location, in.octets("data of a part", dataLength));
  }

  static void write(WspWriter out, Content content) {
    write(out, content, 0);
  }

  /**
   * Writes it, up to where more data of its last part can follow.
   *
   * @param following how many bytes they are
   */
  static void write(WspWriter out, Content content, long following) {
    if (!content.type().isMultipart()) {
      out.octets(content.parts().get(0).data());
      return;
    }
    out.uintvar(content.parts().size());
    int left = content.parts().size();
    for (Part part : content.parts()) {
      left--;
      WspWriter headers = new WspWriter();
      ContentTypeCodec.write(headers, part.type());
      part.contentId().ifPresent(id -> headers.integer(CONTENT_ID).quoted(id));
      part.contentLocation().ifPresent(name -> headers.integer(CONTENT_LOCATION).text(name));
      byte[] encoded = headers.toBytes();
      byte[] data = part.data();
      long length = data.length + (left == 0 ? following : 0);
      out.uintvar(encoded.length).uintvar(length).octets(encoded).octets(data);
    }
  }

  /** The text of a part, if it is one, by its charset. */
  static Optional<String> text(Part part) {
    if (!part.type().media().startsWith("text/")) {
      return Optional.empty();
    }
    return Optional.of(
        new String(
            part.data(),
            WellKnown.charsetNumber(part.type().parameters().getOrDefault("charset", "utf-8"))
                .map(WellKnown::decoder)
                .orElse(StandardCharsets.UTF_8)));
  }
}
