package org.phonemirror.core.mirror;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.phonemirror.core.clone.Cloning;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.placement.CpuLimitException;
import org.phonemirror.core.placement.MachineMeter;
import org.phonemirror.core.placement.Place;
import org.phonemirror.core.repair.Cause;
import org.phonemirror.core.repair.Evidence;
import org.phonemirror.core.repair.Interval;
import org.phonemirror.core.repair.Outcome;
import org.phonemirror.core.repair.Repair;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeSource;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Notice;
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
  private static final long NOWHERE = -1;

  /** How many messages are read from the journal at once. */
  private static final int PAGE = 50;

  private final MachineDriver driver;
  private final TapeSource tapes;
  private final Services services;
  private final Cloning cloning;
  private final Journal journal;
  private final int retention;
  private final Impu subscriber;
  private final String mirror;
  private final Place place;
  private final Clock clock;
  private long rested = NOWHERE;
  private Repair repair = new Repair(StorageScope.ALL);
  private Evidence before = Evidence.NONE;

  MirrorWork(MirrorPorts ports, MirrorSurroundings surroundings, Place place) {
    this.subscriber = surroundings.subscriber();
    this.journal = surroundings.journal();
    this.retention = surroundings.settings().retention();
    this.place = place;
    this.clock = ports.clock();
    this.driver = ports.driver();
    this.tapes = ports.tapes();
    this.services = new Services(ports.services(), subscriber);
    this.cloning = ports.cloning();
    this.mirror = subscriber.uri();
  }

  /**
   * Starts the machine from its newest checkpoint that is whole, or from the factory template.
   *
   * @param first the oldest position from which the mirror's state can go on; what is before it the
   *     journal may have
   * @param last the newest position that the journal knows of
   */
  MirrorCommand start(String phoneModel, long first, long last, long epoch)
      throws MachineException, CpuLimitException {
    driver.checkTemplate(phoneModel);
    Optional<Checkpoint> latest = driver.latest(mirror);
    long position = latest.map(Checkpoint::position).orElse(0L);
    if (position > last) {
      throw new MachineException(
          String.format(
              "mirror %s has its newest checkpoint at %d, but its journal ends at %d: the state"
                  + " directory is not of one moment; restore it as a whole",
              mirror, position, last));
    }
    if (position < first) {
      mustReach(position, last);
      LOG.warn(
          "{}: its checkpoint at {} is lost, it goes on from {} by the journal",
          mirror,
          first,
          position);
    }
    Checkpoint from = latest.isPresent() ? latest.get() : driver.create(mirror, phoneModel);
    if (from.position() != rested) {
      repair = new Repair(driver.storageScope(phoneModel));
    }
    rested = NOWHERE;
    Machine started = driver.start(from, epoch);
    // also if it was written before: that checkpoint may be damaged, or not the one to begin from
    boolean fromCopy = from.position() == 0 && cloning.isCopied(subscriber);
    Checkpoint at = fromCopy ? withCopy(started) : from;
    MachineMeter machine = place.meter(started);
    try {
      return machine.run(() -> new MirrorCommand.Started(machine, at));
    } catch (MachineException | CpuLimitException e) {
      machine.machine().close();
      throw e;
    }
  }

  /** Makes a mirror in factory state what its phone was when its stream began. */
  private Checkpoint withCopy(Machine machine) throws MachineException {
    boolean done = false;
    try {
      cloning.write(subscriber, machine);
      Checkpoint base = machine.save(0);
      cloning.written(subscriber);
      done = true;
      return base;
    } catch (IOException e) {
      throw new MachineException("can't note that " + mirror + " is copied: " + e.getMessage(), e);
    } finally {
      if (!done) {
        machine.close();
      }
    }
  }

  private void mustReach(long position, long last) throws MachineException {
    long reach = reach(last);
    if (reach > position) {
      throw new MachineException(
          String.format(
              "mirror %s has no whole checkpoint that its journal can go on from: the newest is at"
                  + " %d, the journal begins at %d; restore the state directory, or remove the"
                  + " subscriber's profile and add it again, which begins a new mirror",
              mirror, position, reach));
    }
  }

  private long reach(long last) throws MachineException {
    try {
      return journal.reach(subscriber, last);
    } catch (IOException e) {
      throw new MachineException(e.getMessage(), e);
    }
  }

  /** Reads the messages after a position that the mirror's state does not hold any more. */
  MirrorCommand read(long position, long last) throws MachineException {
    try {
      List<SyncMessage> messages =
          journal.messages(subscriber, position, PAGE).stream().map(MirrorState::decode).toList();
      if (messages.isEmpty() || messages.get(0).sequence() != position + 1) {
        mustReach(position, last);
        throw new MachineException(
            "the journal of " + mirror + " has no message " + (position + 1));
      }
      return new MirrorCommand.Read(messages);
    } catch (IOException e) {
      throw new MachineException(e.getMessage(), e);
    }
  }

  /** Forgets all checkpoints but the oldest that it can be built again from; its machine ends. */
  MirrorCommand rewind(String phoneModel, long last) throws MachineException {
    driver.checkTemplate(phoneModel);
    rested = NOWHERE;
    long reach = reach(last);
    Optional<Checkpoint> base = driver.rewind(mirror, phoneModel, reach);
    if (base.isEmpty()) {
      mustReach(0, last);
      driver.remove(mirror);
      base = Optional.of(driver.create(mirror, phoneModel));
    }
    return new MirrorCommand.Rewound(base.get());
  }

  /**
   * How a replay is to be followed by repair.
   *
   * @param wasIdentical whether the storages were equal before
   * @param awaiting whether the phone is still to answer
   * @param repeated whether the message was replayed, compared and handed to the services before
   * @param profile of the mirror; asks take up to half of its repair budget, as the phone counts
   *     them into it, too
   */
  record RepairOrder(
      boolean wasIdentical, boolean awaiting, boolean repeated, MirrorProfile profile) {}

  /**
   * Lets the mirror do what the phone did, compares, repairs, and lets the services work. A machine
   * that fails is closed.
   *
   * @param ready when this could have begun; empty if that was before the server was started
   */
  MirrorCommand replay(
      MachineMeter machine, SyncMessage message, RepairOrder order, Optional<Instant> ready)
      throws MachineException, CpuLimitException {
    Instant begun = clock.instant();
    try {
      MirrorCommand done = machine.run(() -> replay(machine.machine(), message, order));
      machine.beginInterval();
      place.replayed(
          ready,
          begun,
          message instanceof Batch batch
              ? OptionalLong.of(batch.lengthMicros())
              : OptionalLong.empty());
      return done;
    } catch (MachineException | CpuLimitException e) {
      machine.machine().close();
      throw e;
    }
  }

  private MirrorCommand replay(Machine machine, SyncMessage message, RepairOrder order)
      throws MachineException {
    if (message instanceof Boot boot) {
      String software = machine.powerOn(boot.timeMicros(), boot.software());
      return MirrorCommand.Done.of(boot, OtherSoftware.of(boot.software(), software));
    } else if (message instanceof Batch batch) {
      Tape tape = tape(batch);
      ReplayReport report =
          machine.replay(batch.startMicros(), batch.lengthMicros(), batch.events(), tape);
      Services.Round round = services.new Round(machine, order.profile, batch, order.repeated);
      round.replayed();
      Evidence now = Evidence.of(batch.lost(), tape, report);
      Interval phone = new Interval(batch.digest(), batch.answers(), batch.endMicros(), false);
      Outcome outcome = settle(machine, phone, order);
      Evidence evidence = now.and(before);
      Optional<Cause> diverged =
          outcome.newlyDiverged() ? Optional.of(evidence.cause()) : Optional.empty();
      round.settled(new SettledStorage(outcome.tree(), outcome.identical(), diverged));
      before = now;
      return done(message, phone, outcome, evidence, Optional.of(report), round.failures());
    } else {
      Shutdown shutdown = (Shutdown) message;
      machine.powerOff(shutdown.timeMicros());
      Interval phone = new Interval(shutdown.digest(), List.of(), shutdown.timeMicros(), true);
      Outcome outcome = settle(machine, phone, order);
      return done(message, phone, outcome, before, Optional.empty(), List.of());
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

  private Outcome settle(Machine machine, Interval phone, RepairOrder order)
      throws MachineException {
    return repair.settle(
        machine, phone, order.wasIdentical, order.awaiting, order.profile.repairBudget() / 2);
  }

  private static MirrorCommand done(
      SyncMessage message,
      Interval phone,
      Outcome outcome,
      Evidence evidence,
      Optional<ReplayReport> report,
      List<Notice> notices) {
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
        message,
        report,
        Optional.of(comparison),
        counts,
        outcome.beyondRepair(),
        outcome.asks(),
        notices,
        Optional.empty());
  }

  /**
   * Saves the machine's state. If that fails and the machine goes on, as on a full disk, it is only
   * not saved; if the machine has ended, it is closed.
   */
  MirrorCommand save(MachineMeter machine, long position)
      throws MachineException, CpuLimitException {
    try {
      return machine.run(() -> save(machine.machine(), position));
    } catch (MachineException e) {
      try {
        machine.machine().usage();
      } catch (MachineException ended) {
        machine.machine().close();
        e.addSuppressed(ended);
        throw e;
      }
      return new MirrorCommand.NotSaved(e);
    } catch (CpuLimitException e) {
      machine.machine().close();
      throw e;
    }
  }

  private MirrorCommand save(Machine machine, long position) throws MachineException {
    Checkpoint saved = machine.save(position);
    try {
      long base = driver.release(mirror, position - retention);
      tapes.release(subscriber, base);
      int events = journal.compact(subscriber, base);
      LOG.debug("{}: its base is at {}, {} events are deleted", mirror, base, events);
    } catch (IOException | MachineException e) {
      // the next checkpoint lets go of it too
      LOG.warn("{}: not everything before {} is deleted", mirror, position - retention, e);
    }
    return new MirrorCommand.Saved(saved);
  }

  /**
   * Closes the machine when its state is saved.
   *
   * @param unsaved whether it is not yet
   */
  MirrorCommand rest(MachineMeter machine, long position, boolean unsaved)
      throws MachineException, CpuLimitException {
    if (unsaved && save(machine, position) instanceof MirrorCommand.NotSaved failed) {
      return failed;
    }
    machine.machine().close();
    rested = position;
    return new MirrorCommand.Rested(unsaved ? Optional.of(position) : Optional.empty());
  }

  MirrorCommand remove() throws MachineException {
    services.removed();
    driver.remove(mirror);
    rested = NOWHERE;
    try {
      tapes.forget(subscriber);
      cloning.forget(subscriber);
    } catch (IOException e) {
      throw new MachineException(
          "can't delete the tapes and the copy of " + mirror + ": " + e.getMessage(), e);
    }
    return new MirrorCommand.Removed();
  }
}
