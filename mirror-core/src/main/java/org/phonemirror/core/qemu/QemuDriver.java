package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.Retention;
import org.phonemirror.sync.StorageScope;

/**
 * Mirrors in QEMU, on this host. State lies below one directory of a local file system, see {@link
 * MirrorDirectory}; templates are made by {@link TemplateBuilder}.
 *
 * <p>Closing the driver ends all its machines; so does the end of this process, even by a kill.
 */
public final class QemuDriver implements MachineDriver, AutoCloseable {
  /** Its name in a template's properties; of those that name none, too. */
  public static final String NAME = "qemu";

  private final TemplateDirectory templates;
  private final Path mirrors;
  private final QemuSettings settings;
  private final QemuLauncher launcher;
  private final Map<String, CheckedTemplate> checked = new ConcurrentHashMap<>();
  private final Set<QemuMachine> machines = ConcurrentHashMap.newKeySet();

  private record CheckedTemplate(Template template, List<Object> stamp) {}

  /**
   * Works on directories.
   *
   * @param templates holds a directory for each phone model
   * @param state is made if it is not there
   * @throws IOException if it can't be made or read
   */
  public QemuDriver(Path templates, Path state, QemuSettings settings) throws IOException {
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

  private Template check(String phoneModel) throws IOException {
    Path directory = templates.of(phoneModel);
    Template template = Template.load(directory);
    if (!template.model().equals(phoneModel)) {
      throw new IOException(directory + " is a template of '" + template.model() + "'");
    }
    checked.put(phoneModel, new CheckedTemplate(template, Template.stamp(directory)));
    return template;
  }

  /** A template whose files have been read since they changed. */
  private Template template(String phoneModel) throws IOException {
    CheckedTemplate known = checked.get(phoneModel);
    if (known != null) {
      try {
        if (known.stamp.equals(Template.stamp(templates.of(phoneModel)))) {
          return known.template;
        }
      } catch (java.nio.file.NoSuchFileException e) {
        // the check tells which, and what to do
      }
    }
    return check(phoneModel);
  }

  @Override
  public StorageScope storageScope(String phoneModel) throws MachineException {
    try {
      return template(phoneModel).scope();
    } catch (IOException e) {
      throw new MachineException(describe(e), e);
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
      Template template = template(phoneModel);
      directory.create();
      return directory.locked(
          () -> {
            if (!directory.saved().isEmpty()) {
              throw new IOException("it exists already");
            }
            Path made = directory.working(0);
            try {
              StateFiles.deleteTree(made);
              Files.createDirectory(made);
              StoredImage.write(template.data(), made.resolve(SavedCheckpoint.STORAGE));
              Checkpoint checkpoint = new Checkpoint(mirror, phoneModel, 0, false);
              SavedCheckpoint.describe(made, checkpoint, template.id());
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
      Template template = template(checkpoint.phoneModel());
      QemuMachine machine = directory.locked(() -> begin(directory, checkpoint, epoch, template));
      machines.add(machine);
      return machine;
    } catch (IOException e) {
      throw failed("start", checkpoint.mirror(), e);
    }
  }

  private QemuMachine begin(
      MirrorDirectory directory, Checkpoint checkpoint, long epoch, Template template)
      throws IOException {
    SavedCheckpoint from =
        directory.saved().stream()
            .filter(saved -> saved.checkpoint().equals(checkpoint))
            .reduce((older, newer) -> newer)
            .orElseThrow(() -> new IOException("it has no " + checkpoint));
    Path working = directory.begin(epoch);
    try {
      from.check();
      if (!from.fits(template)) {
        throw new IOException(
            "its session was saved on template "
                + from.template()
                + " of '"
                + template.model()
                + "', but that has been replaced by "
                + template.id()
                + "; go on from an older checkpoint, with the phone switched off: "
                + "./mirror rebuild "
                + checkpoint.mirror());
      }
      Optional<Guest.SavedState> session = from.unpack(working);
      QemuMachine.Surroundings surroundings =
          new QemuMachine.Surroundings(directory, launcher, template, settings, machines::remove);
      return new QemuMachine(surroundings, checkpoint, epoch, session);
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
            List<SavedCheckpoint> saved = directory.saved();
            List<SavedCheckpoint> kept =
                Retention.kept(saved, s -> s.checkpoint().position(), position);
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
      Template template = template(phoneModel);
      if (!directory.exists()) {
        return Optional.empty();
      }
      return directory.locked(
          () -> {
            List<SavedCheckpoint> fit =
                directory.saved().stream()
                    .filter(s -> s.checkpoint().position() >= from && s.fits(template))
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

  private static MachineException failed(String what, String mirror, IOException e) {
    return new MachineException("can't " + what + " '" + mirror + "': " + describe(e), e);
  }

  /** What went wrong; the exceptions of java.nio.file tell only which file. */
  static String describe(IOException e) {
    return e instanceof java.nio.file.FileSystemException ? e.toString() : e.getMessage();
  }

  /** Ends all machines without saving. */
  @Override
  public void close() {
    List.copyOf(machines).forEach(Machine::close);
    launcher.close();
  }
}
