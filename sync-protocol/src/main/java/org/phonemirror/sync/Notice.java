package org.phonemirror.sync;

/**
 * A line for the phone's owner that rides on an acknowledgement, so that it costs no radio wake-up
 * of its own.
 *
 * @param topic what it is about, for example {@code file-cached}
 * @param text the rest, in the form that the topic defines
 */
public record Notice(String topic, String text) {
  public Notice {
    Check.text("topic", topic, Limits.MAX_TEXT_BYTES);
    Check.text("text", text, Limits.MAX_TEXT_BYTES);
  }
}
