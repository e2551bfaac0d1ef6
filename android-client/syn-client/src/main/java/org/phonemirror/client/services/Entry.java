package org.phonemirror.client.services;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.sync.Field;

/**
 * What is kept of an order, a notice or a file to fetch.
 *
 * @param key its own, or the id of the order that it is or will become
 * @param micros when it came, in microseconds since the epoch
 * @param state what has become of it, a word
 * @param name service, topic, or name of the file
 * @param fields the rest
 */
record Entry(long key, long micros, String state, String name, List<Field> fields) {
  Entry {
    fields = List.copyOf(fields);
  }

  Entry in(String newState) {
    return new Entry(key, micros, newState, name, fields);
  }

  /** The same with this value in place of those that the field had. */
  Entry with(String field, String value) {
    List<Field> changed = new ArrayList<>();
    for (Field old : fields) {
      if (!old.name().equals(field)) {
        changed.add(old);
      }
    }
    changed.add(new Field(field, value));
    return new Entry(key, micros, state, name, changed);
  }

  Optional<String> first(String field) {
    return fields.stream().filter(f -> f.name().equals(field)).map(Field::value).findFirst();
  }
}
