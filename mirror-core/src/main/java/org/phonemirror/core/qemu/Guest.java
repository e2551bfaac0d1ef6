package org.phonemirror.core.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.machine.MachineUsage;

/**
 * A QEMU process with its monitor and its agent's channel: booted from a kernel, or cloned from a
 * template with or without a mirror's saved state. Its virtual CPU is stopped except between {@link
 * #resume} and {@link #stop}.
 *
 * <p>Template and mirrors are saved and restored in one way: memory is a private mapping of the
 * template's RAM file and the pages that differ ({@link PageDelta}); the devices are what {@code
 * xen-save-devices-state} writes, loaded as an incoming migration, which takes it because there is
 * no configuration section before it ({@code xen-load-devices-state} crashes QEMU 7.2).
 *
 * <p>One thread at a time may use it; {@link #close} may come from any, and makes the user's call
 * fail.
 */
final class Guest implements AutoCloseable {
  static final String DATA = "data.img";
  static final String PID_FILE = MirrorDirectory.PID_FILE;
  private static final long STATUS_PAUSE_MILLIS = 2;

  private final QemuProcess process;
  private final QmpClient qmp;
  private final AgentChannel agent;

  private Guest(QemuProcess process, QmpClient qmp, AgentChannel agent) {
    this.process = process;
    this.qmp = qmp;
    this.agent = agent;
  }

  /** A mirror's memory, as the pages that differ from its template's, and its devices' state. */
  record SavedState(Path pages, Path deviceState) {}

  /** Boots a phone model with memory in a new file; the virtual CPU runs. */
  static Guest boot(
      QemuLauncher launcher,
      Path directory,
      PhoneModel model,
      Path ram,
      Hardware.Image system,
      Deadline deadline)
      throws IOException {
    Hardware.Image data = dataImage(directory);
    List<String> arguments =
        new ArrayList<>(Hardware.arguments("stdio", model.memoryMb(), ram, false, system, data));
    arguments.addAll(
        List.of(
            "-kernel",
            model.directory().resolve(PhoneModel.KERNEL).toAbsolutePath().toString(),
            "-initrd",
            model.directory().resolve(PhoneModel.INITRD).toAbsolutePath().toString(),
            "-append",
            model.commandLine()));
    return connect(launcher.start(directory, arguments), directory, deadline);
  }

  /**
   * Clones a template; the virtual CPU is stopped.
   *
   * @param directory holds the user storage as {@link #DATA}
   * @param saved the state to go on from; else that of the template
   */
  static Guest restore(
      QemuLauncher launcher,
      Path directory,
      Template template,
      Optional<SavedState> saved,
      Deadline deadline)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            Hardware.arguments(
                "null",
                template.memoryMb(),
                template.ram(),
                true,
                template.system(),
                dataImage(directory)));
    arguments.addAll(List.of("-S", "-incoming", "defer"));
    Guest guest = connect(launcher.start(directory, arguments), directory, deadline);
    try {
      guest.load(template, saved, deadline);
      return guest;
    } catch (IOException e) {
      throw guest.failed(e);
    }
  }

  private static Hardware.Image dataImage(Path directory) throws IOException {
    Path file = directory.resolve(DATA);
    return new Hardware.Image(file, Files.size(file));
  }

  private static Guest connect(QemuProcess process, Path directory, Deadline deadline)
      throws IOException {
    try {
      Files.writeString(directory.resolve(PID_FILE), process.pid() + "\n");
      QmpClient qmp =
          QmpClient.connect(process.socket(Hardware.QMP_SOCKET), process::isAlive, deadline);
      AgentChannel agent =
          AgentChannel.connect(process.socket(Hardware.AGENT_SOCKET), process::isAlive, deadline);
      return new Guest(process, qmp, agent);
    } catch (IOException e) {
      IOException explained = process.explain(e);
      process.kill();
      throw explained;
    }
  }

  private void load(Template template, Optional<SavedState> saved, Deadline deadline)
      throws IOException {
    String version = qemuVersion(deadline);
    if (!version.equals(template.qemuVersion())) {
      throw new IOException(
          "the template "
              + template.directory()
              + " was made by QEMU "
              + template.qemuVersion()
              + ", but this is "
              + version
              + "; build the template again: ./mirror template");
    }
    PageDelta memory = PageDelta.of(process.pid(), template.ram());
    memory.reset(template.ram());
    if (saved.isPresent()) {
      memory.load(saved.get().pages(), template);
    }
    Path devices = saved.map(SavedState::deviceState).orElse(template.deviceState());
    Map<String, String> source = Map.of("uri", "exec:cat " + shellQuoted(devices));
    qmp.execute("migrate-incoming", source, deadline);
    while (qmp.execute("query-status", Map.of(), deadline)
        .path("status")
        .asText()
        .equals("inmigrate")) {
      if (deadline.passed()) {
        throw new IOException("QEMU did not load " + devices + " in " + deadline.allowed());
      }
      pause();
    }
  }

  private static String shellQuoted(Path path) {
    return "'" + path.toAbsolutePath().toString().replace("'", "'\\''") + "'";
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(STATUS_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** QEMU's version with its package's, which a template's state depends on. */
  String qemuVersion(Deadline deadline) throws IOException {
    JsonNode version = qmp.execute("query-version", Map.of(), deadline);
    JsonNode numbers = version.path("qemu");
    return numbers.path("major").asText()
        + "."
        + numbers.path("minor").asText()
        + "."
        + numbers.path("micro").asText()
        + " "
        + version.path("package").asText();
  }

  /** For commands to the agent, while the virtual CPU runs. */
  AgentChannel agent() {
    return agent;
  }

  void resume(Deadline deadline) throws IOException {
    qmp.execute("cont", Map.of(), deadline);
  }

  void stop(Deadline deadline) throws IOException {
    qmp.execute("stop", Map.of(), deadline);
  }

  /** Writes the devices' state to a file; the virtual CPU must be stopped. */
  void saveDevices(Path file, Deadline deadline) throws IOException {
    qmp.execute(
        "xen-save-devices-state",
        Map.of("filename", file.toAbsolutePath().toString(), "live", false),
        deadline);
  }

  /** Writes a clone's memory to a file; the virtual CPU must be stopped. */
  void savePages(Template template, Path file) throws IOException {
    PageDelta.of(process.pid(), template.ram()).save(file, template);
  }

  MachineUsage usage() throws IOException {
    return new MachineUsage(
        ProcessUsage.cpuMicros(process.pid()), ProcessUsage.residentBytes(process.pid()));
  }

  /** The exception of a call that has failed, with QEMU's own end if that is why. */
  IOException explain(IOException failure) {
    return process.explain(failure);
  }

  /** Ends it, since a call has failed; the exception tells of QEMU's own end if that is why. */
  IOException failed(IOException failure) {
    IOException explained = explain(failure);
    close();
    return explained;
  }

  @Override
  public void close() {
    process.kill();
    closeQuietly(qmp);
    closeQuietly(agent);
  }

  private static void closeQuietly(java.io.Closeable channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // the process at its other end is dead; there is nothing left that could be lost
    }
  }
}
