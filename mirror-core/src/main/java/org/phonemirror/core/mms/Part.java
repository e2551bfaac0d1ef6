package org.phonemirror.core.mms;

import java.util.Arrays;
import java.util.Optional;

/**
 * One part of a message.
 *
 * @param contentId by which a presentation refers to it, for example {@code <photo>}
 * @param contentLocation its file name, or another way to refer to it
 */
public record Part(
    ContentType type, Optional<String> contentId, Optional<String> contentLocation, byte[] data) {
  public Part {
    contentId.ifPresent(value -> Check.text("Content-ID", value));
    contentLocation.ifPresent(value -> Check.text("Content-Location", value));
    data = data.clone();
  }

  @Override
  public byte[] data() {
    return data.clone();
  }

  /** Its text, if it is one, by its charset; UTF-8 without one. */
  public Optional<String> text() {
    return ContentCodec.text(this);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Part that
        && type.equals(that.type)
        && contentId.equals(that.contentId)
        && contentLocation.equals(that.contentLocation)
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "Part["
        + type
        + ", "
        + contentLocation.or(() -> contentId).orElse("")
        + ", "
        + data.length
        + " bytes]";
  }
}
