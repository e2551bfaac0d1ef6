package org.phonemirror.testnet.bench.density;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.DiskUse;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.StorageScope;

/** A driver whose calls are timed, by a clock on the wall. */
final class TimedDriver implements MachineDriver {
  /** What takes time. */
  enum Step {
    CREATE,
    /** From a checkpoint with the phone switched off: no process yet. */
    START,
    POWER_ON,
    /** From a checkpoint with the session in it. */
    RESTORE,
    REPLAY,
    READ_STORAGE,
    SAVE,
    CLOSE
  }

  private final MachineDriver driver;
  private final Map<Step, Durations> times = new EnumMap<>(Step.class);

  TimedDriver(MachineDriver driver) {
    this.driver = driver;
    for (Step step : Step.values()) {
      times.put(step, new Durations());
    }
  }

  Durations times(Step step) {
    return times.get(step);
  }

  private interface Call<T> {
    T run() throws MachineException;
  }

  private <T> T timed(Step step, Call<T> call) throws MachineException {
    long start = System.nanoTime();
    T result = call.run();
    times.get(step).add(System.nanoTime() - start);
    return result;
  }

  @Override
  public void checkTemplate(String phoneModel) throws MachineException {
    driver.checkTemplate(phoneModel);
  }

  @Override
  public StorageScope storageScope(String phoneModel) throws MachineException {
    return driver.storageScope(phoneModel);
  }

  @Override
  public Optional<Checkpoint> latest(String mirror) throws MachineException {
    return driver.latest(mirror);
  }

  @Override
  public Checkpoint create(String mirror, String phoneModel) throws MachineException {
    return timed(Step.CREATE, () -> driver.create(mirror, phoneModel));
  }

  @Override
  public Machine start(Checkpoint checkpoint, long epoch) throws MachineException {
    Step step = checkpoint.poweredOn() ? Step.RESTORE : Step.START;
    return new TimedMachine(timed(step, () -> driver.start(checkpoint, epoch)));
  }

  @Override
  public Map<String, DiskUse> diskUse(Collection<String> mirrors) throws MachineException {
    return driver.diskUse(mirrors);
  }

  @Override
  public long release(String mirror, long position) throws MachineException {
    return driver.release(mirror, position);
  }

  @Override
  public Optional<Checkpoint> rewind(String mirror, String phoneModel, long from)
      throws MachineException {
    return driver.rewind(mirror, phoneModel, from);
  }

  @Override
  public void remove(String mirror) throws MachineException {
    driver.remove(mirror);
  }

  private final class TimedMachine implements Machine {
    private final Machine machine;

    TimedMachine(Machine machine) {
      this.machine = machine;
    }

    @Override
    public void powerOn(long timeMicros) throws MachineException {
      timed(
          Step.POWER_ON,
          () -> {
            machine.powerOn(timeMicros);
            return true;
          });
    }

    @Override
    public ReplayReport replay(
        long startMicros, long lengthMicros, List<InputEvent> events, Tape tape)
        throws MachineException {
      return timed(Step.REPLAY, () -> machine.replay(startMicros, lengthMicros, events, tape));
    }

    @Override
    public void powerOff(long timeMicros) throws MachineException {
      machine.powerOff(timeMicros);
    }

    @Override
    public <T> T readStorage(StorageReader<T> reader) throws MachineException {
      return timed(Step.READ_STORAGE, () -> machine.readStorage(reader));
    }

    @Override
    public List<String> write(List<StorageWrite> changes) throws MachineException {
      return machine.write(changes);
    }

    @Override
    public Checkpoint save(long position) throws MachineException {
      return timed(Step.SAVE, () -> machine.save(position));
    }

    @Override
    public MachineUsage usage() throws MachineException {
      return machine.usage();
    }

    @Override
    public void close() {
      long start = System.nanoTime();
      machine.close();
      times.get(Step.CLOSE).add(System.nanoTime() - start);
    }
  }
}
