package org.phonemirror.sync;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A named value of an {@link Order} or a {@link Notice}. Names may repeat; what they mean, the
 * service defines.
 *
 * @param name of the field, for example {@code url}
 * @param value any text
 */
public record Field(String name, String value) {
  public Field {
    Check.text("field name", name, Limits.MAX_NAME_BYTES);
    Check.text("field " + name, value, Limits.MAX_PATH_BYTES);
  }

  /** The value of the first field of this name; empty if there is none. */
  static Optional<String> first(List<Field> fields, String name) {
    return fields.stream().filter(field -> field.name.equals(name)).map(Field::value).findFirst();
  }

  /** The values of all fields of this name, in their order. */
  static List<String> all(List<Field> fields, String name) {
    return fields.stream()
        .filter(field -> field.name.equals(name))
        .map(Field::value)
        .collect(Collectors.toList());
  }
}
