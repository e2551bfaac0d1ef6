package org.phonemirror.core.qemu;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
final class Guest implements RunningGuest {
  static final String DATA = "data.img";
  static final String PID_FILE = MirrorDirectory.PID_FILE;

  /** QEMU writes it here, in its working directory. */
  static final String DEVICES = "devices";

  private final QemuProcess process;
  private final QmpClient qmp;
  private final AgentChannel agent;

  /** The file that its memory is in, or is a private mapping of. */
  private final Path memory;

  private Guest(QemuProcess process, QmpClient qmp, AgentChannel agent, Path memory) {
    this.process = process;
    this.qmp = qmp;
    this.agent = agent;
    this.memory = memory;
  }

  /** A mirror's memory, as the pages that differ from its template's, and its devices' state. */
  record SavedState(Path pages, Path deviceState) {}

  /**
   * Boots a phone model; the virtual CPU runs.
   *
   * @param directory holds the user storage as {@link #DATA}, and gets the memory as {@link
   *     Template#RAM}
   */
  static Guest boot(
      QemuLauncher launcher,
      Path directory,
      PhoneModel model,
      Hardware.Image system,
      Deadline deadline)
      throws IOException {
    Path ram = directory.resolve(Template.RAM);
    try (RandomAccessFile file = new RandomAccessFile(ram.toFile(), "rw")) {
      file.setLength((long) model.memoryMb() << 20);
    }
    List<Path> inputs =
        List.of(
            system.file(),
            model.directory().resolve(PhoneModel.KERNEL),
            model.directory().resolve(PhoneModel.INITRD));
    List<String> arguments =
        Hardware.arguments(
            "stdio",
            model.memoryMb(),
            Path.of(Template.RAM),
            false,
            new Hardware.Image(Launch.input(0), system.bytes()),
            dataImage(directory));
    arguments.addAll(
        List.of(
            "-kernel",
            Launch.input(1).toString(),
            "-initrd",
            Launch.input(2).toString(),
            "-append",
            model.commandLine()));
    Launch launch = new Launch(inputs, List.of(DATA, Template.RAM), arguments);
    Guest guest = connect(launcher.start(directory, launch), directory, ram, deadline);
    try {
      guest.process.directory().close();
      return guest;
    } catch (IOException e) {
      throw guest.failed(e);
    }
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
    Path memory = launcher.memory(template);
    Hardware.Image system = template.system();
    List<String> arguments =
        Hardware.arguments(
            "null",
            template.memoryMb(),
            Launch.input(0),
            true,
            new Hardware.Image(Launch.input(1), system.bytes()),
            dataImage(directory));
    arguments.addAll(List.of("-S", "-incoming", "defer"));
    Launch launch = new Launch(List.of(memory, system.file()), List.of(DATA), arguments);
    Guest guest = connect(launcher.start(directory, launch), directory, memory, deadline);
    try {
      guest.load(template, saved, deadline);
      guest.process.directory().close();
      return guest;
    } catch (IOException e) {
      throw guest.failed(e);
    }
  }

  /** By its name in QEMU's working directory. */
  private static Hardware.Image dataImage(Path directory) throws IOException {
    return new Hardware.Image(Path.of(DATA), Files.size(directory.resolve(DATA)));
  }

  private static Guest connect(QemuProcess process, Path directory, Path memory, Deadline deadline)
      throws IOException {
    try {
      Files.writeString(directory.resolve(PID_FILE), process.pid() + "\n");
      QmpClient qmp =
          QmpClient.connect(process.socket(Hardware.QMP_SOCKET), process::isAlive, deadline);
      AgentChannel agent =
          AgentChannel.connect(process.socket(Hardware.AGENT_SOCKET), process::isAlive, deadline);
      return new Guest(process, qmp, agent, memory);
    } catch (IOException e) {
      IOException explained = process.explain(e);
      process.kill();
      throw explained;
    }
  }

  private void load(Template template, Optional<SavedState> saved, Deadline deadline)
      throws IOException {
    String version = qmp.qemuVersion(deadline);
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
    PageDelta delta = PageDelta.of(process.pid(), memory);
    delta.reset(memory);
    if (saved.isPresent()) {
      delta.load(saved.get().pages(), template);
    }
    Path devices = saved.map(SavedState::deviceState).orElse(template.deviceState());
    new StateStream(process, qmp).load(devices, deadline);
  }

  /** QEMU's version with its package's, which a template's state depends on. */
  String qemuVersion(Deadline deadline) throws IOException {
    return qmp.qemuVersion(deadline);
  }

  /** For commands to the agent, while the virtual CPU runs. */
  AgentChannel agent() {
    return agent;
  }

  /** Lets it run on the CPU of the calling thread. */
  void takeOver(QemuLauncher launcher) throws IOException {
    launcher.takeOver(process);
  }

  void resume(Deadline deadline) throws IOException {
    qmp.execute("cont", Map.of(), deadline);
  }

  void stop(Deadline deadline) throws IOException {
    qmp.execute("stop", Map.of(), deadline);
  }

  /**
   * Writes the devices' state to the file {@link #DEVICES} in its directory; the virtual CPU must
   * be stopped.
   */
  Path saveDevices(Deadline deadline) throws IOException {
    Path file = process.directory().lend(DEVICES);
    try {
      qmp.execute("xen-save-devices-state", Map.of("filename", DEVICES, "live", false), deadline);
    } catch (QmpException e) {
      // QEMU 7.2 keeps a file open that it could not write, and so its blocks
      Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
          .close();
      throw e;
    }
    process.directory().takeBack(file);
    return file;
  }

  /** Writes a clone's memory to a file; the virtual CPU must be stopped. */
  void savePages(Template template, Path file) throws IOException {
    PageDelta.of(process.pid(), memory).save(file, template);
  }

  @Override
  public MachineUsage usage() throws IOException {
    return process.usage();
  }

  @Override
  public IOException explain(IOException failure) {
    return process.explain(failure);
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
