package org.phonemirror.core.qemu;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a guest's process may have of its host.
 *
 * @param firstUser the first of the user and group ids that guests run as, one for each process at
 *     a time, where the server may change users; nothing else may use them
 * @param users how many there are; so many processes at most
 * @param memoryMb private memory of a process, in MiB
 * @param processes threads of a process, where there is a control group
 * @param cpuPercent of one CPU, at most, where there is a control group
 * @param cgroup a directory of cgroup v2 that is ours, with the controllers cpu, memory and pids:
 *     each process gets a group of its own in it
 */
public record GuestLimits(
    int firstUser, int users, int memoryMb, int processes, int cpuPercent, Optional<Path> cgroup) {
  /** Above what systemd gives to containers (Users, Groups, UIDs and GIDs on systemd systems). */
  private static final int FIRST_USER = 1_900_000_000;

  private static final int USERS = 65_536;
  private static final int MEMORY_MB = 512;
  private static final int PROCESSES = 64;
  private static final int CPU_PERCENT = 100;

  /** QEMU itself takes some 100 MiB of private memory, most of it for translated code. */
  private static final int LEAST_MEMORY_MB = 256;

  public GuestLimits {
    if (firstUser < 1 || users < 1 || firstUser > Integer.MAX_VALUE - users) {
      throw new IllegalArgumentException("users from " + firstUser + " on, " + users);
    }
    if (memoryMb < LEAST_MEMORY_MB || processes < 1 || cpuPercent < 1) {
      throw new IllegalArgumentException(
          "at least " + LEAST_MEMORY_MB + " MiB of memory, 1 process, 1 % of a CPU");
    }
  }

  /** The values to use where there is no reason for others; no control groups. */
  public static GuestLimits defaults() {
    return new GuestLimits(FIRST_USER, USERS, MEMORY_MB, PROCESSES, CPU_PERCENT, Optional.empty());
  }

  /** The same in control groups below a directory. */
  public GuestLimits in(Path controlGroup) {
    return new GuestLimits(
        firstUser, users, memoryMb, processes, cpuPercent, Optional.of(controlGroup));
  }
}
