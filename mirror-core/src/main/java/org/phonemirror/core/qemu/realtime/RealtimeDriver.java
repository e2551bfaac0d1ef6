package org.phonemirror.core.qemu.realtime;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.Retention;
import org.phonemirror.core.qemu.MirrorDirectory;
import org.phonemirror.core.qemu.QemuLauncher;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.qemu.SavedCheckpoint;
import org.phonemirror.core.qemu.StateFiles;
import org.phonemirror.core.qemu.TemplateDirectory;
import org.phonemirror.core.storage.Disk;
import org.phonemirror.core.storage.QcowDisk;
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

  private final TemplateDirectory templates;
  private final Path mirrors;
  private final QemuSettings settings;
  private final QemuLauncher launcher;
  private final Map<String, CheckedModel> checked = new ConcurrentHashMap<>();
  private final Set<RealtimeMachine> machines = ConcurrentHashMap.newKeySet();

  private record CheckedModel(RealtimeModel model, List<Object> stamp) {}

  /**
   * Works on directories.
   *
   * @param templates holds a directory for each phone model
   * @param state is made if it is not there
   * @throws IOException if it can't be made or read
   */
  public RealtimeDriver(Path templates, Path state, QemuSettings settings) throws IOException {
    this.templates = new TemplateDirectory(templates.toAbsolutePath());
    this.mirrors = Files.createDirectories(state.resolve("mirrors")).toRealPath();
    this.settings = settings;
    this.launcher = new QemuLauncher(settings.binary());
  }

  @Override
  public void checkTemplate(String phoneModel) throws MachineException {
    try {
      check(phoneModel);
    } catch (IOException e) {
      throw failed("check the template of", phoneModel, e);
    }
  }

  private RealtimeModel check(String phoneModel) throws IOException {
    Path directory = templates.of(phoneModel);
    RealtimeModel model = RealtimeModel.load(directory);
    if (!model.name().equals(phoneModel)) {
      throw new IOException(directory + " is of the phone model '" + model.name() + "'");
    }
    checked.put(phoneModel, new CheckedModel(model, RealtimeModel.stamp(directory)));
    return model;
  }

  /** A model whose files have been read since they changed. */
  private RealtimeModel model(String phoneModel) throws IOException {
    CheckedModel known = checked.get(phoneModel);
    if (known != null) {
      try {
        if (known.stamp.equals(RealtimeModel.stamp(templates.of(phoneModel)))) {
          return known.model;
        }
      } catch (NoSuchFileException e) {
        // the check tells which, and what to do
      }
    }
    return check(phoneModel);
  }

  @Override
  public StorageScope storageScope(String phoneModel) throws MachineException {
    try {
      return model(phoneModel).storage().scope();
    } catch (IOException e) {
      throw failed("tell the storage of", phoneModel, e);
    }
  }

  @Override
  public Optional<Checkpoint> latest(String mirror) throws MachineException {
    try {
      MirrorDirectory directory = new MirrorDirectory(mirrors, mirror);
      if (!directory.exists()) {
        return Optional.empty();
      }
      return directory.locked(directory::newest).map(SavedCheckpoint::checkpoint);
    } catch (IOException e) {
      throw failed("find the checkpoints of", mirror, e);
    }
  }

  @Override
  public Checkpoint create(String mirror, String phoneModel) throws MachineException {
    MirrorDirectory directory = new MirrorDirectory(mirrors, mirror);
    try {
      RealtimeModel model = model(phoneModel);
      directory.create();
      return directory.locked(
          () -> {
            if (!directory.saved().isEmpty()) {
              throw new IOException("it exists already");
            }
            Path made = directory.working(0);
            try (Disk factory = model.factoryDisk()) {
              StateFiles.deleteTree(made);
              Files.createDirectory(made);
              QcowDisk.createOverlay(made.resolve(RealtimeMachine.DISK), factory.size());
              Checkpoint checkpoint = new Checkpoint(mirror, phoneModel, 0, false);
              SavedCheckpoint.describe(
                  made, checkpoint, model.id(), List.of(RealtimeMachine.DISK), new Properties());
              return directory.publish(made, 0).checkpoint();
            } finally {
              StateFiles.deleteTree(made);
            }
          });
    } catch (IOException e) {
      throw failed("create", mirror, e);
    }
  }

  @Override
  public Machine start(Checkpoint checkpoint, long epoch) throws MachineException {
    MirrorDirectory directory = new MirrorDirectory(mirrors, checkpoint.mirror());
    try {
      if (!directory.exists()) {
        throw new IOException("it does not exist");
      }
      RealtimeModel model = model(checkpoint.phoneModel());
      RealtimeMachine machine = directory.locked(() -> begin(directory, checkpoint, epoch, model));
      machines.add(machine);
      return machine;
    } catch (IOException e) {
      throw failed("start", checkpoint.mirror(), e);
    }
  }

  private RealtimeMachine begin(
      MirrorDirectory directory, Checkpoint checkpoint, long epoch, RealtimeModel model)
      throws IOException {
    SavedCheckpoint from =
        directory.saved().stream()
            .filter(saved -> saved.checkpoint().equals(checkpoint))
            .reduce((older, newer) -> newer)
            .orElseThrow(() -> new IOException("it has no " + checkpoint));
    if (!from.template().equals(model.id())) {
      throw new IOException(
          "it is a difference to version "
              + from.template()
              + " of the phone model '"
              + model.name()
              + "', but that has been replaced by "
              + model.id()
              + "; put the old one back, or remove the mirror");
    }
    from.check();
    Path working = directory.begin(epoch);
    try {
      StateFiles.copySparse(
          from.directory().resolve(RealtimeMachine.DISK), working.resolve(RealtimeMachine.DISK));
      RealtimeMachine.Surroundings around =
          new RealtimeMachine.Surroundings(directory, launcher, model, settings, machines::remove);
      return new RealtimeMachine(around, from, epoch);
    } catch (IOException e) {
      StateFiles.deleteTree(working);
      throw e;
    }
  }

  @Override
  public long release(String mirror, long position) throws MachineException {
    MirrorDirectory directory = new MirrorDirectory(mirrors, mirror);
    try {
      return directory.locked(
          () -> {
            List<SavedCheckpoint> kept =
                Retention.kept(directory.saved(), s -> s.checkpoint().position(), position);
            directory.keepOnly(kept);
            return kept.isEmpty() ? 0 : kept.get(0).checkpoint().position();
          });
    } catch (IOException e) {
      throw failed("release checkpoints of", mirror, e);
    }
  }

  @Override
  public Optional<Checkpoint> rewind(String mirror, String phoneModel, long from)
      throws MachineException {
    MirrorDirectory directory = new MirrorDirectory(mirrors, mirror);
    try {
      String model = model(phoneModel).id();
      if (!directory.exists()) {
        return Optional.empty();
      }
      return directory.locked(
          () -> {
            List<SavedCheckpoint> fit =
                directory.saved().stream()
                    .filter(s -> s.checkpoint().position() >= from && s.template().equals(model))
                    .toList();
            Optional<SavedCheckpoint> base = directory.firstWhole(fit);
            if (base.isPresent()) {
              directory.keepOnly(List.of(base.get()));
            }
            return base.map(SavedCheckpoint::checkpoint);
          });
    } catch (IOException e) {
      throw failed("rewind", mirror, e);
    }
  }

  @Override
  public void remove(String mirror) throws MachineException {
    try {
      new MirrorDirectory(mirrors, mirror).remove();
    } catch (IOException e) {
      throw failed("remove", mirror, e);
    }
  }

  private static MachineException failed(String what, String name, IOException e) {
    return new MachineException("can't " + what + " '" + name + "': " + describe(e), e);
  }

  /** What went wrong; the exceptions of java.nio.file tell only which file. */
  static String describe(IOException e) {
    return e instanceof FileSystemException ? e.toString() : e.getMessage();
  }

  /** Ends all machines without saving. */
  @Override
  public void close() {
    List.copyOf(machines).forEach(Machine::close);
    launcher.close();
  }
}
