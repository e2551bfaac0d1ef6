package org.phonemirror.core.mms;

import static org.phonemirror.core.mms.WellKnown.CHARSET;
import static org.phonemirror.core.mms.WellKnown.FILENAME;
import static org.phonemirror.core.mms.WellKnown.FILENAME_1_4;
import static org.phonemirror.core.mms.WellKnown.NAME;
import static org.phonemirror.core.mms.WellKnown.NAME_1_4;
import static org.phonemirror.core.mms.WellKnown.START;
import static org.phonemirror.core.mms.WellKnown.START_1_4;
import static org.phonemirror.core.mms.WellKnown.START_INFO;
import static org.phonemirror.core.mms.WellKnown.START_INFO_1_4;
import static org.phonemirror.core.mms.WellKnown.TYPE;
import static org.phonemirror.core.mms.WellKnown.TYPE_NUMBER;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Content types on the wire (WAP-230-WSP §8.4.2.24). */
final class ContentTypeCodec {
  private static final String WHAT = "content type";
  private static final String PARAMETER = "parameter of a content type";

  /** Weight of a type among others; means nothing here. */
  private static final int Q = 0x00;

  private ContentTypeCodec() {}

  static ContentType read(WspReader in) throws MalformedMmsException {
    if (!in.atValue(WHAT)) {
      return ContentType.of(media(in));
    }
    WspReader value = in.value(WHAT);
    String media = media(value);
    SortedMap<String, String> parameters = new TreeMap<>();
    for (int i = 0; value.hasMore(); i++) {
      if (i == MmsLimits.PARAMETERS) {
        throw value.malformed("content type has more than " + i + " parameters");
      }
      readParameter(value, parameters);
    }
    return new ContentType(media, parameters);
  }

  /** A number or a text; the number may be a long integer within a value. */
  private static String media(WspReader in) throws MalformedMmsException {
    int offset = in.position();
    if (in.atShort(WHAT) || in.atValue(WHAT)) {
      return WellKnown.media(in.integer(WHAT));
    }
    String media = in.text(WHAT);
    if (!ContentType.isMedia(media)) {
      throw new MalformedMmsException(
          "content type is '" + media + "', must be like text/plain", offset);
    }
    return media;
  }

  private static void readParameter(WspReader in, SortedMap<String, String> parameters)
      throws MalformedMmsException {
    if (!in.atShort(PARAMETER)) {
      int offset = in.position();
      String name = in.text(PARAMETER);
      if (!ContentType.isToken(name)) {
        throw new MalformedMmsException("parameter is called '" + name + "'", offset);
      }
      parameters.put(name.toLowerCase(java.util.Locale.ROOT), in.untyped(name));
      return;
    }
    int number = in.shortInteger(PARAMETER);
    switch (number) {
      case Q -> in.uintvar(PARAMETER);
      case CHARSET -> parameters.put("charset", WellKnown.charset(in.integer("charset")));
      case NAME, NAME_1_4 -> parameters.put("name", in.quoted("name"));
      case FILENAME, FILENAME_1_4 -> parameters.put("filename", in.quoted("filename"));
      case START, START_1_4 -> parameters.put("start", in.quoted("start"));
      case START_INFO, START_INFO_1_4 -> parameters.put("start-info", in.quoted("start-info"));
      case TYPE, TYPE_NUMBER -> {
        boolean numbered = in.atShort("type") || in.atValue("type");
        parameters.put("type", numbered ? WellKnown.media(in.integer("type")) : in.quoted("type"));
      }
      default -> in.skipValue(PARAMETER);
    }
  }

  static void write(WspWriter out, ContentType type) {
    if (type.parameters().isEmpty()) {
      writeMedia(out, type.media());
      return;
    }
    WspWriter value = new WspWriter();
    writeMedia(value, type.media());
    for (Map.Entry<String, String> parameter : type.parameters().entrySet()) {
      writeParameter(value, parameter.getKey(), parameter.getValue());
    }
    out.value(value);
  }

  private static void writeMedia(WspWriter out, String media) {
    Optional<Integer> number = WellKnown.mediaNumber(media);
    if (number.isPresent()) {
      out.integer(number.get());
    } else {
      out.text(media);
    }
  }

  private static void writeParameter(WspWriter out, String name, String value) {
    switch (name) {
      case "name" -> out.integer(NAME).textOrQuoted(value);
      case "filename" -> out.integer(FILENAME).textOrQuoted(value);
      case "start" -> out.integer(START).textOrQuoted(value);
      case "start-info" -> out.integer(START_INFO).textOrQuoted(value);
      case "type" -> {
        Optional<Integer> number = WellKnown.mediaNumber(value);
        if (number.isPresent()) {
          out.integer(TYPE).integer(number.get());
        } else if (ContentType.isMedia(value)) {
          out.integer(TYPE).text(value);
        } else {
          out.text(name).quoted(value);
        }
      }
      case "charset" -> {
        Optional<Long> number = WellKnown.charsetNumber(value);
        if (number.isPresent()) {
          out.integer(CHARSET).integer(number.get());
        } else {
          out.text(name).quoted(value);
        }
      }
      default -> out.text(name).quoted(value);
    }
  }
}
