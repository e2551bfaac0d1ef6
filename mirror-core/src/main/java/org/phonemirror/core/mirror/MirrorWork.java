package org.phonemirror.core.mirror;

import java.io.IOException;
import java.util.Optional;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeSource;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.SyncMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The blocking part of a mirror's work: what is done with the machine, one thing at a time. */
final class MirrorWork {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorWork.class);

  private final MachineDriver driver;
  private final TapeSource tapes;
  private final Impu subscriber;
  private final String mirror;

  MirrorWork(MachineDriver driver, TapeSource tapes, Impu subscriber) {
    this.driver = driver;
    this.tapes = tapes;
    this.subscriber = subscriber;
    this.mirror = subscriber.uri();
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
      return new MirrorCommand.Done(message, Optional.empty(), Optional.empty());
    } else if (message instanceof Batch batch) {
      ReplayReport report =
          machine.replay(batch.startMicros(), batch.lengthMicros(), batch.events(), tape(batch));
      return new MirrorCommand.Done(
          message, Optional.of(compare(machine, batch.digest())), Optional.of(report));
    } else {
      Shutdown shutdown = (Shutdown) message;
      machine.powerOff(shutdown.timeMicros());
      return new MirrorCommand.Done(
          message, Optional.of(compare(machine, shutdown.digest())), Optional.empty());
    }
  }

  private Tape tape(Batch batch) throws MachineException {
    long start = batch.startMicros();
    try {
      return tapes.tape(subscriber, batch.sequence(), start, start + batch.lengthMicros());
    } catch (IOException e) {
      throw new MachineException(
          "no tape of message " + batch.sequence() + " of " + mirror + ": " + e.getMessage(), e);
    }
  }

  private static Comparison compare(Machine machine, StorageDigest phone) throws MachineException {
    StorageDigest ours =
        machine.readStorage(storage -> new StorageScanner(storage).scan(phone.unsettled()));
    return new Comparison(ours.equals(phone), ours.files(), ours.bytes(), phone.unsettled().size());
  }

  MirrorCommand save(Machine machine, long position) throws MachineException {
    Checkpoint saved = machine.save(position);
    try {
      tapes.release(subscriber, position);
    } catch (IOException e) {
      // the next checkpoint lets go of them too
      LOG.warn("{}: tapes up to {} are not deleted", mirror, position, e);
    }
    return new MirrorCommand.Saved(saved);
  }

  MirrorCommand remove() throws MachineException {
    driver.remove(mirror);
    try {
      tapes.forget(subscriber);
    } catch (IOException e) {
      throw new MachineException("can't delete the tapes of " + mirror + ": " + e.getMessage(), e);
    }
    return new MirrorCommand.Removed();
  }
}
