package org.phonemirror.sync;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Gives each name in a directory a text of its own. Names that are not UTF-8 may be the same as
 * text: all but the first then get a number, so that none of them hides another. Phone and mirror
 * find the same texts if both go by the order of the names' bytes.
 */
public final class DistinctNames {
  /** What a name that is not UTF-8 holds once it is text. */
  private static final char REPLACEMENT = '\ufffd';

  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  /** The text that the next name has. */
  public String next(String text) {
    String distinct = text;
    while (!taken.add(distinct)) {
      int number = numbers.containsKey(text) ? numbers.get(text) + 1 : 2;
      numbers.put(text, number);
      distinct = text + REPLACEMENT + number;
    }
    return distinct;
  }
}
