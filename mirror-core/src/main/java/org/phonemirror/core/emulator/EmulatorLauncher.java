package org.phonemirror.core.emulator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.phonemirror.core.qemu.MirrorDirectory;
import org.phonemirror.core.store.StateFiles;

/**
 * Starts emulators that end with this process, even by a kill: the kernel kills each when the
 * thread that started it ends (prctl(2), PR_SET_PDEATHSIG), which is one of this launcher's own.
 */
final class EmulatorLauncher implements AutoCloseable {
  private final ExecutorService starter =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "emulator-starter");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Starts one in a directory, which gets its log and its process id.
   *
   * @throws IOException if it can't be started; it may still end right after
   */
  EmulatorProcess start(Path directory, List<String> command, Map<String, String> environment)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "--"));
    all.addAll(command);
    Path log = directory.resolve(EmulatorProcess.LOG);
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    EmulatorProcess process = new EmulatorProcess(onStarter(builder), log);
    try {
      // whoever finds the directory after a crash ends what works on it
      StateFiles.replace(directory.resolve(MirrorDirectory.PID_FILE), process.pid() + "\n");
      return process;
    } catch (IOException e) {
      process.kill();
      throw e;
    }
  }

  private Process onStarter(ProcessBuilder builder) throws IOException {
    try {
      return starter.submit(() -> builder.start()).get();
    } catch (ExecutionException e) {
      throw new IOException("can't start the emulator: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while starting the emulator", e);
    } catch (RejectedExecutionException e) {
      throw new IOException("can't start the emulator: the driver is closed", e);
    }
  }

  /** Ends the starting thread, and with it all emulators that still run. */
  @Override
  public void close() {
    starter.shutdownNow();
  }
}
