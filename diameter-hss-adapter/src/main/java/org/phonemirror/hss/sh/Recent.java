package org.phonemirror.hss.sh;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was read from the texts that came lately. Most subscribers' documents are alike to the
 * letter, and to parse and validate one takes ten times as long as the whole exchange with the HSS.
 */
final class Recent<T> {
  private static final int MAX_TEXTS = 256;

  /** Longer ones are not kept, so that all together stay small. */
  private static final int MAX_LENGTH = 4096;

  private final Map<String, T> byText =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
          return size() > MAX_TEXTS;
        }
      };

  synchronized Optional<T> find(String text) {
    return Optional.ofNullable(byText.get(text));
  }

  synchronized void keep(String text, T value) {
    if (text.length() <= MAX_LENGTH) {
      byText.put(text, value);
    }
  }
}
