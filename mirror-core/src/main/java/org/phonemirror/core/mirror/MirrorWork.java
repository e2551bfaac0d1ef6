package org.phonemirror.core.mirror;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.repair.Evidence;
import org.phonemirror.core.repair.Interval;
import org.phonemirror.core.repair.Outcome;
import org.phonemirror.core.repair.Repair;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeSource;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.SyncCodec;
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
  private Repair repair = new Repair(StorageScope.ALL);
  private Evidence before = Evidence.NONE;

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
    repair = new Repair(driver.storageScope(phoneModel));
    return new MirrorCommand.Started(driver.start(from, epoch), from);
  }

  /**
   * How a replay is to be followed by repair.
   *
   * @param wasIdentical whether the storages were equal before
   * @param awaiting whether the phone is still to answer
   * @param askBytes most bytes of asks
   */
  record RepairOrder(boolean wasIdentical, boolean awaiting, int askBytes) {}

  /** Lets the mirror do what the phone did, compares, and repairs. */
  MirrorCommand replay(Machine machine, SyncMessage message, RepairOrder order)
      throws MachineException {
    if (message instanceof Boot boot) {
      machine.powerOn(boot.timeMicros());
      return MirrorCommand.Done.of(message);
    } else if (message instanceof Batch batch) {
      Tape tape = tape(batch);
      ReplayReport report =
          machine.replay(batch.startMicros(), batch.lengthMicros(), batch.events(), tape);
      Evidence now = Evidence.of(batch.lost(), tape, report);
      Interval phone = new Interval(batch.digest(), batch.answers());
      MirrorCommand done =
          settle(machine, message, phone, now.and(before), order, Optional.of(report));
      before = now;
      return done;
    } else {
      Shutdown shutdown = (Shutdown) message;
      machine.powerOff(shutdown.timeMicros());
      Interval phone = new Interval(shutdown.digest(), List.of());
      return settle(machine, message, phone, before, order, Optional.empty());
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

  private MirrorCommand settle(
      Machine machine,
      SyncMessage message,
      Interval phone,
      Evidence evidence,
      RepairOrder order,
      Optional<ReplayReport> report)
      throws MachineException {
    Outcome outcome =
        repair.settle(machine, phone, order.wasIdentical, order.awaiting, order.askBytes);
    StorageDigest ours = outcome.storage();
    Comparison comparison =
        new Comparison(
            outcome.identical(), ours.files(), ours.bytes(), phone.digest().unsettled().size());
    long wireBytes =
        phone.answers().stream().mapToLong(SyncCodec::length).sum()
            + outcome.asks().stream().flatMap(List::stream).mapToLong(SyncCodec::length).sum();
    RepairCounts counts =
        RepairCounts.of(
            outcome.newlyDiverged(),
            evidence.cause(),
            outcome.repairedFiles(),
            outcome.repairedBytes(),
            wireBytes);
    return new MirrorCommand.Done(
        message, report, Optional.of(comparison), counts, outcome.beyondRepair(), outcome.asks());
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
