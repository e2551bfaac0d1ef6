package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.storage.StorageView;
import org.phonemirror.core.store.StateFiles;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mirror's machine. While its phone is switched off there is no process, only user storage. While
 * it is on there is a clone of the template, stopped and with its storage frozen outside of calls.
 *
 * <p>When a call on the guest fails, what state the guest is in is not known: the machine has ended
 * then, and its caller goes on from a checkpoint.
 */
final class QemuMachine implements Machine {
  private static final Logger LOG = LoggerFactory.getLogger(QemuMachine.class);

  /** More bytes than the devices' state ever has. */
  private static final long DEVICES_ROOM = 1 << 20;

  private final Surroundings around;
  private final Checkpoint from;
  private final long epoch;
  private final Path working;

  /** Of its guest, or of the next one. */
  private Template template;

  /** Id of the one that the mirror's last session has had, or of that which it was made from. */
  private String had;

  private final ReentrantLock inCall = new ReentrantLock();
  private volatile boolean closed;
  private volatile Optional<Guest> guest = Optional.empty();
  private volatile Optional<String> ended = Optional.empty();

  /** Finds the template that the boot of a phone with some software goes on with. */
  interface Versions {
    /**
     * Tells it.
     *
     * @param had id of the one that the mirror has had
     */
    Template of(String software, String had) throws IOException;
  }

  /**
   * What a machine needs of its driver.
   *
   * @param atClose told when the machine is closed
   */
  record Surroundings(
      MirrorDirectory directory,
      QemuLauncher launcher,
      Versions versions,
      QemuSettings settings,
      Consumer<QemuMachine> atClose) {}

  /**
   * Begins in a working directory that holds the user storage.
   *
   * @param template that it goes on with
   * @param had id of the one that the mirror has had
   */
  QemuMachine(
      Surroundings around,
      Checkpoint from,
      long epoch,
      Template template,
      String had,
      Optional<Guest.SavedState> session)
      throws IOException {
    this.around = around;
    this.template = template;
    this.had = had;
    this.from = from;
    this.epoch = epoch;
    this.working = around.directory.working(epoch);
    if (session.isPresent()) {
      guest = Optional.of(clone(session));
    }
  }

  private Guest clone(Optional<Guest.SavedState> session) throws IOException {
    Deadline deadline = Deadline.in(around.settings.commandTime());
    template.checkUnchanged();
    return Guest.restore(around.launcher, working, template, session, deadline);
  }

  @Override
  public void powerOn(long timeMicros) throws MachineException {
    powerOn(timeMicros, () -> {});
  }

  /** The same; tells when the clone's agent has answered first, before its session begins. */
  void powerOn(long timeMicros, Runnable answered) throws MachineException {
    powerOn(timeMicros, () -> template, answered);
  }

  @Override
  public String powerOn(long timeMicros, String software) throws MachineException {
    return software.isEmpty()
        ? powerOn(timeMicros, () -> template, () -> {})
        : powerOn(timeMicros, () -> around.versions.of(software, had), () -> {});
  }

  private interface Choice {
    Template template() throws IOException;
  }

  private String powerOn(long timeMicros, Choice choice, Runnable answered)
      throws MachineException {
    return call(
        "switch on",
        () -> {
          guest.ifPresent(Guest::close);
          guest = Optional.empty();
          moveTo(choice.template());
          Guest started =
              around.directory.whileCurrent(
                  epoch,
                  () -> {
                    Files.deleteIfExists(working.resolve(Hardware.QMP_SOCKET));
                    Files.deleteIfExists(working.resolve(Hardware.AGENT_SOCKET));
                    return clone(Optional.empty());
                  });
          guest = Optional.of(started);
          endIfClosed();
          Deadline deadline = Deadline.in(around.settings.commandTime());
          started.resume(deadline);
          started.agent().hello(deadline);
          answered.run();
          started.agent().start(timeMicros, deadline);
          started.agent().freeze(deadline);
          started.stop(deadline);
          return template.software();
        });
  }

  /** Without a guest there is but user storage, which needs no template. */
  private void moveTo(Template next) throws IOException {
    if (!next.id().equals(template.id())) {
      LOG.info("{} moves from template {} to {}", from.mirror(), template.id(), next.id());
      Path note = working.resolve(MirrorDirectory.TEMPLATE);
      StateFiles.replaceContent(note, next.id().getBytes(StandardCharsets.US_ASCII));
    }
    template = next;
    had = next.id();
  }

