package org.phonemirror.sip.config;

import java.time.Duration;
import org.phonemirror.core.placement.PlacementSettings;

/** What mirrors may take of the server, as its configuration has it. */
final class PlacementConfig {
  private static final int MB = 20;

  private PlacementConfig() {}

  /** Of what is not configured, the usual. */
  static PlacementSettings read(ConfigReader reader) {
    PlacementSettings usual = PlacementSettings.defaults();
    return new PlacementSettings(
        reader.optional("mirrors.parallelism", PlacementConfig::count).orElse(usual.parallelism()),
        reader
            .optional("mirrors.memory-mb", PlacementConfig::megabytes)
            .orElse(usual.memoryBytes()),
        usual.cpus(),
        reader.optional("mirrors.cpu-share", PlacementConfig::share).orElse(usual.cpuShare()),
        usual.expectedCpu(),
        reader
            .optional("mirrors.cpu-seconds-per-interval", PlacementConfig::seconds)
            .orElse(usual.cpuPerInterval()),
        reader
            .optional("mirrors.lateness-seconds", PlacementConfig::seconds)
            .orElse(usual.maxLateness()),
        reader
            .optional("mirrors.free-disk-mb", PlacementConfig::megabytes)
            .orElse(usual.minFreeBytes()));
  }

  private static int count(String text) {
    return Integer.parseInt(MirrorConfig.matching(text, "[1-9][0-9]{0,3}", "from 1 to 9999"));
  }

  private static long megabytes(String text) {
    return Long.parseLong(MirrorConfig.matching(text, "[0-9]{1,9}", "a number of megabytes")) << MB;
  }

  private static double share(String text) {
    String number = MirrorConfig.matching(text, "[0-9]{1,2}(\\.[0-9]{1,6})?", "a number, as 0.8");
    double share = Double.parseDouble(number);
    if (share <= 0) {
      throw new IllegalArgumentException("must be more than 0");
    }
    return share;
  }

  private static Duration seconds(String text) {
    return Duration.ofSeconds(
        Long.parseLong(
            MirrorConfig.matching(text, "[1-9][0-9]{0,8}", "a number of seconds, 1 or more")));
  }
}
