package org.phonemirror.core.qemu;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/** A model's properties with their defaults. Errors are {@link IllegalArgumentException}s. */
public record ModelValues(Properties values) {
  /** A value without blanks around it. */
  public Optional<String> optional(String name) {
    return Optional.ofNullable(values.getProperty(name)).map(String::strip);
  }

  /** A value, or its default. */
  public String or(String name, String otherwise) {
    return optional(name).orElse(otherwise);
  }

  /** A value's words. */
  public List<String> words(String name, String otherwise) {
    String text = or(name, otherwise);
    return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
  }

  /** A number within bounds. */
  public int number(String name, int otherwise, int least, int most) {
    String text = or(name, "" + otherwise);
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, with what is allowed
    }
    throw new IllegalArgumentException(
        "'" + name + "' must be a number from " + least + " to " + most + ", not '" + text + "'");
  }

  /** One of several words, in any case. */
  public <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
    String text = or(name, otherwise.name());
    for (E each : type.getEnumConstants()) {
      if (each.name().equalsIgnoreCase(text)) {
        return each;
      }
    }
    List<String> known =
        Arrays.stream(type.getEnumConstants())
            .map(each -> each.name().toLowerCase(Locale.ROOT))
            .toList();
    throw new IllegalArgumentException(
        "'" + name + "' must be one of " + known + ", not '" + text + "'");
  }

  /** An IPv4 address; a name is not looked up. */
  public static Inet4Address ipv4(String name, String text) {
    if (text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
      try {
        return (Inet4Address) InetAddress.getByName(text);
      } catch (UnknownHostException e) {
        // told below
      }
    }
    throw new IllegalArgumentException("'" + name + "' has no IPv4 address, but '" + text + "'");
  }
}
