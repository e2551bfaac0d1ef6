package org.phonemirror.testnet.story;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.testnet.phone.Typist;

/**
 * A phone in the time that its user takes by the script: a machine of its own does what is typed,
 * and tells the digest of what came of it.
 */
final class ScriptedPhone implements AutoCloseable {
  private static final long BOOT_ID = 17;
  private static final long HOME_SCREEN_MICROS = 5_000_000;

  /** So that nothing is being written when an interval ends. */
  private static final long REST_MICROS = 2_000_000;

  private final QemuDriver driver;
  private final Machine machine;
  private final List<SyncMessage> sent = new ArrayList<>();
  private List<InputEvent> events = new ArrayList<>();
  private long intervalStart;
  private long now;

  /** A phone that is off, with its clock at a time in microseconds since the epoch. */
  ScriptedPhone(Path directory, long startMicros) throws IOException, MachineException {
    now = startMicros;
    driver = new QemuDriver(Built.templates(), directory, QemuSettings.defaults());
    try {
      machine = driver.start(driver.create("phone", Built.MODEL), 1);
    } catch (MachineException e) {
      driver.close();
      throw e;
    }
  }

  /** All that it has sent. */
  List<SyncMessage> sent() {
    return List.copyOf(sent);
  }

  Boot switchOn() throws MachineException {
    machine.powerOn(now);
    intervalStart = now;
    now += HOME_SCREEN_MICROS;
    return send(new Boot(next(), BOOT_ID, intervalStart, Built.MODEL));
  }

  /** Types in the phone's time, which passes meanwhile. */
  Typist user() {
    return new Typist(
        (key, down) -> {
          now++; // no two reports of a device at one time
          events.add(new InputEvent(now, 0, InputEvent.EV_KEY, KeyCodes.of(key), down ? 1 : 0));
        },
        time -> now += time.toNanos() / 1000);
  }

  /** Ends the interval, some seconds after what was typed last. */
  Batch endInterval() throws MachineException {
    now += REST_MICROS;
    long length = now - intervalStart;
    machine.replay(
        intervalStart, length, events, Tape.silent(intervalStart, intervalStart + length));
    Batch batch = new Batch(next(), BOOT_ID, intervalStart, length, events, 0, digest());
    events = new ArrayList<>();
    intervalStart = now;
    return send(batch);
  }

  /** Sets the clock, between two intervals. */
  void setClock(Duration by) {
    now += by.toNanos() / 1000;
    intervalStart = now;
  }

  Shutdown switchOff() throws MachineException {
    machine.powerOff(now);
    return send(new Shutdown(next(), BOOT_ID, now, digest()));
  }

  private long next() {
    return sent.size() + 1L;
  }

  private <T extends SyncMessage> T send(T message) {
    sent.add(message);
    return message;
  }

  /** What counts as its user storage. */
  StorageScope scope() throws MachineException {
    return driver.storageScope(Built.MODEL);
  }

  private StorageDigest digest() throws MachineException {
    StorageScope scope = scope();
    return machine.readStorage(storage -> new StorageScanner(storage, scope).scan(List.of()));
  }

  @Override
  public void close() {
    machine.close();
    driver.close();
  }
}
