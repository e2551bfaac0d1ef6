package org.phonemirror.sync;

import java.util.List;
import java.util.Optional;

/**
 * What the server has to tell the phone's owner. It rides on an acknowledgement, so that it costs
 * no radio wake-up of its own; it may come twice, and then is equal to what came before.
 *
 * @param topic what it is about, for example {@code file-cached}
 * @param fields the rest, as the topic defines it; {@code order} is the id of the {@link Order}
 *     that it answers, {@code text} a line for people
 */
public record Notice(String topic, List<Field> fields) {
  /** Name of the field that has the id of an order, in decimal. */
  public static final String ORDER = "order";

  /** Name of the field for people to read. */
  public static final String TEXT = "text";

  public Notice {
    Check.text("topic", topic, Limits.MAX_NAME_BYTES);
    Check.range("number of fields", fields.size(), 0, Limits.MAX_FIELDS);
    fields = List.copyOf(fields);
    Check.range("length of a notice", Order.length(topic, fields), 0, Limits.MAX_NOTICE_BYTES);
  }

  /** A notice that says just this. */
  public Notice(String topic, String text) {
    this(topic, List.of(new Field(TEXT, text)));
  }

  /** The value of the first field of this name. */
  public Optional<String> first(String name) {
    return Field.first(fields, name);
  }

  /** The values of all fields of this name, in their order. */
  public List<String> all(String name) {
    return Field.all(fields, name);
  }

  /** What people read: the text, or the fields where there is none. */
  public String text() {
    return first(TEXT).orElseGet(fields::toString);
  }
}
