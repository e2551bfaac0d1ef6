package org.phonemirror.core.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.DiskUse;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.qemu.CheckedTemplates;
import org.phonemirror.core.qemu.GuestMachine;
import org.phonemirror.core.qemu.MirrorDirectory;
import org.phonemirror.core.qemu.MirrorStore;
import org.phonemirror.core.qemu.SavedCheckpoint;
import org.phonemirror.core.qemu.TemplateDirectory;
import org.phonemirror.sync.StorageScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mirrors in Android Emulators on this host, in real time. The emulator and adb are those of the
 * Android SDK that the phone model's template names. State lies beside that of other drivers: a
 * mirror's checkpoints tell its phone model, and that its driver.
 *
 * <p>Closing the driver ends all its machines, and the adb servers that it needed; machines end
 * with this process, too, even by a kill.
 */
public final class EmulatorDriver implements MachineDriver, AutoCloseable {
  /** Its name in a phone model's properties. */
  public static final String NAME = EmulatorModel.DRIVER;

  private static final Logger LOG = LoggerFactory.getLogger(EmulatorDriver.class);

  private final CheckedTemplates<EmulatorModel> models;
  private final MirrorStore mirrors;
  private final Emulator.Host host;
  private final Set<Machine> machines = ConcurrentHashMap.newKeySet();
  private final Set<Path> adbs = ConcurrentHashMap.newKeySet();

  /**
   * Works beside other drivers, which have the same state.
   *
   * @param templates holds a directory for each phone model
   * @param state gets a directory for adb's key
   */
  public EmulatorDriver(
      Path templates, MirrorStore mirrors, Path state, EmulatorSettings settings) {
    this.models =
        new CheckedTemplates<>(
            new TemplateDirectory(templates.toAbsolutePath()),
            EmulatorDriver::load,
            (directory, model) -> EmulatorModel.stamp(directory));
    this.mirrors = mirrors;
    this.host =
        new Emulator.Host(
            settings,
            new EmulatorLauncher(),
            new Ports(settings.address()),
            state.toAbsolutePath().resolve("adb"));
  }

  private static EmulatorModel load(Path directory, String phoneModel) throws IOException {
    EmulatorModel model = EmulatorModel.load(directory);
    if (!model.name().equals(phoneModel)) {
      throw new IOException(directory + " is of the phone model '" + model.name() + "'");
    }
    return model;
  }

  @Override
  public void checkTemplate(String phoneModel) throws MachineException {
    try {
      models.of(phoneModel);
    } catch (IOException e) {
      throw MirrorStore.failed("check the template of", phoneModel, e);
    }
  }

  @Override
  public StorageScope storageScope(String phoneModel) throws MachineException {
    try {
      return models.of(phoneModel).storage().scope();
    } catch (IOException e) {
      throw MirrorStore.failed("tell the storage of", phoneModel, e);
    }
  }

  @Override
  public Optional<Checkpoint> latest(String mirror) throws MachineException {
    return mirrors.latest(mirror);
  }

  /** Checkpoint 0 has no files of its own: it is what the template is. */
  @Override
  public Checkpoint create(String mirror, String phoneModel) throws MachineException {
    try {
      EmulatorModel model = models.of(phoneModel);
      return mirrors.create(
          mirror,
          phoneModel,
          (made, checkpoint) ->
              SavedCheckpoint.describe(made, checkpoint, model.id(), List.of(), new Properties()));
    } catch (IOException e) {
      throw MirrorStore.failed("create", mirror, e);
    }
  }

  @Override
  public Machine start(Checkpoint checkpoint, long epoch) throws MachineException {
    try {
      EmulatorModel model = models.of(checkpoint.phoneModel());
      Files.createDirectories(host.adbHome());
      adbs.add(model.adb());
      Machine machine =
          mirrors.start(
              checkpoint, epoch, (directory, from) -> open(directory, from, epoch, model));
      machines.add(machine);
      return machine;
    } catch (IOException e) {
      throw MirrorStore.failed("start", checkpoint.mirror(), e);
    }
  }

  private EmulatorMachine open(
      MirrorDirectory directory, SavedCheckpoint from, long epoch, EmulatorModel model)
      throws IOException {
    if (!fits(from, model)) {
      throw new IOException(
          "it was saved with version "
              + from.template()
              + " of the phone model '"
              + model.name()
              + "', but that has been replaced by "
              + model.id()
              + "; put the old one back, or remove the mirror");
    }
    return new EmulatorMachine(
        new GuestMachine.Place(directory, from.checkpoint(), epoch, machines::remove),
        host,
        model,
        from);
  }

  /** Disk images go on from those of the SDK; and a snapshot from all that the model says. */
  private static boolean fits(SavedCheckpoint checkpoint, EmulatorModel model) {
    return checkpoint.template().equals(model.id());
  }

  @Override
  public Map<String, DiskUse> diskUse(Collection<String> names) throws MachineException {
    return mirrors.diskUse(names);
  }

  @Override
  public long release(String mirror, long position) throws MachineException {
    return mirrors.release(mirror, position);
  }

  @Override
  public Optional<Checkpoint> rewind(String mirror, String phoneModel, long from)
      throws MachineException {
    try {
      EmulatorModel model = models.of(phoneModel);
      return mirrors.rewind(mirror, from, saved -> fits(saved, model));
    } catch (IOException e) {
      throw MirrorStore.failed("rewind", mirror, e);
    }
  }

  @Override
  public void remove(String mirror) throws MachineException {
    mirrors.remove(mirror);
  }

  /** Ends all machines without saving. */
  @Override
  public void close() {
    List.copyOf(machines).forEach(Machine::close);
    host.launcher().close();
    for (Path adb : adbs) {
      try {
        EmulatorSettings settings = host.settings();
        int port = settings.adbServerPort();
        new Adb(adb.toString(), host.adbHome(), port, "", settings.commandTime()).endServer();
      } catch (IOException e) {
        LOG.warn("an adb server stays: {}", e.getMessage());
      }
    }
  }
}
