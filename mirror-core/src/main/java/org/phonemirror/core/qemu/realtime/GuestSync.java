package org.phonemirror.core.qemu.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.phonemirror.core.qemu.Deadline;
import org.phonemirror.core.qemu.ProcessUsage;
import org.phonemirror.core.qemu.QemuProcess;
import org.phonemirror.core.qemu.QmpClient;

/**
 * Makes a guest without an agent write to its disk what it has in memory only: Alt-SysRq-S on its
 * keyboard (Documentation/admin-guide/sysrq.rst), by which its kernel writes all of its file
 * systems out. A guest whose kernel does not take it is none the worse, and writes when it would
 * have.
 *
 * <p>Nobody tells when it is done. It is taken to be when nothing was written for a while in which
 * QEMU was not kept waiting for a CPU: of a busy host a quiet time alone would tell nothing. A
 * guest that never rests is waited for until it has had some seconds of CPU: how long that takes on
 * the wall is a matter of the host's load.
 */
final class GuestSync {
  /** So many looks, 5 ms apart, in which nothing happened. */
  private static final int QUIET_LOOKS = 20;

  private static final long LOOK_MILLIS = 5;
  private static final Patience SETTLE = new Patience(3_000_000, Duration.ofSeconds(15));
  private static final Patience WRITE = new Patience(10_000_000, Duration.ofSeconds(50));

  private final QemuProcess process;
  private final QmpClient qmp;
  private final Pause pause;

  /** How much CPU a guest may have, and how long it may take for that on a busy host. */
  private record Patience(long cpuMicros, Duration time) {}

  /** Lets time pass; fails if the guest is closed meanwhile. */
  interface Pause {
    void millis(long millis) throws IOException;
  }

  GuestSync(QemuProcess process, QmpClient qmp, Pause pause) {
    this.process = process;
    this.qmp = qmp;
    this.pause = pause;
  }

  /** Returns when the guest has written, or after some seconds. */
  void run(Deadline deadline) throws IOException {
    // what it has been given just now it is to write first
    awaitQuiet(SETTLE, deadline);
    press("alt", true);
    press("sysrq", true);
    press("s", true);
    press("s", false);
    press("sysrq", false);
    press("alt", false);
    awaitQuiet(WRITE, deadline);
  }

  private void awaitQuiet(Patience patience, Deadline deadline) throws IOException {
    String before = written();
    Deadline limit = Deadline.in(patience.time);
    long cpuLimit = cpuMicros() + patience.cpuMicros;
    for (int quiet = 0; quiet < QUIET_LOOKS && !limit.passed() && !deadline.passed(); ) {
      if (cpuMicros() >= cpuLimit) {
        return;
      }
      pause.millis(LOOK_MILLIS);
      boolean idle = isIdle();
      String now = written();
      if (!now.equals(before)) {
        quiet = 0;
      } else if (idle) {
        quiet++;
      }
      before = now;
    }
  }

  private long cpuMicros() throws IOException {
    return ProcessUsage.cpuMicros(process.pid());
  }

  private void press(String key, boolean down) throws IOException {
    qmp.execute("input-send-event", Map.of("events", List.of(QmpInput.key(key, down))));
    pause.millis(2);
  }

  /** What was written to the disk, as far as QEMU counts. */
  private String written() throws IOException {
    StringBuilder text = new StringBuilder();
    for (JsonNode device : qmp.execute("query-blockstats", Map.of("query-nodes", false))) {
      JsonNode stats = device.path("stats");
      text.append(stats.path("wr_operations")).append(' ').append(stats.path("flush_operations"));
      text.append(' ').append(stats.path("wr_bytes")).append('\n');
    }
    return text.toString();
  }

  /** Whether all of QEMU's threads wait for something to happen (proc(5), /proc/PID/task). */
  private boolean isIdle() throws IOException {
    Path tasks = Path.of("/proc/" + process.pid() + "/task");
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.charAt(stat.lastIndexOf(')') + 2) != 'S') {
          return false;
        }
      }
      return true;
    } catch (NoSuchFileException e) {
      return false; // one of its threads has just ended
    }
  }
}
