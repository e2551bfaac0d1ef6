package org.phonemirror.core.repair;

import java.util.List;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.StorageDigest;

/**
 * What the phone told of its user storage at an interval's end.
 *
 * @param digest of it
 * @param answers to earlier asks
 * @param endMicros the moment, in microseconds since the epoch
 * @param atRest whether nothing wrote to it any more, as after a shutdown
 */
public record Interval(StorageDigest digest, List<Answer> answers, long endMicros, boolean atRest) {
  public Interval {
    answers = List.copyOf(answers);
  }
}
