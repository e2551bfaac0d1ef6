package org.phonemirror.core.qemu.realtime;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.qemu.Deadline;
import org.phonemirror.core.qemu.GuestMachine;
import org.phonemirror.core.qemu.PropertyFile;
import org.phonemirror.core.qemu.QemuLauncher;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.qemu.SavedCheckpoint;
import org.phonemirror.core.storage.Disk;
import org.phonemirror.core.storage.Partitions;
import org.phonemirror.core.storage.QcowDisk;
import org.phonemirror.core.storage.StorageView;
import org.phonemirror.core.store.StateFiles;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mirror's machine in real time, without an agent: its user storage is the disk's overlay. */
final class RealtimeMachine extends GuestMachine<RealtimeGuest> {
  /** What the mirror has changed of its model's disk. */
  static final String DISK = RealtimeHardware.DISK;

  private static final Logger LOG = LoggerFactory.getLogger(RealtimeMachine.class);
  private static final String MEMORY = "memory";
  private static final String CLOCK = "clock.micros";
  private static final String SHIFT = "clock.shift.micros";
  private static final String RTC = "clock.rtc";
  private static final String SCREEN = "screen.";
  private static final String QEMU = "qemu.version";
  private static final long MICROS = 1_000_000;
  private static final String NO_AGENT =
      "a phone model of driver "
          + RealtimeModel.DRIVER
          + " has no agent, through which its storage could be changed";

  private final Surroundings around;

  /** The checkpoint with the guest's memory, as long as the guest has not run since. */
  private Optional<SavedCheckpoint> unchanged = Optional.empty();

  /** What a machine needs of its driver. */
  record Surroundings(QemuLauncher launcher, RealtimeModel model, QemuSettings settings) {}

  /** Begins in a working directory that holds the overlay. */
  RealtimeMachine(Place place, Surroundings around, SavedCheckpoint from) throws IOException {
    super(place);
    this.around = around;
    if (from.checkpoint().poweredOn()) {
      goOn(restore(from));
    }
  }

  private RealtimeGuest restore(SavedCheckpoint saved) throws IOException {
    PropertyFile manifest = saved.manifest();
    RealtimeGuest restored = start(session(manifest), true);
    try {
      String version = restored.qemuVersion(commandDeadline());
      if (!version.equals(manifest.text(QEMU))) {
        throw new IOException(
            "its session was saved by QEMU "
                + manifest.text(QEMU)
                + ", but this is "
                + version
                + "; go on from an older checkpoint, with the phone switched off: ./mirror rebuild "
                + mirror());
      }
      restored.load(saved.directory().resolve(MEMORY), stateDeadline());
      return restored;
    } catch (IOException e) {
      throw restored.failed(e);
    }
  }

  private RealtimeGuest.Session session(PropertyFile manifest) throws IOException {
    Map<Integer, String> screens = new HashMap<>();
    for (int i = 0; i < around.model.inputs().size(); i++) {
      String state = manifest.values().getProperty(SCREEN + i);
      if (state != null) {
        screens.put(i, state);
      }
    }
    return new RealtimeGuest.Session(
        Instant.ofEpochSecond(manifest.number(RTC)),
        new GuestClock(manifest.number(CLOCK), manifest.number(SHIFT)),
        screens);
  }

  private static void describe(RealtimeGuest.Session session, Properties to) {
    to.setProperty(CLOCK, "" + session.clock().micros(System.nanoTime()));
    to.setProperty(SHIFT, "" + session.clock().shift());
    to.setProperty(RTC, "" + session.rtc().getEpochSecond());
    session.screens().forEach((number, state) -> to.setProperty(SCREEN + number, state));
  }

  private RealtimeGuest start(RealtimeGuest.Session session, boolean incoming) throws IOException {
    return RealtimeGuest.start(
        around.launcher, around.model, working(), session, incoming, commandDeadline());
  }

  private Deadline commandDeadline() {
    return Deadline.in(around.settings.commandTime());
  }

  /** Memory goes to a disk and comes from there; there may be gigabytes of it. */
  private Deadline stateDeadline() {
    return Deadline.in(around.settings.bootTime());
  }

