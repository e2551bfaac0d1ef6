package org.phonemirror.core.placement;

import java.time.Duration;
import java.util.Locale;

/** A mirror has used more CPU time than an interval may take. */
public final class CpuLimitException extends Exception {
  private static final long serialVersionUID = 1L;

  CpuLimitException(long usedMicros, Duration limit) {
    super(
        String.format(
            Locale.ROOT,
            "used %.1f s of CPU in one interval, more than the %.1f s that it may: raise"
                + " mirrors.cpu-seconds-per-interval, or see what runs on the phone",
            usedMicros / 1e6,
            limit.toNanos() / 1e9));
  }
}
