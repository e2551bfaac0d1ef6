package org.phonemirror.core.mirror;

import java.util.Optional;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.SyncMessage;

/** The blocking part of a mirror's work: what is done with the machine, one thing at a time. */
final class MirrorWork {
  private final MachineDriver driver;
  private final String mirror;

  MirrorWork(MachineDriver driver, String mirror) {
    this.driver = driver;
    this.mirror = mirror;
  }

  /**
   * Starts the machine from its newest checkpoint, or from the factory template.
   *
   * @param first the oldest position from which the journal can go on
   * @param last the newest position that the journal knows of
   */
  MirrorCommand start(String phoneModel, long first, long last, long epoch)
      throws MachineException {
    driver.checkTemplate(phoneModel);
    Optional<Checkpoint> latest = driver.latest(mirror);
    if (latest.isEmpty() && first > 0) {
      throw new MachineException(
          "mirror " + mirror + " has no checkpoint, but its journal goes on from " + first);
    }
    Checkpoint from = latest.isPresent() ? latest.get() : driver.create(mirror, phoneModel);
    if (from.position() < first || from.position() > last) {
      throw new MachineException(
          String.format(
              "mirror %s has its newest checkpoint at %d, but its journal goes from %d to %d",
              mirror, from.position(), first, last));
    }
    return new MirrorCommand.Started(driver.start(from, epoch), from);
  }

  /** Lets the mirror do what the phone did. */
  MirrorCommand replay(Machine machine, SyncMessage message) throws MachineException {
    if (message instanceof Boot boot) {
      machine.powerOn(boot.timeMicros());
      return new MirrorCommand.Done(message, Optional.empty());
    } else if (message instanceof Batch batch) {
      machine.replay(batch.startMicros(), batch.lengthMicros(), batch.events());
      return new MirrorCommand.Done(message, Optional.of(compare(machine, batch.digest())));
    } else {
      Shutdown shutdown = (Shutdown) message;
      machine.powerOff(shutdown.timeMicros());
      return new MirrorCommand.Done(message, Optional.of(compare(machine, shutdown.digest())));
    }
  }

  private static Comparison compare(Machine machine, StorageDigest phone) throws MachineException {
    StorageDigest ours =
        machine.readStorage(storage -> new StorageScanner(storage).scan(phone.unsettled()));
    return new Comparison(ours.equals(phone), ours.files(), ours.bytes(), phone.unsettled().size());
  }

  MirrorCommand save(Machine machine, long position) throws MachineException {
    return new MirrorCommand.Saved(machine.save(position));
  }

  MirrorCommand remove() throws MachineException {
    driver.remove(mirror);
    return new MirrorCommand.Removed();
  }
}
