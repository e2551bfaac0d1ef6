package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.phonemirror.core.storage.StorageView;
import org.phonemirror.sync.StorageScope;

/**
 * Mirrors in QEMU, on this host. State lies below one directory of a local file system, see {@link
 * MirrorDirectory}; templates are made by {@link TemplateBuilder}.
 *
 * <p>Closing the driver ends all its machines; so does the end of this process, even by a kill.
 */
public final class QemuDriver implements MachineDriver, FactoryStorage, AutoCloseable {
  /** Its name in a template's properties; of those that name none, too. */
  public static final String NAME = "qemu";

  private final TemplateVersions templates;
  private final Map<Path, Template> checked = new ConcurrentHashMap<>();
  private final MirrorStore mirrors;
  private final QemuSettings settings;
  private final QemuLauncher launcher;
  private final Runnable atClose;
  private final Set<Machine> machines = ConcurrentHashMap.newKeySet();

  /**
   * Works on directories, with a launcher of its own.
   *
   * @param templates holds the templates of each phone model, see {@link TemplateVersions}
   * @param state is made if it is not there
   * @throws IOException if it can't be made or read
   */
  public QemuDriver(Path templates, Path state, QemuSettings settings) throws IOException {
    this(templates, new MirrorStore(state), settings, new QemuLauncher(settings), true);
  }

  /** Works beside other drivers of QEMU, which have the same state and launcher. */
  public QemuDriver(
      Path templates, MirrorStore mirrors, QemuSettings settings, QemuLauncher launcher) {
    this(templates, mirrors, settings, launcher, false);
  }

  private QemuDriver(
      Path templates,
      MirrorStore mirrors,
      QemuSettings settings,
      QemuLauncher launcher,
      boolean owned) {
    this.templates = new TemplateVersions(templates.toAbsolutePath());
    this.mirrors = mirrors;
    this.settings = settings;
    this.launcher = launcher;
    this.atClose = owned ? launcher::close : () -> {};
  }

  @Override
  public void checkTemplate(String phoneModel) throws MachineException {
    try {
      template(phoneModel);
    } catch (IOException e) {
      throw MirrorStore.failed("check the template of", phoneModel, e);
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
      throw new MachineException(MirrorStore.describe(e), e);
    }
  }

  @Override
  public <T> T readFactory(String phoneModel, Machine.StorageReader<T> reader)
      throws MachineException {
    try (StorageView view = StorageView.open(template(phoneModel).data())) {
      return reader.read(view.top());
    } catch (IOException e) {
      throw MirrorStore.failed("read the factory state of", phoneModel, e);
    }
  }

  @Override
  public String software(String phoneModel) throws MachineException {
    try {
      return template(phoneModel).software();
    } catch (IOException e) {
      throw MirrorStore.failed("tell the software of", phoneModel, e);
    }
  }

  @Override
  public Set<String> versions(String phoneModel) throws MachineException {
    try {
      return template(phoneModel).software().isEmpty() ? Set.of() : templates.software(phoneModel);
    } catch (IOException e) {
      throw MirrorStore.failed("tell the software of", phoneModel, e);
    }
  }

  @Override
  public Optional<Checkpoint> latest(String mirror) throws MachineException {
    return mirrors.latest(mirror);
  }

  @Override
  public Checkpoint create(String mirror, String phoneModel) throws MachineException {
    try {
      Template template = template(phoneModel);
      return mirrors.create(
          mirror,
          phoneModel,
          (made, checkpoint) -> {
            StoredImage.write(template.data(), made.resolve(SavedCheckpoint.STORAGE));
            SavedCheckpoint.describe(made, checkpoint, template.id());
          });
    } catch (IOException e) {
      throw MirrorStore.failed("create", mirror, e);
    }
  }

  @Override
  public Machine start(Checkpoint checkpoint, long epoch) throws MachineException {
    try {
      Machine machine =
          mirrors.start(checkpoint, epoch, (directory, from) -> open(directory, from, epoch));
      machines.add(machine);
      return machine;
    } catch (IOException e) {
      throw MirrorStore.failed("start", checkpoint.mirror(), e);
    }
  }

  private QemuMachine open(MirrorDirectory directory, SavedCheckpoint from, long epoch)
      throws IOException {
    Template template = templateOf(from);
    Path working = directory.working(epoch);
    Files.writeString(working.resolve(MirrorDirectory.TEMPLATE), template.id());
    Optional<Guest.SavedState> session = from.unpack(working);
    String phoneModel = from.checkpoint().phoneModel();
    return new QemuMachine(
        new GuestMachine.Place(directory, from.checkpoint(), epoch, machines::remove),
        new QemuMachine.Surroundings(
            launcher, (software, had) -> templateOf(phoneModel, software, had), settings),
        template,
        from.template(),
        session);
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
      Template template = template(phoneModel);
      return mirrors.rewind(mirror, from, saved -> canStart(saved, template));
    } catch (IOException e) {
      throw MirrorStore.failed("rewind", mirror, e);
    }
  }

  private boolean canStart(SavedCheckpoint saved, Template inForce) throws IOException {
    return saved.fits(inForce) || templates.find(inForce.model(), saved.template()).isPresent();
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
