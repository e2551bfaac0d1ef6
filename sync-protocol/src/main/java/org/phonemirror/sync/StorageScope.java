package org.phonemirror.sync;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which paths count as user storage; the rest is neither compared nor repaired.
 *
 * <p>A pattern is a path relative to the top, in whose names {@code *} stands for any characters;
 * it means what it matches and all that is below. A pattern that begins with {@code **}{@code /}
 * matches at any depth.
 *
 * @param include what counts; all, if there is no pattern
 * @param exclude what does not count even so
 */
public record StorageScope(List<String> include, List<String> exclude) {
  /** All of it. */
  public static final StorageScope ALL = new StorageScope(List.of(), List.of());

  private static final String ANY_DEPTH = "**/";
  private static final int MAX_PATTERN_BYTES = 256;

  public StorageScope {
    Check.range(
        "number of storage patterns",
        (long) include.size() + exclude.size(),
        0,
        Limits.MAX_PATTERNS);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    check(include, false);
    check(exclude, true);
  }

  private static void check(List<String> patterns, boolean mayBeAnywhere) {
    for (String pattern : patterns) {
      Check.text("storage pattern", pattern, MAX_PATTERN_BYTES);
      boolean anywhere = pattern.startsWith(ANY_DEPTH);
      String path = anywhere ? pattern.substring(ANY_DEPTH.length()) : pattern;
      boolean wrong = path.isEmpty() || pattern.indexOf(':') >= 0 || (anywhere && !mayBeAnywhere);
      if (!wrong) {
        try {
          Check.path(path);
        } catch (IllegalArgumentException e) {
          wrong = true;
        }
      }
      if (wrong || path.contains("**")) {
        throw new IllegalArgumentException(
            "storage pattern '"
                + pattern
                + "' must be a relative path, such as home/.cache or **/*.tmp, without ':'"
                + (mayBeAnywhere ? "" : "; an inclusion must begin at the top"));
      }
    }
  }

  /** Reads patterns that {@link #format} wrote. */
  public static StorageScope parse(String include, String exclude) {
    return new StorageScope(patterns(include), patterns(exclude));
  }

  private static List<String> patterns(String text) {
    List<String> patterns = new ArrayList<>();
    for (String pattern : text.split(":", -1)) {
      if (!pattern.trim().isEmpty()) {
        patterns.add(pattern.trim());
      }
    }
    return patterns;
  }

  /** Patterns in one line, with colons between them. */
  public static String format(List<String> patterns) {
    return String.join(":", patterns);
  }

  /** Whether a path counts, or leads to one that does. */
  public boolean covers(String path) {
    if (path.isEmpty()) {
      return true;
    }
    String[] names = path.split("/", -1);
    for (String pattern : exclude) {
      if (excludes(pattern, names)) {
        return false;
      }
    }
    if (include.isEmpty()) {
      return true;
    }
    for (String pattern : include) {
      String[] wanted = pattern.split("/", -1);
      if (matches(wanted, names, 0, Math.min(wanted.length, names.length))) {
        return true;
      }
    }
    return false;
  }

  private static boolean excludes(String pattern, String[] names) {
    boolean anywhere = pattern.startsWith(ANY_DEPTH);
    String[] wanted = (anywhere ? pattern.substring(ANY_DEPTH.length()) : pattern).split("/", -1);
    int last = anywhere ? names.length - wanted.length : Math.min(0, names.length - wanted.length);
    for (int from = 0; from <= last; from++) {
      if (matches(wanted, names, from, wanted.length)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String[] wanted, String[] names, int from, int count) {
    for (int i = 0; i < count; i++) {
      if (!matches(wanted[i], names[from + i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(String pattern, String name) {
    String[] fixed = pattern.split("\\*", -1);
    if (fixed.length == 1) {
      return pattern.equals(name);
    }
    String first = fixed[0];
    String last = fixed[fixed.length - 1];
    if (!name.startsWith(first)
        || !name.endsWith(last)
        || name.length() < first.length() + last.length()) {
      return false;
    }
    int at = first.length();
    int end = name.length() - last.length();
    for (String piece : Arrays.asList(fixed).subList(1, fixed.length - 1)) {
      int found = name.indexOf(piece, at);
      if (found < 0 || found + piece.length() > end) {
        return false;
      }
      at = found + piece.length();
    }
    return true;
  }
}