  @Override
  public ReplayReport replay(
      long startMicros, long lengthMicros, List<InputEvent> events, Tape tape)
      throws MachineException {
    TapeEncoder.Encoded encoded = TapeEncoder.encode(tape, startMicros);
    return call(
        "replay",
        () -> {
          Guest on = switchedOn();
          List<InputEvent> known = new ArrayList<>(events.size());
          for (InputEvent event : events) {
            if (event.device() < template.inputDevices()) {
              known.add(event);
            }
          }
          Deadline deadline = Deadline.in(around.settings.replayTime(lengthMicros));
          on.resume(deadline);
          on.agent().thaw(deadline);
          if (encoded.bytes().length > 0) {
            on.agent().load(encoded.bytes(), deadline);
          }
          ReplayReport report = on.agent().run(startMicros, lengthMicros, known, deadline);
          on.agent().freeze(deadline);
          on.stop(deadline);
          return new ReplayReport(
              report.events(),
              report.orderErrors() + events.size() - known.size(),
              report.latenessP99Micros(),
              report.latenessMaxMicros(),
              report.clockErrorMicros(),
              report.network().withLeftOut(encoded.leftOut()));
        });
  }

  @Override
  public void powerOff(long timeMicros) throws MachineException {
    call(
        "switch off",
        () -> {
          Guest on = switchedOn();
          Deadline deadline = Deadline.in(around.settings.commandTime());
          on.resume(deadline);
          on.agent().thaw(deadline);
          on.agent().stop(timeMicros, deadline);
          on.stop(deadline);
          on.close();
          guest = Optional.empty();
          return true;
        });
  }

  @Override
  public <T> T readStorage(StorageReader<T> reader) throws MachineException {
    return exclusively(
        () -> {
          try (StorageView view = StorageView.open(working.resolve(Guest.DATA))) {
            return reader.read(view.top());
          } catch (IOException e) {
            throw failed("read storage of", e);
          }
        });
  }

  @Override
  public List<String> write(List<StorageWrite> changes) throws MachineException {
    return call(
        "write into the storage of",
        () -> {
          Guest on = switchedOn();
          Deadline deadline = Deadline.in(around.settings.commandTime());
          on.resume(deadline);
          on.agent().thaw(deadline);
          List<String> refused = on.agent().write(changes, deadline);
          on.agent().freeze(deadline);
          on.stop(deadline);
          return refused;
        });
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
            delete(working.resolve(Guest.DEVICES));
          }
        });
  }

  private Checkpoint save(long position, Path made) throws IOException {
    Checkpoint checkpoint =
        new Checkpoint(from.mirror(), from.phoneModel(), position, guest.isPresent());
    StoredImage.write(working.resolve(Guest.DATA), made.resolve(SavedCheckpoint.STORAGE));
    if (guest.isPresent()) {
      Deadline deadline = Deadline.in(around.settings.commandTime());
      template.checkUnchanged(); // the pages are a difference to it
      guest.get().savePages(template, made.resolve(SavedCheckpoint.PAGES));
      Path devices = saveDevices(guest.get(), deadline);
      Packing.pack(devices, made.resolve(SavedCheckpoint.DEVICE_STATE));
    }
    SavedCheckpoint.describe(made, checkpoint, had);
    return around
        .directory
        .whileCurrent(epoch, () -> around.directory.publish(made, position))
        .checkpoint();
  }

  private Path saveDevices(Guest guest, Deadline deadline) throws IOException {
    try {
      return guest.saveDevices(deadline);
    } catch (QmpException e) {
      // QEMU does not tell what kind of error it met
      boolean full = Files.getFileStore(working).getUsableSpace() < DEVICES_ROOM;
      throw full ? new IOException("No space left in " + working + ": " + e.getMessage(), e) : e;
    }
  }

  @Override
  public MachineUsage usage() throws MachineException {
    mustRun();
    Optional<Guest> now = guest;
    try {
      return now.isPresent() ? now.get().usage() : MachineUsage.NONE;
    } catch (IOException e) {
      throw failed("tell the usage of", e);
    }
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
            if (guest.isPresent()) {
              guest.get().takeOver(around.launcher);
            }
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
        guest.ifPresent(Guest::close);
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

  private Guest switchedOn() throws MachineException {
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
      guest.ifPresent(Guest::close);
      throw new IOException("it has been closed meanwhile");
    }
  }

  private MachineException failed(String what, IOException e) {
    return new MachineException(
        "can't " + what + " '" + from.mirror() + "': " + QemuDriver.describe(e), e);
  }

  @Override
  public void close() {
    closed = true;
    guest.ifPresent(Guest::close);
    cleanUp();
    around.atClose.accept(this);
  }
}
