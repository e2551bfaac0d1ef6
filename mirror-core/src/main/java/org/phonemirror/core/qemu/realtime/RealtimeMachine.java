package org.phonemirror.core.qemu.realtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.qemu.Deadline;
import org.phonemirror.core.qemu.MirrorDirectory;
import org.phonemirror.core.qemu.PropertyFile;
import org.phonemirror.core.qemu.QemuLauncher;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.qemu.SavedCheckpoint;
import org.phonemirror.core.qemu.StateFiles;
import org.phonemirror.core.storage.Disk;
import org.phonemirror.core.storage.Partitions;
import org.phonemirror.core.storage.QcowDisk;
import org.phonemirror.core.storage.StorageView;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mirror's machine in real time. While its phone is switched off there is no process, only the
 * disk's overlay; while it is on there is a QEMU, stopped outside of calls.
 *
 * <p>When a call on the guest fails, what state the guest is in is not known: the machine has ended
 * then, and its caller goes on from a checkpoint.
 */
final class RealtimeMachine implements Machine {
  /** What the mirror has changed of its model's disk. */
  static final String DISK = "disk.qcow2";

  private static final Logger LOG = LoggerFactory.getLogger(RealtimeMachine.class);
  private static final String MEMORY = "memory";
  private static final String CLOCK = "clock.micros";
  private static final String SHIFT = "clock.shift.micros";
  private static final String RTC = "clock.rtc";
  private static final String QEMU = "qemu.version";
  private static final String NO_AGENT =
      "a phone model of driver "
          + RealtimeModel.DRIVER
          + " has no agent, through which its storage could be changed";

  private final Surroundings around;
  private final Checkpoint from;
  private final long epoch;
  private final Path working;
  private final ReentrantLock inCall = new ReentrantLock();
  private volatile boolean closed;
  private volatile Optional<RealtimeGuest> guest = Optional.empty();
  private volatile Optional<String> ended = Optional.empty();

  /** The memory in a checkpoint, as long as the guest has not run since it was saved. */
  private Optional<Path> savedMemory = Optional.empty();

  /**
   * What a machine needs of its driver.
   *
   * @param atClose told when the machine is closed
   */
  record Surroundings(
      MirrorDirectory directory,
      QemuLauncher launcher,
      RealtimeModel model,
      QemuSettings settings,
      Consumer<RealtimeMachine> atClose) {}

  /** Begins in a working directory that holds the overlay. */
  RealtimeMachine(Surroundings around, SavedCheckpoint from, long epoch) throws IOException {
    this.around = around;
    this.from = from.checkpoint();
    this.epoch = epoch;
    this.working = around.directory.working(epoch);
    if (this.from.poweredOn()) {
      guest = Optional.of(restore(from));
    }
  }

  private RealtimeGuest restore(SavedCheckpoint saved) throws IOException {
    PropertyFile manifest = saved.manifest();
    GuestClock clock = new GuestClock(manifest.number(CLOCK), manifest.number(SHIFT));
    Instant rtc = Instant.ofEpochSecond(manifest.number(RTC));
    RealtimeGuest restored = start(rtc, clock, true);
    try {
      String version = restored.qemuVersion();
      if (!version.equals(manifest.text(QEMU))) {
        throw new IOException(
            "its session was saved by QEMU "
                + manifest.text(QEMU)
                + ", but this is "
                + version
                + "; go on from a checkpoint with the phone switched off");
      }
      restored.load(saved.directory().resolve(MEMORY), stateDeadline());
      return restored;
    } catch (IOException e) {
      throw restored.failed(e);
    }
  }

