package org.phonemirror.core.subscriber;

import java.time.Duration;

/**
 * The mirror profile of a subscriber, which the HSS holds as RepositoryData (TS 29.328 §7.6.1)
 * under the mirror service's Service-Indication.
 *
 * @param phoneModel names the factory template
 * @param syncInterval t_syn_int that the phone starts with
 */
public record MirrorProfile(String phoneModel, Duration syncInterval) {
  public MirrorProfile {
    if (!phoneModel.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      throw new IllegalArgumentException(
          "phone model '"
              + phoneModel
              + "' must have 1 to 64 letters, digits, dots, dashes or underscores");
    }
    if (syncInterval.compareTo(Duration.ofSeconds(1)) < 0
        || syncInterval.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "synchronization interval is " + syncInterval + ", must be from PT1S to PT24H");
    }
  }
}
