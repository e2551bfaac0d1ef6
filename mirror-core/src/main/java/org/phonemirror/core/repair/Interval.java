package org.phonemirror.core.repair;

import java.util.List;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.StorageDigest;

/**
 * What the phone told of its user storage at an interval's end.
 *
 * @param digest of it
 * @param answers to earlier asks
 */
public record Interval(StorageDigest digest, List<Answer> answers) {
  public Interval {
    answers = List.copyOf(answers);
  }
}
