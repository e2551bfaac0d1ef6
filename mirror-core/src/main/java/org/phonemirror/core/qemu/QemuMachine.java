package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.storage.StorageView;
import org.phonemirror.core.store.StateFiles;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mirror's machine with an agent: its guest is a clone of the template, whose storage is frozen
 * outside of calls.
 */
final class QemuMachine extends GuestMachine<Guest> {
  private static final Logger LOG = LoggerFactory.getLogger(QemuMachine.class);

  /** More bytes than the devices' state ever has. */
  private static final long DEVICES_ROOM = 1 << 20;

  private final Surroundings around;

  /** Of its guest, or of the next one. */
  private Template template;

  /** Id of the one that the mirror's last session has had, or of that which it was made from. */
  private String had;

  /** Finds the template that the boot of a phone with some software goes on with. */
  interface Versions {
    /**
     * Tells it.
     *
     * @param had id of the one that the mirror has had
     */
    Template of(String software, String had) throws IOException;
  }

  /** What a machine needs of its driver. */
  record Surroundings(QemuLauncher launcher, Versions versions, QemuSettings settings) {}

  /**
   * Begins in a working directory that holds the user storage.
   *
   * @param template that it goes on with
   * @param had id of the one that the mirror has had
   */
  QemuMachine(
      Place place,
      Surroundings around,
      Template template,
      String had,
      Optional<Guest.SavedState> session)
      throws IOException {
    super(place);
    this.around = around;
    this.template = template;
    this.had = had;
    if (session.isPresent()) {
      goOn(clone(session));
    }
  }

  private Guest clone(Optional<Guest.SavedState> session) throws IOException {
    Deadline deadline = Deadline.in(around.settings.commandTime());
    template.checkUnchanged();
    return Guest.restore(around.launcher, working(), template, session, deadline);
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
          Guest started =
              restart(
                  () -> {
                    moveTo(choice.template());
                    Files.deleteIfExists(working().resolve(Hardware.QMP_SOCKET));
                    Files.deleteIfExists(working().resolve(Hardware.AGENT_SOCKET));
                    return clone(Optional.empty());
                  });
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
      LOG.info("{} moves from template {} to {}", mirror(), template.id(), next.id());
      Path note = working().resolve(MirrorDirectory.TEMPLATE);
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
          switchedOff();
          return true;
        });
  }

  @Override
  public <T> T readStorage(StorageReader<T> reader) throws MachineException {
    return exclusively(
        () -> {
          try (StorageView view = StorageView.open(working().resolve(Guest.DATA))) {
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
  protected void save(Path made, Checkpoint checkpoint) throws IOException {
    StoredImage.write(working().resolve(Guest.DATA), made.resolve(SavedCheckpoint.STORAGE));
    if (guest().isPresent()) {
      Deadline deadline = Deadline.in(around.settings.commandTime());
      template.checkUnchanged(); // the pages are a difference to it
      guest().get().savePages(template, made.resolve(SavedCheckpoint.PAGES));
      try {
        Path devices = saveDevices(guest().get(), deadline);
        Packing.pack(devices, made.resolve(SavedCheckpoint.DEVICE_STATE));
      } finally {
        delete(working().resolve(Guest.DEVICES));
      }
    }
    SavedCheckpoint.describe(made, checkpoint, had);
  }

  private Path saveDevices(Guest guest, Deadline deadline) throws IOException {
    try {
      return guest.saveDevices(deadline);
    } catch (QmpException e) {
      // QEMU does not tell what kind of error it met
      boolean full = Files.getFileStore(working()).getUsableSpace() < DEVICES_ROOM;
      throw full ? new IOException("No space left in " + working() + ": " + e.getMessage(), e) : e;
    }
  }

  @Override
  protected void takeOver(Guest guest) throws IOException {
    guest.takeOver(around.launcher);
  }
}
