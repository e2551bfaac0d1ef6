package org.phonemirror.sip.config;

import java.nio.file.Path;
import org.phonemirror.core.qemu.GuestLimits;

/** Reads what the processes of mirrors may have of the server's machine. */
final class GuestsConfig {
  private static final int LEAST_MEMORY_MB = 256;
  private static final int MOST_MEMORY_MB = 65_536;
  private static final int MOST_CPU_PERCENT = 10_000;

  private GuestsConfig() {}

  static GuestLimits read(ConfigReader reader) {
    GuestLimits usual = GuestLimits.defaults();
    int most = Integer.MAX_VALUE - usual.users();
    var user = reader.optional("guests.first-user", text -> number(text, 1, most));
    var memory =
        reader.optional("guests.memory-mb", text -> number(text, LEAST_MEMORY_MB, MOST_MEMORY_MB));
    var cpu = reader.optional("guests.cpu-percent", text -> number(text, 1, MOST_CPU_PERCENT));
    var cgroup = reader.optional("guests.cgroup", GuestsConfig::absolute);
    return new GuestLimits(
        user.orElse(usual.firstUser()),
        usual.users(),
        memory.orElse(usual.memoryMb()),
        usual.processes(),
        cpu.orElse(usual.cpuPercent()),
        cgroup);
  }

  private static int number(String text, int least, int most) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, as one that is too large
    }
    throw new IllegalArgumentException("must be a number from " + least + " to " + most);
  }

  private static Path absolute(String text) {
    Path path = Path.of(text);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("must be an absolute path, as below /sys/fs/cgroup");
    }
    return path;
  }
}