  @Override
  public void powerOn(long timeMicros) throws MachineException {
    call(
        "switch on",
        () -> {
          unchanged = Optional.empty();
          RealtimeModel.Boot boot = around.model.boot();
          long begin = timeMicros / MICROS - boot.expected().toSeconds();
          RealtimeGuest.Session session =
              new RealtimeGuest.Session(
                  Instant.ofEpochSecond(begin), new GuestClock(begin * MICROS, 0), Map.of());
          RealtimeGuest started = restart(() -> start(session, false));
          started.boot(timeMicros, Deadline.in(boot.limit()));
          return true;
        });
  }

  @Override
  public ReplayReport replay(
      long startMicros, long lengthMicros, List<InputEvent> events, Tape tape)
      throws MachineException {
    return call(
        "replay",
        () -> {
          RealtimeGuest on = switchedOn();
          unchanged = Optional.empty();
          if (on.hasShutDown()) {
            throw new MachineException(
                "the phone of '" + mirror() + "' is switched off: by itself, before");
          }
          if (!tape.session().isEmpty()) {
            LOG.warn(
                "{} notifications to '{}' are not delivered: its phone model has no agent",
                tape.session().size(),
                mirror());
          }
          Deadline deadline = Deadline.in(around.settings.replayTime(lengthMicros));
          return on.replay(startMicros, lengthMicros, events, tape, deadline);
        });
  }

  @Override
  public void powerOff(long timeMicros) throws MachineException {
    call(
        "switch off",
        () -> {
          RealtimeGuest on = switchedOn();
          unchanged = Optional.empty();
          RealtimeModel.PowerOff way = around.model.powerOff();
          Deadline deadline = Deadline.in(way.limit().plus(around.settings.commandTime()));
          if (!on.powerOff(deadline)) {
            LOG.warn(
                "the phone of '{}' did not switch off in {}: its power was cut",
                mirror(),
                way.limit());
          }
          switchedOff();
          return true;
        });
  }

  @Override
  public <T> T readStorage(StorageReader<T> reader) throws MachineException {
    return exclusively(
        () -> {
          try (StorageView view = openStorage()) {
            return reader.read(view.top());
          } catch (IOException e) {
            throw failed("read storage of", e);
          }
        });
  }

  private StorageView openStorage() throws IOException {
    RealtimeModel.Storage storage = around.model.storage();
    Disk whole = QcowDisk.open(working().resolve(DISK), Optional.of(around.model.factoryDisk()));
    return StorageView.open(partition(whole, storage.partition()), storage.path());
  }

  private static Disk partition(Disk whole, int number) throws IOException {
    try {
      return Partitions.open(whole, number);
    } catch (IOException e) {
      whole.close();
      throw e;
    }
  }

  @Override
  public List<String> write(List<StorageWrite> changes) throws MachineException {
    return exclusively(
        () -> {
          switchedOn();
          List<String> refused = new ArrayList<>();
          changes.forEach(change -> refused.add(change + ": " + NO_AGENT));
          return refused;
        });
  }

  @Override
  public Optional<String> whyNotWritable() {
    return Optional.of(NO_AGENT);
  }

  @Override
  protected void save(Path made, Checkpoint checkpoint) throws IOException {
    Properties more = new Properties();
    List<String> files = new ArrayList<>(List.of(DISK));
    if (guest().isPresent()) {
      RealtimeGuest on = guest().get();
      saveMemory(on, made.resolve(MEMORY));
      describe(on.session(), more);
      more.setProperty(QEMU, on.qemuVersion(commandDeadline()));
      files.add(MEMORY);
    }
    // after the memory: QEMU has let go of the disk by then
    StateFiles.copySparse(working().resolve(DISK), made.resolve(DISK));
    SavedCheckpoint.describe(made, checkpoint, around.model.id(), files, more);
  }

  /** QEMU saves a machine once; if it has not run since, its memory is what it was. */
  private void saveMemory(RealtimeGuest on, Path file) throws IOException {
    if (unchanged.isPresent()) {
      unchanged.get().check();
      StateFiles.copySparse(unchanged.get().directory().resolve(MEMORY), file);
    } else {
      on.save(file, stateDeadline());
    }
  }

  @Override
  protected void takeOver(RealtimeGuest guest) throws IOException {
    guest.takeOver(around.launcher);
  }

  @Override
  protected void saved(SavedCheckpoint checkpoint) {
    unchanged = guest().map(on -> checkpoint);
  }
}
