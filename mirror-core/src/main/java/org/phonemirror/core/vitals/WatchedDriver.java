package org.phonemirror.core.vitals;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.DiskUse;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.vitals.MirrorVitals.Step;
import org.phonemirror.sync.StorageScope;

/** A driver whose calls are timed, and whose machines are asked what they use. */
final class WatchedDriver implements MachineDriver {
  private final MachineDriver driver;
  private final MirrorVitals vitals;

  WatchedDriver(MachineDriver driver, MirrorVitals vitals) {
    this.driver = driver;
    this.vitals = vitals;
  }

  /** A call that may fail; one that does is not timed. */
  interface Call<T> {
    T run() throws MachineException;
  }

  static <T> T timed(MirrorVitals vitals, Step step, Call<T> call) throws MachineException {
    long start = System.nanoTime();
    T result = call.run();
    vitals.called(step, System.nanoTime() - start);
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
    return timed(vitals, Step.CREATE, () -> driver.create(mirror, phoneModel));
  }

  @Override
  public Machine start(Checkpoint checkpoint, long epoch) throws MachineException {
    Step step = checkpoint.poweredOn() ? Step.RESTORE : Step.START;
    String mirror = checkpoint.mirror();
    Machine machine = timed(vitals, step, () -> driver.start(checkpoint, epoch));
    WatchedMachine watched = new WatchedMachine(machine, mirror, vitals);
    vitals.started(mirror, watched);
    return watched;
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
    vitals.forget(mirror);
  }
}
