package org.phonemirror.core.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.phonemirror.core.input.MultitouchScreen;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.qemu.GuestMachine;
import org.phonemirror.core.qemu.SavedCheckpoint;
import org.phonemirror.core.store.StateFiles;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.tape.UdpFlow;
import org.phonemirror.sync.InputEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mirror in an Android Emulator. User storage is told by Android itself, while it is on; so with
 * the AVD of a phone that is off there is a copy of what it told last.
 */
final class EmulatorMachine extends GuestMachine<Emulator> {
  private static final Logger LOG = LoggerFactory.getLogger(EmulatorMachine.class);

  /** The one snapshot that an AVD has, in a checkpoint of a session that goes on. */
  private static final String SNAPSHOT = "mirror";

  private static final String TOUCH = "touch";

  private final Emulator.Host host;
  private final EmulatorModel model;
  private MultitouchScreen screen = new MultitouchScreen();

  /** Begins in a working directory that is empty. */
  EmulatorMachine(Place place, Emulator.Host host, EmulatorModel model, SavedCheckpoint from)
      throws IOException {
    super(place);
    this.host = host;
    this.model = model;
    List<String> avd =
        from.checksums().keySet().stream().filter(n -> n.startsWith(AvdFiles.PREFIX)).toList();
    if (avd.isEmpty()) {
      AvdFiles.copy(model.avd(), Emulator.avd(working()));
      StateFiles.copySparse(model.factoryStorage(), working().resolve(StoredTree.TAR));
    } else {
      AvdFiles.unpack(from.directory(), avd, Emulator.avd(working()));
      for (String stored : StoredTree.FILES) {
        if (from.checksums().containsKey(stored)) {
          StateFiles.copySparse(from.directory().resolve(stored), working().resolve(stored));
        }
      }
    }
    if (from.checkpoint().poweredOn()) {
      goOn(restore(from));
    }
  }

  private Emulator restore(SavedCheckpoint saved) throws IOException {
    try {
      screen = MultitouchScreen.of(saved.manifest().text(TOUCH));
    } catch (IllegalArgumentException e) {
      throw new IOException(saved.directory() + " is damaged: " + e.getMessage(), e);
    }
    Emulator restored = start();
    try {
      restored.restore(SNAPSHOT);
      return restored;
    } catch (IOException e) {
      throw restored.failed(e);
    }
  }

  private Emulator start() throws IOException {
    return Emulator.start(host, model, working());
  }

  @Override
  public void powerOn(long timeMicros) throws MachineException {
    call(
        "switch on",
        () -> {
          screen = new MultitouchScreen();
          restart(this::start).boot(timeMicros);
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
          Emulator on = switchedOn();
          if (!tape.isSilent()) {
            LOG.warn(
                "{} flows and {} notifications do not come to '{}': an emulator takes no tape",
                tape.tcp().size() + tape.udp().size(),
                tape.session().size(),
                mirror());
          }
          InputPlan plan = InputPlan.of(events, model.display(), screen);
          RealTimeReplay replay = new RealTimeReplay(on, host.settings().pace(), plan);
          return on.running(
              () -> replay.run(startMicros, lengthMicros, events.size(), unused(tape)));
        });
  }

  private static NetworkReport unused(Tape tape) {
    List<Long> flows = new ArrayList<>();
    tape.tcp().stream().map(TcpFlow::id).forEach(flows::add);
    tape.udp().stream().map(UdpFlow::id).forEach(flows::add);
    return new NetworkReport(List.of(), flows, List.of(), List.of(), 0);
  }

  @Override
  public void powerOff(long timeMicros) throws MachineException {
    call(
        "switch off",
        () -> {
          Emulator on = switchedOn();
          store(on);
          if (!on.powerOff()) {
            LOG.warn(
                "the phone of '{}' did not switch off in {}: its power was cut",
                mirror(),
                model.powerOff());
          }
          switchedOff();
          return true;
        });
  }

  @Override
  public <T> T readStorage(StorageReader<T> reader) throws MachineException {
    if (guest().isPresent()) {
      call("read storage of", () -> store(switchedOn()));
    }
    return exclusively(
        () -> {
          Path view = working().resolve("view");
          try {
            StoredTree.in(working()).show(view, model.storage().maxBytes());
            return reader.read(view);
          } catch (IOException e) {
            throw failed("read storage of", e);
          } finally {
            delete(view);
          }
        });
  }

  /** Has Android tell its user storage. What it refuses does it no harm. */
  private boolean store(Emulator on) throws IOException, MachineException {
    try {
      on.running(() -> on.store(StoredTree.in(working())));
      return true;
    } catch (Adb.RefusedException e) {
      throw failed("read storage of", e);
    }
  }

  @Override
  public List<String> write(List<StorageWrite> changes) throws MachineException {
    return call(
        "write to",
        () -> {
          Emulator on = switchedOn();
          return on.running(() -> on.write(changes));
        });
  }

  @Override
  protected void save(Path made, Checkpoint checkpoint) throws IOException {
    Properties more = new Properties();
    if (guest().isPresent()) {
      guest().get().save(SNAPSHOT);
      more.setProperty(TOUCH, screen.state());
    }
    List<String> files = new ArrayList<>(AvdFiles.pack(Emulator.avd(working()), made));
    if (guest().isEmpty()) {
      for (String stored : StoredTree.FILES) {
        if (Files.exists(working().resolve(stored))) {
          StateFiles.copySparse(working().resolve(stored), made.resolve(stored));
          files.add(stored);
        }
      }
    }
    SavedCheckpoint.describe(made, checkpoint, model.id(), files, more);
  }
}
