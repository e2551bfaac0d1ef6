package org.phonemirror.sync;

import java.nio.charset.StandardCharsets;

/** The checks that every record makes of itself; what fails them never comes into being. */
final class Check {
  private Check() {}

  static void range(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + " is " + value + ", must be from " + min + " to " + max);
    }
  }

  /** A path below the top of user storage; the top itself is the empty one. */
  static void path(String path) {
    text("path", path, Limits.MAX_PATH_BYTES);
    if (!path.isEmpty()) {
      for (String name : path.split("/", -1)) {
        name(name);
      }
    }
  }

  /** A name in a directory. */
  static void name(String name) {
    text("name", name, Limits.MAX_NAME_BYTES);
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "'" + name.replaceAll("\\p{Cntrl}", "?") + "' is not a name in a directory");
    }
  }

  static void text(String what, String text, int maxBytes) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > maxBytes) {
      throw new IllegalArgumentException(what + " has " + bytes + " bytes, at most " + maxBytes);
    }
  }
}
