package org.phonemirror.core.mirror;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerBuilderByState;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EffectFactories;
import org.phonemirror.core.placement.CpuLimitException;
import org.phonemirror.core.placement.MachineMeter;
import org.phonemirror.core.placement.Place;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.SyncMessage;

/**
 * The part of a mirror that its machine is.
 *
 * <p>The machine follows the phone's messages on its own. It has a <i>position</i>, the sequence
 * number of the last message that it has replayed, and {@link #look} decides at every turn, from
 * the state and that position alone, the one thing to do next: start the machine, replay the next
 * message when it is due, save, or close. Whatever breaks, the machine is thrown away and started
 * again from its newest checkpoint, at that checkpoint's position, and the messages behind it are
 * replayed: so every message is in the mirror's storage exactly once, though a machine that died
 * may have seen it too.
 *
 * <p>Hibernation is that rule, used on purpose: a machine that is saved may be closed whenever
 * there is nothing to replay, and the next message starts it again. The server's {@link Place} says
 * when; what is done with the machine is done in the server's queue, in the order of deadlines.
 */
final class MachineLife {
  /** How long what no replay waits for may wait. */
  private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);

  /** Goes before all replays: memory is short. */
  private static final Instant AT_ONCE = Instant.EPOCH;

  /** How many times the longest pause one is left alone that used too much CPU time. */
  private static final int COSTLY = 10;

  private final ActorContext<MirrorCommand> context;
  private final TimerScheduler<MirrorCommand> timers;
  private final MirrorSurroundings surroundings;
  private final MirrorPorts ports;
  private final EffectFactories<MirrorEvent, MirrorState> effects;
  private final PhoneSide phone;
  private final MirrorSettings settings;
  private final Agenda agenda;
  private final Clock clock;
  private final Place place;
  private final MirrorWork work;
  private final WorkSlot slot;
  private final MirrorLog log;

  private final Backlog backlog = new Backlog();
  private final Rebuilding rebuilding = new Rebuilding();
  private Optional<MachineMeter> machine = Optional.empty();
  private long position;
  private boolean stopping;

  /** Whether the machine is to be started although there is nothing to replay. */
  private boolean awake;

  private boolean hibernating;
  private boolean idle;
  private Instant expected = Instant.EPOCH;
  private Optional<String> refusal = Optional.empty();
  private int refusals;
  private int failures;
  private Instant notBefore = Instant.MIN;
  private int saveFailures;
  private Instant saveNotBefore = Instant.MIN;
  private int beyondRepair;
  private Optional<OtherSoftware> otherSoftware = Optional.empty();
  private Optional<MirrorCondition.Phase> told = Optional.empty();

  MachineLife(
      ActorContext<MirrorCommand> context,
      TimerScheduler<MirrorCommand> timers,
      MirrorSurroundings surroundings,
      MirrorPorts ports,
      EffectFactories<MirrorEvent, MirrorState> effects,
      PhoneSide phone) {
    this.context = context;
    this.timers = timers;
    this.surroundings = surroundings;
    this.ports = ports;
    this.effects = effects;
    this.phone = phone;
    this.settings = surroundings.settings();
    this.agenda = new Agenda(new ReplaySchedule(settings.maxTransfer()), phone);
    this.clock = ports.clock();
    // other mirrors' threads tell it, and a context is for its own only
    ActorRef<MirrorCommand> self = context.getSelf();
    this.place = surroundings.placement().place(() -> self.tell(new MirrorCommand.Hibernate()));
    this.work = new MirrorWork(ports, surroundings, place);
    this.slot = new WorkSlot(context, place);
    this.log = new MirrorLog(context, surroundings.subscriber());
  }

  /** Takes its commands. */
  void handle(
      CommandHandlerBuilderByState<MirrorCommand, MirrorEvent, MirrorState, MirrorState> builder) {
    builder
        .onCommand(MirrorCommand.Look.class, (state, command) -> look(state))
        .onCommand(MirrorCommand.Finished.class, this::finished)
        .onCommand(MirrorCommand.Rebuild.class, this::rebuild)
        .onCommand(MirrorCommand.Hibernate.class, (state, command) -> hibernate(state))
        .onCommand(MirrorCommand.Stop.class, (state, command) -> stop(state));
  }

  boolean isStopping() {
    return stopping;
  }

  /**
   * Goes on from the journal. A machine is started only if it never was, or when there is something
   * to replay, so that not all of a server's start when it does; and what had a place keeps it.
   */
  void recovered(MirrorState state) {
    awake = state.link().on() && state.progress().epoch() == 0;
    if (state.profile().isPresent() && state.isUnderWay()) {
      place.keep(state.profile().get().syncInterval());
    }
    lookLater();
  }

  /** The phone was switched on: its first message comes soon. */
  void turnedOn() {
    awake = true;
    lookLater();
  }

  /** The mirror that there was is no more. */
  void retire() {
    slot.withdraw();
    closeMachine();
    otherSoftware = Optional.empty();
  }

  /** The entity ends. */
  void ended() {
    closeMachine();
    place.leave();
  }

  void closeMachine() {
    machine.ifPresent(meter -> meter.machine().close());
    withoutMachine();
  }

  private void withoutMachine() {
    machine = Optional.empty();
    backlog.read(List.of());
    hibernating = false;
    idle = false;
    place.gone();
  }

  void lookLater() {
    context.getSelf().tell(new MirrorCommand.Look());
  }

  private Effect<MirrorEvent, MirrorState> look(MirrorState state) {
    tellCondition(state);
    if (!slot.isFree()) {
      return effects.none();
    }
    Instant now = clock.instant();
    if (now.isBefore(notBefore) && !stopping) {
      return lookAt(notBefore, now);
    }
    if (state.retiring()) {
      if (stopping) {
        return effects.stop(); // it is removed when the server is up again
      }
      slot.take(now.plus(HOUSEKEEPING), work::remove);
      return effects.none();
    } else if (state.profile().isEmpty()) {
      place.leave();
      return stopIfTold();
    }
    long last = state.stream().last();
    if (rebuilding.isOrdered() && !stopping) {
      closeMachine();
      slot.take(now.plus(HOUSEKEEPING), () -> work.rewind(model(state), last));
      return effects.none();
    }
    long from = machine.isPresent() ? position : state.progress().checkpoint();
    Optional<SyncMessage> next = stopping ? Optional.empty() : backlog.after(state, from);
    if (machine.isEmpty()) {
      return withoutMachine(state, next, now);
    } else if (next.isEmpty() && !stopping && position < last) {
      slot.take(now, () -> work.read(from, last));
      return effects.none();
    } else if (next.isPresent()) {
      Instant due = agenda.due(next.get());
      return now.isBefore(due) ? lookAt(due, now) : replay(state, next.get(), now);
    }
    return atRest(state, machine.get(), now);
  }

  private Effect<MirrorEvent, MirrorState> withoutMachine(
      MirrorState state, Optional<SyncMessage> next, Instant now) {
    boolean on = state.link().on();
    boolean known = state.stream().last() > 0 || !ports.cloning().isOn();
    boolean needed = next.isPresent() || (on && awake && known) || rebuilding.isUnderWay();
    if (stopping || !needed) {
      if (!on) {
        refusal = Optional.empty();
        place.leave();
      }
      return stopIfTold();
    }
    MirrorProfile profile = state.profile().orElseThrow();
    Optional<String> before = refusal;
    refusal = place.admit(profile.syncInterval());
    if (refusal.isPresent()) {
      if (before.isEmpty()) {
        log.warn("mirror has to wait: {}", refusal.get());
      }
      tellCondition(state);
      return lookAt(now.plus(settings.retry(++refusals)), now);
    }
    refusals = 0;
    return start(state, profile, next.map(message -> agenda.deadline(message, now)).orElse(now));
  }

  private static String model(MirrorState state) {
    return state.profile().map(MirrorProfile::phoneModel).orElseThrow();
  }

  private Effect<MirrorEvent, MirrorState> start(
      MirrorState state, MirrorProfile profile, Instant deadline) {
    long epoch = state.progress().epoch() + 1;
    long checkpoint = state.progress().checkpoint();
    long last = state.stream().last();
    place.starting();
    return effects
        .persist(new MirrorEvent.MachineStarting(epoch))
        .thenRun(
            () ->
                slot.take(
                    deadline, () -> work.start(profile.phoneModel(), checkpoint, last, epoch)));
  }

  private Effect<MirrorEvent, MirrorState> replay(
      MirrorState state, SyncMessage message, Instant now) {
    MachineMeter replaying = machine.orElseThrow();
    hibernating = false;
    idle = false;
    long at = position;
    boolean unsaved = at > state.progress().checkpoint() && !rebuilding.isUnderWay();
    boolean mayLeave = unsaved && !now.isBefore(saveNotBefore);
    if (place.working(replaying.last().residentBytes(), mayLeave)) {
      slot.take(AT_ONCE, () -> work.rest(replaying, at, unsaved));
      return effects.none();
    }
    MirrorWork.RepairOrder order =
        new MirrorWork.RepairOrder(
            state.progress().wasIdentical(),
            phone.asks().areAwaitedAfter(message.sequence()),
            message.sequence() <= state.progress().replayed(),
            state.profile().orElseThrow());
    Optional<Instant> ready = agenda.ready(message);
    slot.take(agenda.deadline(message, now), () -> work.replay(replaying, message, order, ready));
    return effects.none();
  }

  /** All that has come is replayed, or nothing is to be replayed any more. */
  private Effect<MirrorEvent, MirrorState> atRest(
      MirrorState state, MachineMeter resting, Instant now) {
    boolean leave = stopping || !state.link().on();
    long at = position;
    boolean unsaved = at > state.progress().checkpoint();
    boolean much = at - state.progress().checkpoint() >= settings.checkpointEvery();
    if (unsaved && !stopping && now.isBefore(saveNotBefore)) {
      return lookAt(saveNotBefore, now);
    }
    if (!idle && !leave) {
      idle = true;
      place.idle(resting.last().residentBytes(), expected);
    }
    if (leave || hibernating) {
      Instant deadline = leave ? now.plus(HOUSEKEEPING) : AT_ONCE;
      slot.take(deadline, () -> work.rest(resting, at, unsaved));
    } else if (much) {
      slot.take(now.plus(HOUSEKEEPING), () -> work.save(resting, at));
    }
    return effects.none();
  }

  private Effect<MirrorEvent, MirrorState> lookAt(Instant due, Instant now) {
    timers.startSingleTimer(
        MirrorCommand.Look.class, new MirrorCommand.Look(), Duration.between(now, due));
    return effects.none();
  }

  private Effect<MirrorEvent, MirrorState> stopIfTold() {
    return stopping ? effects.stop() : effects.none();
  }

  private Effect<MirrorEvent, MirrorState> hibernate(MirrorState state) {
    // if it is not idle any more, the pool has been told
    hibernating = idle;
    return look(state);
  }

  private Effect<MirrorEvent, MirrorState> rebuild(MirrorState state, MirrorCommand.Rebuild told) {
    rebuilding.take(told, state.stream().last(), phone.isTaken(state) && !stopping);
    return look(state);
  }

  private Effect<MirrorEvent, MirrorState> stop(MirrorState state) {
    stopping = true;
    slot.withdraw();
    return look(state);
  }

  // ---- what has come of it

  private Effect<MirrorEvent, MirrorState> finished(
      MirrorState state, MirrorCommand.Finished finished) {
    MirrorCommand outcome = finished.outcome();
    if (!slot.release(finished.task())) {
      // begun before the entity was restarted
      if (outcome instanceof MirrorCommand.Started started) {
        started.machine().machine().close();
      }
      return effects.none();
    }
    if (outcome instanceof MirrorCommand.Started started) {
      return started(state, started);
    } else if (outcome instanceof MirrorCommand.Broken broken) {
      return broken(state, broken);
    } else if (outcome instanceof MirrorCommand.Removed) {
      return removed();
    } else if (outcome instanceof MirrorCommand.Read read) {
      backlog.read(read.messages());
      return look(state);
    } else if (outcome instanceof MirrorCommand.Rewound rewound) {
      rebuilding.begun(rewound.base().position());
      log.info("mirror is built again from {}", rewound.base());
      return look(state);
    } else if (machine.isEmpty()) {
      return look(state);
    } else if (outcome instanceof MirrorCommand.Done done) {
      return done(state, done);
    } else if (outcome instanceof MirrorCommand.Saved saved) {
      return saved(Optional.of(saved.checkpoint().position()));
    } else if (outcome instanceof MirrorCommand.Rested rested) {
      awake = false;
      withoutMachine();
      if (state.link().on()) {
        log.debug("mirror hibernates, at message {}", position);
      } else {
        log.info("mirror is saved");
      }
      return saved(rested.saved());
    } else {
      return notSaved(state, (MirrorCommand.NotSaved) outcome);
    }
  }

  private Effect<MirrorEvent, MirrorState> started(
      MirrorState state, MirrorCommand.Started started) {
    machine = Optional.of(started.machine());
    if (state.retiring()) {
      closeMachine();
      return look(state);
    }
    position = started.from().position();
    expected = clock.instant();
    if (awake) {
      log.info("mirror runs, at message {}", position);
    } else {
      log.debug("mirror is back, at message {}", position);
    }
    return position == state.progress().checkpoint()
        ? look(state)
        : effects.persist(new MirrorEvent.Checkpointed(position)).thenRun(this::lookLater);
  }

  private Effect<MirrorEvent, MirrorState> done(MirrorState state, MirrorCommand.Done done) {
    SyncMessage message = done.message();
    position = message.sequence();
    Duration length =
        message instanceof Batch batch
            ? Duration.ofNanos(batch.lengthMicros() * 1000)
            : state.profile().orElseThrow().syncInterval();
    expected = clock.instant().plus(length);
    phone.replayed(message);
    failures = 0;
    done.asks().ifPresent(phone.asks()::set);
    beyondRepair = done.beyondRepair();
    if (message instanceof Boot) {
      otherSoftware = done.otherSoftware();
    }
    rebuilding.replayed(position, done.comparison());
    boolean recovered = !state.progress().failure().isEmpty() && saveFailures < settings.attempts();
    if (position <= state.progress().replayed()) {
      // seen before its machine died; it counts once
      return recovered
          ? effects.persist(new MirrorEvent.Recovered()).thenRun(this::lookLater)
          : look(state);
    }
    log.replayed(done);
    List<MirrorEvent> events = new ArrayList<>();
    events.add(new MirrorEvent.Replayed(position, done.comparison(), done.counts()));
    if (recovered) {
      events.add(new MirrorEvent.Recovered());
    }
    phone.notices().adding(state, done.notices().size());
    done.notices().forEach(notice -> events.add(new MirrorEvent.NoticePosted(notice)));
    return effects.persist(events).thenRun(this::lookLater);
  }

  private Effect<MirrorEvent, MirrorState> removed() {
    return effects
        .persist(new MirrorEvent.Removed())
        .thenRun(
            (MirrorState after) ->
                context.getSelf().tell(new MirrorCommand.ProfileKnown(after.profile())))
        .thenRun(this::lookLater);
  }

  private Effect<MirrorEvent, MirrorState> saved(Optional<Long> checkpoint) {
    List<MirrorEvent> events = new ArrayList<>();
    checkpoint.ifPresent(at -> events.add(new MirrorEvent.Checkpointed(at)));
    if (checkpoint.isPresent() && saveFailures >= settings.attempts()) {
      events.add(new MirrorEvent.Recovered());
    }
    saveFailures = checkpoint.isPresent() ? 0 : saveFailures;
    return effects.persist(events).thenRun(this::lookLater);
  }

  /** The machine is as it was, and goes on; it is saved another time. */
  private Effect<MirrorEvent, MirrorState> notSaved(
      MirrorState state, MirrorCommand.NotSaved failed) {
    saveFailures++;
    Duration pause = settings.retry(saveFailures);
    saveNotBefore = clock.instant().plus(pause);
    hibernating = false;
    idle = false;
    place.stays();
    String reason = String.valueOf(failed.cause().getMessage());
    log.warn("mirror is not saved, trying again in {}: {}", pause, reason);
    if (stopping) {
      closeMachine();
      return look(state);
    } else if (saveFailures == settings.attempts()) {
      return effects.persist(new MirrorEvent.Failed(reason)).thenRun(this::lookLater);
    }
    return look(state);
  }

  private Effect<MirrorEvent, MirrorState> broken(MirrorState state, MirrorCommand.Broken broken) {
    closeMachine();
    agenda.forget();
    failures++;
    boolean costly = broken.cause() instanceof CpuLimitException;
    Duration pause =
        costly ? settings.longestRetry().multipliedBy(COSTLY) : settings.retry(failures);
    notBefore = clock.instant().plus(pause);
    String reason = String.valueOf(broken.cause().getMessage());
    rebuilding.failed(reason);
    log.warn("mirror broke down, going on from its last checkpoint in {}: {}", pause, reason);
    boolean tell =
        costly ? !state.progress().failure().equals(reason) : failures == settings.attempts();
    return tell && !stopping
        ? effects.persist(new MirrorEvent.Failed(reason)).thenRun(this::lookLater)
        : look(state);
  }

  // ---- what others see of it

  MirrorStatus status(MirrorState state) {
    MirrorStatus.Machine seen =
        new MirrorStatus.Machine(machine.isPresent(), !awake, refusal, beyondRepair, otherSoftware);
    return MirrorStatus.of(surroundings.subscriber(), state, seen);
  }

  /** Tells the network of a change of phase; every change comes by {@link #look}, but the last. */
  private void tellCondition(MirrorState state) {
    Optional<MirrorCondition> condition = status(state).condition(clock.instant());
    Optional<MirrorCondition.Phase> phase = condition.map(MirrorCondition::phase);
    if (!phase.equals(told) && !stopping) {
      told = phase;
      ports.conditions().tell(surroundings.subscriber(), condition);
    }
  }
}
