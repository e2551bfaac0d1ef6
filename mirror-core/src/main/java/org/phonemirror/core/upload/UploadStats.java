package org.phonemirror.core.upload;

import java.time.Duration;
import java.util.List;

/**
 * What the upload relay has done since it was started, and what is there now.
 *
 * @param awaited orders that wait for their file on the mirror
 * @param waiting recipients that the file is to be sent to
 * @param sending recipients that it is being sent to
 * @param files contents in the outbox
 * @param bytes of them
 * @param sent recipients that have got it
 * @param failed recipients that never will
 * @param cancelled recipients that its sender spared it
 * @param retries failures after which it is tried again
 * @param oldest how long the oldest order that is not done has waited; zero if there is none
 * @param troubles why the operator's relays, which every subscriber needs, did not take what they
 *     were given last; empty if they did
 */
public record UploadStats(
    long awaited,
    long waiting,
    long sending,
    long files,
    long bytes,
    long sent,
    long failed,
    long cancelled,
    long retries,
    Duration oldest,
    List<String> troubles) {
  public UploadStats {
    troubles = List.copyOf(troubles);
  }
}
