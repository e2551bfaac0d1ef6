package org.phonemirror.core.vitals;

import java.util.List;
import java.util.Optional;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.vitals.MirrorVitals.Step;
import org.phonemirror.sync.InputEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine that is asked what it uses after each piece of work. What it used since it was asked
 * last belongs to that work: between two of them it is stopped.
 */
final class WatchedMachine implements Machine {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedMachine.class);

  private final Machine machine;
  private final String mirror;
  private final MirrorVitals vitals;
  private long seenMicros;

  WatchedMachine(Machine machine, String mirror, MirrorVitals vitals) {
    this.machine = machine;
    this.mirror = mirror;
    this.vitals = vitals;
  }

  @Override
  public void powerOn(long timeMicros) throws MachineException {
    poweredOn(
        () -> {
          machine.powerOn(timeMicros);
          return "";
        });
  }

  @Override
  public String powerOn(long timeMicros, String software) throws MachineException {
    return poweredOn(() -> machine.powerOn(timeMicros, software));
  }

  private String poweredOn(WatchedDriver.Call<String> call) throws MachineException {
    String runs = WatchedDriver.timed(vitals, Step.POWER_ON, call);
    seenMicros = 0; // its process is a new one
    look();
    return runs;
  }

  @Override
  public ReplayReport replay(
      long startMicros, long lengthMicros, List<InputEvent> events, Tape tape)
      throws MachineException {
    ReplayReport report =
        WatchedDriver.timed(
            vitals, Step.REPLAY, () -> machine.replay(startMicros, lengthMicros, events, tape));
    vitals.replayed(mirror, startMicros + lengthMicros, lengthMicros, look());
    return report;
  }

  @Override
  public void powerOff(long timeMicros) throws MachineException {
    machine.powerOff(timeMicros);
    look();
  }

  @Override
  public <T> T readStorage(StorageReader<T> reader) throws MachineException {
    return WatchedDriver.timed(vitals, Step.READ_STORAGE, () -> machine.readStorage(reader));
  }

  @Override
  public List<String> write(List<StorageWrite> changes) throws MachineException {
    return machine.write(changes);
  }

  @Override
  public Optional<String> whyNotWritable() {
    return machine.whyNotWritable();
  }

  @Override
  public Checkpoint save(long position) throws MachineException {
    Checkpoint saved = WatchedDriver.timed(vitals, Step.SAVE, () -> machine.save(position));
    look();
    return saved;
  }

  @Override
  public MachineUsage usage() throws MachineException {
    return machine.usage();
  }

  @Override
  public void close() {
    machine.close();
    vitals.ended(mirror, this);
  }

  /** Tells what it used since the last look; 0 where that can't be told, which disturbs nobody. */
  private long look() {
    try {
      MachineUsage usage = machine.usage();
      long more = Math.max(0, usage.cpuMicros() - seenMicros);
      seenMicros = usage.cpuMicros();
      vitals.used(mirror, more, usage.residentBytes());
      return more;
    } catch (MachineException e) {
      LOG.warn("what the machine of {} uses is not known: {}", mirror, e.getMessage());
      return 0;
    }
  }
}
