package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuLauncherTest {
  @TempDir private Path directory;

  @Test
  void processesEndWithTheirLauncher() throws Exception {
    QemuProcess process;
    try (QemuLauncher launcher = launcher("sleep")) {
      process = launcher.start(directory, launch("1000"));
      awaitCommand(process.pid(), "sleep");
      assertThat(process.isAlive()).isTrue();
    }
    awaitEnd(process);
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void aMissingBinaryIsNamed() throws Exception {
    try (QemuLauncher launcher = launcher("no-such-qemu")) {
      QemuProcess process = launcher.start(directory, launch());
      awaitEnd(process);
      assertThat(process.explain(new IOException("no answer")))
          .hasMessageContaining("no-such-qemu")
          .hasMessageContaining("exit code");
    }
  }

  @Test
  void aClosedLauncherStartsNothing() throws Exception {
    QemuLauncher launcher = launcher("sleep");
    launcher.close();
    assertThatThrownBy(() -> launcher.start(directory, launch("1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void cpuListsAreRead() {
    assertThat(CpuOfThread.parse("0-3,8,10-11")).containsExactly(0, 1, 2, 3, 8, 10, 11);
    assertThat(CpuOfThread.parse("5")).containsExactly(5);
  }

  @Test
  void aProcessGoesToTheCpuOfTheThreadThatWorksWithIt() throws Exception {
    List<Integer> allowed = CpuOfThread.parse(allowedCpus(ProcessHandle.current().pid()));
    assumeTrue(allowed.size() > 1, "one CPU");
    ExecutorService one = Executors.newSingleThreadExecutor();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (QemuLauncher launcher = launcher("sleep")) {
      QemuProcess process = one.submit(() -> launcher.start(directory, launch("1000"))).get();
      awaitCommand(process.pid(), "sleep");
      String first = allowedCpus(process.pid());
      assertThat(first).isEqualTo(Integer.toString(process.cpu()));
      other.submit(() -> takeOver(launcher, process)).get();
      assertThat(allowedCpus(process.pid()))
          .isNotEqualTo(first)
          .isEqualTo(Integer.toString(process.cpu()));
      one.submit(() -> takeOver(launcher, process)).get();
      assertThat(allowedCpus(process.pid())).isEqualTo(first);
    } finally {
      one.shutdown();
      other.shutdown();
    }
  }

  private static Void takeOver(QemuLauncher launcher, QemuProcess process) throws IOException {
    launcher.takeOver(process);
    return null;
  }

  private static String allowedCpus(long pid) throws IOException {
    return Confinement.field(
        Files.readAllLines(Path.of("/proc/" + pid + "/status")), "Cpus_allowed_list:");
  }

  private static void awaitEnd(QemuProcess process) throws InterruptedException {
    Deadline deadline = Deadline.in(Duration.ofSeconds(30));
    while (process.isAlive() && !deadline.passed()) {
      Thread.sleep(5);
    }
  }

  private static QemuLauncher launcher(String binary) throws IOException {
    QemuSettings settings = QemuSettings.defaults();
    return new QemuLauncher(
        new QemuSettings(
            binary,
            settings.commandTime(),
            settings.replayTime(),
            settings.replayFactor(),
            settings.bootTime()));
  }

  private static Launch launch(String... arguments) {
    return new Launch(List.of(), List.of(), List.of(arguments));
  }

  /** Waits until the process, which first runs setpriv and taskset, runs a command. */
  private static void awaitCommand(long pid, String command) throws Exception {
    Path name = Path.of("/proc/" + pid + "/comm");
    Deadline deadline = Deadline.in(Duration.ofSeconds(10));
    while (!Files.readString(name).strip().equals(command) && !deadline.passed()) {
      Thread.sleep(2);
    }
  }
}
