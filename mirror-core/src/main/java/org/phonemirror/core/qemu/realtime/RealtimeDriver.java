package org.phonemirror.core.qemu.realtime;

import java.io.IOException;
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
import org.phonemirror.core.qemu.QemuLauncher;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.qemu.SavedCheckpoint;
import org.phonemirror.core.qemu.TemplateDirectory;
import org.phonemirror.core.storage.QcowDisk;
import org.phonemirror.core.store.StateFiles;
import org.phonemirror.sync.StorageScope;

/**
 * Mirrors of phone models without an agent, in QEMU on this host, in real time. State lies in the
 * directory that the driver {@code qemu} has, too: a mirror's checkpoints tell its phone model, and
 * that its driver.
 *
 * <p>Closing the driver ends all its machines; so does the end of this process, even by a kill.
 */
public final class RealtimeDriver implements MachineDriver, AutoCloseable {
  /** Its name in a phone model's properties. */
  public static final String NAME = RealtimeModel.DRIVER;

  private final CheckedTemplates<RealtimeModel> models;
  private final MirrorStore mirrors;
  private final QemuSettings settings;
  private final QemuLauncher launcher;
  private final Runnable atClose;
  private final Set<Machine> machines = ConcurrentHashMap.newKeySet();

  /**
   * Works on directories, with a launcher of its own.
   *
   * @param templates holds a directory for each phone model
   * @param state is made if it is not there
   * @throws IOException if it can't be made or read
   */
  public RealtimeDriver(Path templates, Path state, QemuSettings settings) throws IOException {
    this(templates, new MirrorStore(state), settings, new QemuLauncher(settings), true);
  }

  /** Works beside other drivers of QEMU, which have the same state and launcher. */
  public RealtimeDriver(
      Path templates, MirrorStore mirrors, QemuSettings settings, QemuLauncher launcher) {
    this(templates, mirrors, settings, launcher, false);
  }

  private RealtimeDriver(
      Path templates,
      MirrorStore mirrors,
      QemuSettings settings,
      QemuLauncher launcher,
      boolean owned) {
    this.models =
        new CheckedTemplates<>(
            new TemplateDirectory(templates.toAbsolutePath()),
            RealtimeDriver::load,
            (directory, model) -> RealtimeModel.stamp(directory));
    this.mirrors = mirrors;
    this.settings = settings;
    this.launcher = launcher;
    this.atClose = owned ? launcher::close : () -> {};
  }

  private static RealtimeModel load(Path directory, String phoneModel) throws IOException {
    RealtimeModel model = RealtimeModel.load(directory);
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

  @Override
  public Checkpoint create(String mirror, String phoneModel) throws MachineException {
    try {
      RealtimeModel model = models.of(phoneModel);
      return mirrors.create(
          mirror,
          phoneModel,
          (made, checkpoint) -> {
            QcowDisk.createOverlay(made.resolve(RealtimeMachine.DISK), model.diskBytes());
            List<String> files = List.of(RealtimeMachine.DISK);
            SavedCheckpoint.describe(made, checkpoint, model.id(), files, new Properties());
          });
    } catch (IOException e) {
      throw MirrorStore.failed("create", mirror, e);
    }
  }

  @Override
  public Machine start(Checkpoint checkpoint, long epoch) throws MachineException {
    try {
      RealtimeModel model = models.of(checkpoint.phoneModel());
      Machine machine =
          mirrors.start(
              checkpoint, epoch, (directory, from) -> open(directory, from, epoch, model));
      machines.add(machine);
      return machine;
    } catch (IOException e) {
      throw MirrorStore.failed("start", checkpoint.mirror(), e);
    }
  }

  private RealtimeMachine open(
      MirrorDirectory directory, SavedCheckpoint from, long epoch, RealtimeModel model)
      throws IOException {
    if (!fits(from, model)) {
      throw new IOException(
          "it is a difference to version "
              + from.template()
              + " of the phone model '"
              + model.name()
              + "', but that has been replaced by "
              + model.id()
              + "; put the old one back, or remove the mirror");
    }
    StateFiles.copySparse(
        from.directory().resolve(RealtimeMachine.DISK),
        directory.working(epoch).resolve(RealtimeMachine.DISK));
    return new RealtimeMachine(
        new GuestMachine.Place(directory, from.checkpoint(), epoch, machines::remove),
        new RealtimeMachine.Surroundings(launcher, model, settings),
        from);
  }

  /** The overlay, too, is a difference to the model. */
  private static boolean fits(SavedCheckpoint checkpoint, RealtimeModel model) {
    return checkpoint.template().equals(model.id());
  }

  @Override
  public Map<String, DiskUse> diskUse(Collection<String> mirrors) throws MachineException {
    return this.mirrors.diskUse(mirrors);
  }

  @Override
  public long release(String mirror, long position) throws MachineException {
    return mirrors.release(mirror, position);
  }

  @Override
  public Optional<Checkpoint> rewind(String mirror, String phoneModel, long from)
      throws MachineException {
    try {
      RealtimeModel model = models.of(phoneModel);
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
    atClose.run();
  }
}
