package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control group for each guest's process (Documentation/admin-guide/cgroup-v2.rst), below one
 * that is the server's, for example by {@code Delegate=} of systemd.
 */
final class ControlGroups {
  static final String PROCESSES = "cgroup.procs";
  private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);
  private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");
  private static final String SERVER = "server";
  private static final String GUEST = "guest-";
  private static final int CPU_PERIOD_MICROS = 100_000;
  private static final int REMOVAL_ATTEMPTS = 100;
  private static final long REMOVAL_PAUSE_MILLIS = 10;

  private final Path top;
  private final GuestLimits limits;
  private final AtomicLong made = new AtomicLong();

  /**
   * Works below a group; removes what a server that was killed has left there.
   *
   * @throws IOException if it is no group with the controllers that are needed
   */
  ControlGroups(Path top, GuestLimits limits) throws IOException {
    this.top = top;
    this.limits = limits;
    Path file = top.resolve("cgroup.controllers");
    List<String> controllers;
    try {
      controllers = List.of(Files.readString(file).strip().split(" ", -1));
    } catch (NoSuchFileException e) {
      throw new IOException(top + " is no directory of cgroup v2", e);
    }
    if (!controllers.containsAll(CONTROLLERS)) {
      throw new IOException(file + " must have " + CONTROLLERS + ", has " + controllers);
    }
    removeLeftOvers();
    moveServerDown();
    write(top.resolve("cgroup.subtree_control"), "+cpu +memory +pids");
  }

  private void removeLeftOvers() throws IOException {
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(top, GUEST + "*")) {
      for (Path group : groups) {
        try {
          Files.deleteIfExists(group);
        } catch (IOException e) {
          // another server's, with a process in it
          LOG.debug("{} is in use", group, e);
        }
      }
    }
  }

  /** A group that has processes can't have groups with controllers. */
  private void moveServerDown() throws IOException {
    List<String> processes = Files.readAllLines(top.resolve(PROCESSES));
    if (!processes.isEmpty()) {
      Path server = top.resolve(SERVER);
      if (!Files.isDirectory(server)) {
        Files.createDirectory(server);
      }
      for (String process : processes) {
        write(server.resolve(PROCESSES), process);
      }
    }
  }

  /** Makes a group for a process, with its limits. */
  Path make(Launch.Size size) throws IOException {
    Path group =
        Files.createDirectory(
            top.resolve(GUEST + ProcessHandle.current().pid() + "-" + made.incrementAndGet()));
    try {
      long memoryMb = limits.memoryMb() + (long) size.memoryMb();
      write(group.resolve("memory.max"), Long.toString(memoryMb << 20));
      write(group.resolve("pids.max"), Integer.toString(limits.processes() + size.cpus() - 1));
      write(
          group.resolve("cpu.max"),
          (long) CPU_PERIOD_MICROS * limits.cpuPercent() * size.cpus() / 100
              + " "
              + CPU_PERIOD_MICROS);
      return group;
    } catch (IOException e) {
      remove(group);
      throw e;
    }
  }

  /** Removes a group whose process has ended; the kernel may take a moment to see that. */
  void remove(Path group) {
    try {
      for (int attempt = 1; Files.isDirectory(group); attempt++) {
        try {
          Files.deleteIfExists(group);
        } catch (IOException e) {
          if (attempt == REMOVAL_ATTEMPTS) {
            throw e;
          }
          Thread.sleep(REMOVAL_PAUSE_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("can't remove the control group {}; the next start will", group, e);
    }
  }

  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value);
  }
}
