package org.phonemirror.core.upload;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;

/**
 * What a subscriber is to be told.
 *
 * @param order that it is about
 * @param to the recipient; empty if it is about all of them
 * @param reason of a failure
 */
record Report(
    Impu subscriber,
    long order,
    String topic,
    Optional<String> to,
    Optional<String> reason,
    String text) {
  static final String SENT = "upload-sent";
  private static final String PERHAPS_TWICE = "perhaps-twice";
  private static final String FAILED = "upload-failed";
  private static final String CANCELLED = "upload-cancelled";

  /** Longest text; what servers say can be long. */
  private static final int MAX_TEXT = 600;

  static Report sent(Impu subscriber, long order, String to, String text) {
    return new Report(subscriber, order, SENT, Optional.of(to), Optional.empty(), text);
  }

  /** Nobody knows whether the recipient has it once or twice. */
  static Report sentPerhapsTwice(Impu subscriber, long order, String to, String text) {
    return new Report(subscriber, order, SENT, Optional.of(to), Optional.of(PERHAPS_TWICE), text);
  }

  static Report failed(Impu subscriber, long order, Reason reason, String text) {
    return new Report(
        subscriber, order, FAILED, Optional.empty(), Optional.of(reason.word()), text);
  }

  static Report failed(Impu subscriber, long order, String to, Reason reason, String text) {
    return new Report(subscriber, order, FAILED, Optional.of(to), Optional.of(reason.word()), text);
  }

  static Report cancelled(Impu subscriber, long order, String text) {
    return new Report(subscriber, order, CANCELLED, Optional.empty(), Optional.empty(), text);
  }

  /** Whether there is nothing to say but that a recipient has it. */
  boolean isReceipt() {
    return topic.equals(SENT) && reason.isEmpty();
  }

  Notice notice() {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(Notice.ORDER, Long.toString(order)));
    to.ifPresent(value -> fields.add(new Field("to", value)));
    reason.ifPresent(value -> fields.add(new Field("reason", value)));
    fields.add(
        new Field(Notice.TEXT, text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text));
    return new Notice(topic, fields);
  }
}