  private RealtimeGuest start(Instant rtc, GuestClock clock, boolean incoming) throws IOException {
    return RealtimeGuest.start(
        around.launcher, around.model, working, rtc, clock, incoming, commandDeadline());
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
          guest.ifPresent(RealtimeGuest::close);
          guest = Optional.empty();
          savedMemory = Optional.empty();
          RealtimeModel.Boot boot = around.model.boot();
          long begin = timeMicros / 1_000_000 - boot.expected().toSeconds();
          GuestClock clock = new GuestClock(begin * 1_000_000, 0);
          RealtimeGuest started =
              around.directory.whileCurrent(
                  epoch, () -> start(Instant.ofEpochSecond(begin), clock, false));
          guest = Optional.of(started);
          endIfClosed();
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
          savedMemory = Optional.empty();
          if (on.hasShutDown()) {
            throw new MachineException(
                "the phone of '" + from.mirror() + "' is switched off: by itself, before");
          }
          if (!tape.session().isEmpty()) {
            LOG.warn(
                "{} notifications to '{}' are not delivered: its phone model has no agent",
                tape.session().size(),
                from.mirror());
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
          savedMemory = Optional.empty();
          Deadline deadline =
              Deadline.in(around.model.powerOff().limit().plus(around.settings.commandTime()));
          if (!on.powerOff(deadline)) {
            LOG.warn(
                "the phone of '{}' did not switch off in {}: its power was cut",
                from.mirror(),
                around.model.powerOff().limit());
          }
          guest = Optional.empty();
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
    Disk whole = QcowDisk.open(working.resolve(DISK), Optional.of(around.model.factoryDisk()));
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
  public Checkpoint save(long position) throws MachineException {
    Path made = working.resolve("checkpoint");
    return exclusively(
        () -> {
          try {
            Files.createDirectory(made);
            return save(position, made);
          } catch (IOException e) {
            // the guest is as it was: whoever has made room on the disk may save again
            throw failed("save in " + made, guest.map(g -> g.explain(e)).orElse(e));
          } finally {
            delete(made);
          }
        });
  }

  private Checkpoint save(long position, Path made) throws IOException {
    Properties more = new Properties();
    List<String> files = new ArrayList<>(List.of(DISK));
    if (guest.isPresent()) {
      saveMemory(guest.get(), made.resolve(MEMORY));
      GuestClock clock = guest.get().clock();
      more.setProperty(CLOCK, "" + clock.micros(System.nanoTime()));
      more.setProperty(SHIFT, "" + clock.shift());
      more.setProperty(RTC, "" + guest.get().rtc().getEpochSecond());
      more.setProperty(QEMU, guest.get().qemuVersion());
      files.add(MEMORY);
    }
    // after the memory: QEMU has let go of the disk by then
    StateFiles.copySparse(working.resolve(DISK), made.resolve(DISK));
    Checkpoint checkpoint =
        new Checkpoint(from.mirror(), from.phoneModel(), position, guest.isPresent());
    SavedCheckpoint.describe(made, checkpoint, around.model.id(), files, more);
    SavedCheckpoint saved =
        around.directory.whileCurrent(epoch, () -> around.directory.publish(made, position));
    savedMemory = guest.map(on -> saved.directory().resolve(MEMORY));
    return saved.checkpoint();
  }

  /** QEMU saves a machine once; if it has not run since, its memory is what it was. */
  private void saveMemory(RealtimeGuest on, Path file) throws IOException {
    if (savedMemory.isPresent()) {
      StateFiles.copySparse(savedMemory.get(), file);
    } else {
      on.save(file, stateDeadline());
    }
  }

  @Override
  public MachineUsage usage() throws MachineException {
    return exclusively(
        () -> {
          try {
            return guest.isPresent() ? guest.get().usage() : MachineUsage.NONE;
          } catch (IOException e) {
            throw failed("tell the usage of", e);
          }
        });
  }

  private interface Call<T> {
    T run() throws MachineException;
  }

  private interface GuestCall<T> {
    T run() throws IOException, MachineException;
  }

  /** Calls the guest; if that fails the machine has ended. */
  private <T> T call(String what, GuestCall<T> call) throws MachineException {
    return exclusively(
        () -> {
          try {
            return call.run();
          } catch (IOException e) {
            MachineException failure = failed(what, guest.map(g -> g.failed(e)).orElse(e));
            ended = Optional.of(failure.getMessage());
            guest = Optional.empty();
            throw failure;
          }
        });
  }

  /** One call at a time. Closing does not wait for it: the last to leave cleans up. */
  private <T> T exclusively(Call<T> call) throws MachineException {
    inCall.lock();
    try {
      mustRun();
      return call.run();
    } finally {
      inCall.unlock();
      if (closed) {
        cleanUp();
      }
    }
  }

  private void cleanUp() {
    if (inCall.tryLock()) {
      try {
        guest.ifPresent(RealtimeGuest::close);
        delete(working);
      } finally {
        inCall.unlock();
      }
    }
  }

  /** What can't be deleted now is deleted when the mirror's next epoch begins. */
  private static void delete(Path path) {
    try {
      StateFiles.deleteTree(path);
    } catch (IOException e) {
      LOG.warn("can't delete {}", path, e);
    }
  }

  private RealtimeGuest switchedOn() throws MachineException {
    return guest.orElseThrow(
        () -> new MachineException("the phone of '" + from.mirror() + "' is switched off"));
  }

  private void mustRun() throws MachineException {
    if (closed) {
      throw new MachineException("the machine of '" + from.mirror() + "' is closed");
    }
    if (ended.isPresent()) {
      throw new MachineException(
          "the machine of '" + from.mirror() + "' has ended: " + ended.get());
    }
  }

  private void endIfClosed() throws IOException {
    if (closed) {
      guest.ifPresent(RealtimeGuest::close);
      throw new IOException("it has been closed meanwhile");
    }
  }

  private MachineException failed(String what, IOException e) {
    return new MachineException(
        "can't " + what + " '" + from.mirror() + "': " + RealtimeDriver.describe(e), e);
  }

  @Override
  public void close() {
    closed = true;
    guest.ifPresent(RealtimeGuest::close);
    cleanUp();
    around.atClose.accept(this);
  }
}
