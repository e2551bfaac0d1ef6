package org.phonemirror.client;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What a {@link SynClient} is made with.
 *
 * @param model the phone's model, which names the mirror's factory template
 * @param userStorage top directory of what is mirrored and compared
 * @param rejectedDirectory where messages are kept that the server called malformed
 * @param interval t_syn_int until the first settings come
 * @param grace how long after an interval's end its events may still arrive
 * @param retry when to try again after the server was not reached
 */
public record SynClientConfig(
    String model,
    Path userStorage,
    Path rejectedDirectory,
    Duration interval,
    Duration grace,
    RetryPolicy retry) {
  /** With an interval of 30 s and waits that suit mobile networks. */
  public static SynClientConfig of(String model, Path userStorage, Path rejectedDirectory) {
    return new SynClientConfig(
        model,
        userStorage,
        rejectedDirectory,
        Duration.ofSeconds(30),
        Duration.ofMillis(300),
        RetryPolicy.DEFAULT);
  }
}
