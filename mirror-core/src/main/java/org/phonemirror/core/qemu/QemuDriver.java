package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.DiskUse;
import org.phonemirror.core.machine.FactoryStorage;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.Retention;
import org.phonemirror.core.storage.StorageView;
import org.phonemirror.core.store.StateFiles;
import org.phonemirror.sync.StorageScope;

/**
 * Mirrors in QEMU, on this host. State lies below one directory of a local file system, see {@link
 * MirrorDirectory}; templates are made by {@link TemplateBuilder}.
 *
 * <p>Closing the driver ends all its machines; so does the end of this process, even by a kill.
 */
public final class QemuDriver implements MachineDriver, FactoryStorage, AutoCloseable {
  private final TemplateVersions templates;
  private final Path mirrors;
  private final QemuSettings settings;
  private final QemuLauncher launcher;
  private final Map<Path, Template> checked = new ConcurrentHashMap<>();
  private final Set<QemuMachine> machines = ConcurrentHashMap.newKeySet();

  /**
   * Works on directories.
   *
   * @param templates holds the templates of each phone model, see {@link TemplateVersions}
   * @param state is made if it is not there
   * @throws IOException if it can't be made or read
   */
  public QemuDriver(Path templates, Path state, QemuSettings settings) throws IOException {
    this.templates = new TemplateVersions(templates.toAbsolutePath());
    this.mirrors = Files.createDirectories(state.resolve("mirrors")).toRealPath();
    this.settings = settings;
    this.launcher = new QemuLauncher(settings);
  }

  @Override
  public void checkTemplate(String phoneModel) throws MachineException {
    try {
      check(phoneModel, templates.inForce(phoneModel));
    } catch (IOException e) {
      throw failed("check the template of", phoneModel, e);
    }
  }

  private Template check(String phoneModel, Path directory) throws IOException {
    Template template = Template.load(directory);
    if (!template.model().equals(phoneModel)) {
      throw new IOException(directory + " is a template of '" + template.model() + "'");
    }
    checked.put(directory, template);
    return template;
  }

  /** The template in force, whose files have been read since they changed. */
  private Template template(String phoneModel) throws IOException {
    return template(phoneModel, templates.inForce(phoneModel));
  }

  private Template template(String phoneModel, Path directory) throws IOException {
    Template known = checked.get(directory);
    return known != null && known.isIn(directory) ? known : check(phoneModel, directory);
  }

  /** The template that a checkpoint's session goes on with: that of its beginning. */
  private Template templateOf(SavedCheckpoint saved) throws IOException {
    String phoneModel = saved.checkpoint().phoneModel();
    Template inForce = template(phoneModel);
    if (saved.fits(inForce)) {
      return inForce;
    }
    Path version =
        templates
            .find(phoneModel, saved.template())
            .orElseThrow(
                () ->
                    new IOException(
                        "its session was saved on template "
                            + saved.template()
                            + " of '"
                            + phoneModel
                            + "', but that has been replaced by "
                            + inForce.id()
                            + "; go on from an older checkpoint, with the phone switched off: "
                            + "./mirror rebuild "
                            + saved.checkpoint().mirror()));
    return template(phoneModel, version);
  }

  /**
   * The template that a phone's boot goes on with: of the version of its software that in force, or
   * the one that the mirror has had, or another. If there is none of it, the mirror keeps its own.
   */
  private Template templateOf(String phoneModel, String software, String had) throws IOException {
    Template inForce = template(phoneModel);
    if (inForce.software().equals(software)) {
      return inForce;
    }
    Optional<Path> version = templates.ofSoftware(phoneModel, software, had);
    if (version.isEmpty()) {
      version = templates.find(phoneModel, had);
    }
    return version.isPresent() ? template(phoneModel, version.get()) : inForce;
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
  public <T> T readFactory(String phoneModel, Machine.StorageReader<T> reader)
      throws MachineException {
    try (StorageView view = StorageView.open(template(phoneModel).data())) {
      return reader.read(view.top());
    } catch (IOException e) {
      throw failed("read the factory state of", phoneModel, e);
    }
  }

  @Override
  public String software(String phoneModel) throws MachineException {
    try {
      return template(phoneModel).software();
    } catch (IOException e) {
      throw failed("tell the software of", phoneModel, e);
    }
  }

  @Override
  public Set<String> versions(String phoneModel) throws MachineException {
    try {
      return template(phoneModel).software().isEmpty() ? Set.of() : templates.software(phoneModel);
    } catch (IOException e) {
      throw failed("tell the software of", phoneModel, e);
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
      QemuMachine machine = directory.locked(() -> begin(directory, checkpoint, epoch));
      machines.add(machine);
      return machine;
    } catch (IOException e) {
      throw failed("start", checkpoint.mirror(), e);
    }
  }

  private QemuMachine begin(MirrorDirectory directory, Checkpoint checkpoint, long epoch)
      throws IOException {
    SavedCheckpoint from =
        directory.saved().stream()
            .filter(saved -> saved.checkpoint().equals(checkpoint))
            .reduce((older, newer) -> newer)
            .orElseThrow(() -> new IOException("it has no " + checkpoint));
    Path working = directory.begin(epoch);
    try {
      from.check();
      Template template = templateOf(from);
      Files.writeString(working.resolve(MirrorDirectory.TEMPLATE), template.id());
      Optional<Guest.SavedState> session = from.unpack(working);
      QemuMachine.Surroundings surroundings =
          new QemuMachine.Surroundings(
              directory,
              launcher,
              (software, had) -> templateOf(checkpoint.phoneModel(), software, had),
              settings,
              machines::remove);
      return new QemuMachine(surroundings, checkpoint, epoch, template, from.template(), session);
    } catch (IOException e) {
      StateFiles.deleteTree(working);
      throw e;
    }
  }

  @Override
  public Map<String, DiskUse> diskUse(Collection<String> mirrors) throws MachineException {
    try {
      return DiskUsage.of(this.mirrors, mirrors);
    } catch (IOException e) {
      throw new MachineException("can't tell what mirrors have on disk: " + describe(e), e);
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
            List<SavedCheckpoint> fit = new ArrayList<>();
            for (SavedCheckpoint saved : directory.saved()) {
              if (saved.checkpoint().position() >= from && canStart(saved, template)) {
                fit.add(saved);
              }
            }
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

  private boolean canStart(SavedCheckpoint saved, Template inForce) throws IOException {
    return saved.fits(inForce) || templates.find(inForce.model(), saved.template()).isPresent();
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
