package org.phonemirror.testnet.bench.paper;

import java.util.List;
import java.util.Map;

/**
 * A part of the document.
 *
 * @param text Markdown
 * @param summary rows of the summary: what, the paper, here
 * @param figures for the JSON file
 */
record Section(String text, List<List<String>> summary, Map<String, Object> figures) {
  Section {
    summary = List.copyOf(summary);
  }

  /** In the place of one that could not be measured. */
  static Section absent(String title, String why) {
    return new Section("## " + title + "\n\nLeft out: " + why + "\n", List.of(), Map.of());
  }
}
