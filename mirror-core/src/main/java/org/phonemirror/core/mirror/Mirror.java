package org.phonemirror.core.mirror;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.SyncMessage;

/**
 * One phone's mirror: the only writer of its journal and the only user of its machine.
 *
 * <p>The phone's messages are taken at any time: written to the journal, then acknowledged. The
 * machine follows on its own. It has a <i>position</i>, the sequence number of the last message
 * that it has replayed, and {@link #look} decides at every turn, from the state and that position
 * alone, the one thing to do next: start the machine, replay the next message when it is due, save,
 * or close. Whatever breaks, the machine is thrown away and started again from its newest
 * checkpoint, at that checkpoint's position, and the messages behind it are replayed: so every
 * message is in the mirror's storage exactly once, though a machine that died may have seen it too.
 */
final class Mirror extends EventSourcedBehavior<MirrorCommand, MirrorEvent, MirrorState> {

  /** Events between two snapshots of the state; the journal itself is kept. */
  private static final int SNAPSHOT_EVERY = 200;

  private final ActorContext<MirrorCommand> context;
  private final TimerScheduler<MirrorCommand> timers;
  private final MirrorSurroundings surroundings;
  private final MirrorPorts ports;
  private final ReplaySchedule schedule;
  private final MirrorWork work;
  private final Admission admission;
  private final ProfileLookUp lookUp;
  private final SettingsCourier courier;
  private final Executor blocking;
  private final Clock clock;

  private Optional<Machine> machine = Optional.empty();
  private long position;
  private Optional<Object> task = Optional.empty();
  private boolean stopping;
  private int failures;
  private Instant notBefore = Instant.MIN;
  private boolean lookingUp;
  private int lookUpFailures;
  private boolean wantedOn;
  private MirrorStatus.Phase told = MirrorStatus.Phase.ABSENT;
  private final Map<Long, Instant> arrivals = new HashMap<>();

  static Behavior<MirrorCommand> create(MirrorSurroundings surroundings, MirrorPorts ports) {
    return Behaviors.<MirrorCommand>setup(
        context ->
            Behaviors.withTimers(timers -> new Mirror(context, timers, surroundings, ports)));
  }

  private Mirror(
      ActorContext<MirrorCommand> context,
      TimerScheduler<MirrorCommand> timers,
      MirrorSurroundings surroundings,
      MirrorPorts ports) {
    super(
        PersistenceId.of(Mirrors.ENTITY, surroundings.subscriber().uri()),
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(500), Duration.ofSeconds(30), 0.1));
    this.context = context;
    this.timers = timers;
    this.surroundings = surroundings;
    this.ports = ports;
    this.schedule = new ReplaySchedule(surroundings.settings().maxTransfer());
    this.work = new MirrorWork(ports.driver(), ports.tapes(), surroundings.subscriber());
    this.admission = new Admission(surroundings.settings().maxRetainedBytes());
    this.lookUp = new ProfileLookUp(ports.profiles(), surroundings.subscriber());
    this.courier = new SettingsCourier(context, timers, surroundings, ports.messenger());
    this.blocking = surroundings.blocking();
    this.clock = ports.clock();
  }

  @Override
  public MirrorState emptyState() {
    return MirrorState.empty();
  }

  @Override
  public EventHandler<MirrorState, MirrorEvent> eventHandler() {
    return MirrorState::apply;
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 2);
  }

  @Override
  public SignalHandler<MirrorState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(
            RecoveryCompleted.instance(),
            state -> {
              // a phone that was on when the server went down is taken to be on still
              wantedOn = state.link().on();
              enableKey(state);
              if (wantedOn) {
                // it may not have got its settings, and its profile may have changed meanwhile
                courier.order();
                lookUp();
              }
              context.getSelf().tell(new MirrorCommand.Look());
            })
        .onSignal(PostStop.instance(), state -> closeMachine())
        .onSignal(PreRestart.instance(), state -> closeMachine())
        .build();
  }

  @Override
  public CommandHandler<MirrorCommand, MirrorEvent, MirrorState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(MirrorCommand.Accept.class, this::accept)
        .onCommand(MirrorCommand.PhoneOn.class, (state, command) -> phoneOn(state))
        .onCommand(MirrorCommand.PhoneOff.class, (state, command) -> phoneOff(state))
        .onCommand(MirrorCommand.ProfileKnown.class, this::profileKnown)
        .onCommand(MirrorCommand.ProfileUnknown.class, this::profileUnknown)
        .onCommand(
            MirrorCommand.LookUp.class,
            (state, command) -> {
              lookUp();
              return Effect().none();
            })
        .onCommand(MirrorCommand.SendSettings.class, (state, command) -> sendSettings(state))
        .onCommand(MirrorCommand.SettingsSent.class, this::settingsSent)
        .onCommand(MirrorCommand.Look.class, (state, command) -> look(state))
        .onCommand(MirrorCommand.Finished.class, this::finished)
        .onCommand(MirrorCommand.Stop.class, (state, command) -> stop(state))
        .onCommand(MirrorCommand.Report.class, this::report)
        .build();
  }

  // ---- the phone's messages

  private Effect<MirrorEvent, MirrorState> accept(MirrorState state, MirrorCommand.Accept command) {
    SyncMessage message = command.message();
    Optional<Acknowledgement> answer =
        stopping ? Optional.of(Admission.stopping(state)) : admission.answer(state, message);
    if (answer.isPresent()) {
      if (answer.get().status() != Acknowledgement.Status.ACCEPTED) {
        log("message {} refused: {}", message.sequence(), answer.get().detail());
      }
      command.replyTo().tell(answer.get());
      return Effect().none();
    }
    arrivals.put(message.sequence(), clock.instant());
    return Effect()
        .persist(new MirrorEvent.MessageAccepted(command.encoded()))
        .thenRun((MirrorState after) -> command.replyTo().tell(Admission.accepted(after)))
        .thenRun(this::lookLater);
  }

  // ---- signalling and profile

  private Effect<MirrorEvent, MirrorState> phoneOn(MirrorState state) {
    boolean wasOn = wantedOn;
    wantedOn = true;
    if (!wasOn || state.profile().isEmpty()) {
      lookUpFailures = 0;
      lookUp();
    }
    // with a profile known from before the phone need not wait for the HSS
    return state.profile().isPresent() ? turnOn(state) : Effect().none();
  }

  private Effect<MirrorEvent, MirrorState> turnOn(MirrorState state) {
    if (state.link().on() || !wantedOn || stopping || state.retiring()) {
      return Effect().none();
    }
    SyncKey key = SyncKey.random();
    return Effect()
        .persist(new MirrorEvent.PhoneTurnedOn(key.identity(), key.secret()))
        .thenRun(
            (MirrorState after) -> {
              if (!state.link().identity().isEmpty()) {
                ports.keys().remove(state.link().identity());
              }
              enableKey(after);
              log("phone is on");
              courier.order();
            })
        .thenRun(this::lookLater);
  }

  private Effect<MirrorEvent, MirrorState> phoneOff(MirrorState state) {
    wantedOn = false;
    timers.cancel(MirrorCommand.LookUp.class);
    courier.cancel();
    if (!state.link().on()) {
      return state.profile().isEmpty() && !lookingUp ? Effect().stop() : Effect().none();
    }
    log("phone is off");
    return Effect().persist(new MirrorEvent.PhoneTurnedOff()).thenRun(this::lookLater);
  }

  private void lookUp() {
    if (!lookingUp && wantedOn && !stopping) {
      lookingUp = true;
      context.pipeToSelf(
          lookUp.run(),
          (profile, failure) ->
              failure == null
                  ? new MirrorCommand.ProfileKnown(profile)
                  : new MirrorCommand.ProfileUnknown(failure));
    }
  }

  private Effect<MirrorEvent, MirrorState> profileUnknown(
      MirrorState state, MirrorCommand.ProfileUnknown unknown) {
    lookingUp = false;
    if (!wantedOn) {
      return state.profile().isEmpty() ? Effect().stop() : Effect().none();
    }
    Duration pause = surroundings.settings().retry(++lookUpFailures);
    warn(
        "mirror profile is not to be had, asking again in {}: {}",
        pause,
        unknown.cause().getMessage());
    timers.startSingleTimer(MirrorCommand.LookUp.class, new MirrorCommand.LookUp(), pause);
    return Effect().none();
  }

  private Effect<MirrorEvent, MirrorState> profileKnown(
      MirrorState state, MirrorCommand.ProfileKnown known) {
    lookingUp = false;
    if (known.profile().isEmpty()) {
      return unsubscribed(state);
    }
    lookUpFailures = 0;
    MirrorProfile profile = known.profile().get();
    boolean modelChanged =
        state.profile().filter(old -> !old.phoneModel().equals(profile.phoneModel())).isPresent();
    if (modelChanged) {
      warn("phone model changed to {}: the mirror begins anew", profile.phoneModel());
      return retire(List.of(new MirrorEvent.Unsubscribed(), MirrorEvent.Subscribed.of(profile)));
    }
    if (state.profile().equals(known.profile())) {
      return turnOn(state);
    }
    boolean tellPhone = state.link().on();
    return Effect()
        .persist(MirrorEvent.Subscribed.of(profile))
        .thenRun(
            () -> {
              log("{}", profile);
              if (tellPhone) {
                courier.order();
              }
              // the profile is known now: this is where the phone's key is made
              context.getSelf().tell(new MirrorCommand.ProfileKnown(known.profile()));
            });
  }

  private Effect<MirrorEvent, MirrorState> unsubscribed(MirrorState state) {
    if (state.profile().isPresent()) {
      log("mirror is retired");
      return retire(List.of(new MirrorEvent.Unsubscribed()));
    }
    if (!wantedOn) {
      return Effect().stop();
    }
    // one may come while the phone is on, and an HSS need not tell of data that is new to it
    Duration pause = surroundings.settings().retryAbsent(++lookUpFailures);
    log("registered, but has no mirror profile: no mirror; asking again in {}", pause);
    timers.startSingleTimer(MirrorCommand.LookUp.class, new MirrorCommand.LookUp(), pause);
    return Effect().none();
  }

  private Effect<MirrorEvent, MirrorState> retire(List<MirrorEvent> events) {
    return Effect()
        .persist(events)
        .thenRun(
            (MirrorState after) -> {
              closeMachine();
              arrivals.clear();
              ports.keys().removeAll(surroundings.subscriber());
            })
        .thenRun(this::lookLater);
  }

  private Effect<MirrorEvent, MirrorState> removed() {
    return Effect()
        .persist(new MirrorEvent.Removed())
        .thenRun(
            (MirrorState after) ->
                context.getSelf().tell(new MirrorCommand.ProfileKnown(after.profile())));
  }

  private void enableKey(MirrorState state) {
    MirrorState.Link link = state.link();
    if (state.profile().isPresent() && !link.identity().isEmpty()) {
      ports.keys().put(link.identity(), surroundings.subscriber(), link.key());
    }
  }

  private Effect<MirrorEvent, MirrorState> sendSettings(MirrorState state) {
    if (state.link().on() && !stopping) {
      state.profile().ifPresent(profile -> courier.send(state.link(), profile));
    }
    return Effect().none();
  }

  private Effect<MirrorEvent, MirrorState> settingsSent(
      MirrorState state, MirrorCommand.SettingsSent sent) {
    courier.sent(sent.failure(), state.link().on());
    return Effect().none();
  }

  private void log(String what, Object... arguments) {
    context.getLog().info(surroundings.subscriber() + ": " + what, arguments);
  }

  private void warn(String what, Object... arguments) {
    context.getLog().warn(surroundings.subscriber() + ": " + what, arguments);
  }

  // ---- the machine

  private void lookLater() {
    context.getSelf().tell(new MirrorCommand.Look());
  }

  private Effect<MirrorEvent, MirrorState> look(MirrorState state) {
    tellCondition(state);
    if (task.isPresent()) {
      return Effect().none();
    }
    Instant now = clock.instant();
    if (now.isBefore(notBefore) && !stopping) {
      return lookAt(notBefore, now);
    }
    if (state.retiring()) {
      attempt(work::remove);
      return Effect().none();
    } else if (state.profile().isEmpty()) {
      return stopIfTold();
    }
    long from = machine.isPresent() ? position : state.progress().checkpoint();
    Optional<SyncMessage> next = stopping ? Optional.empty() : state.after(from);
    if (machine.isEmpty()) {
      boolean needed = !stopping && (next.isPresent() || state.link().on());
      return needed ? start(state) : stopIfTold();
    }
    if (next.isPresent()) {
      // what came before the entity was last restarted has waited long enough
      Instant arrival = arrivals.getOrDefault(next.get().sequence(), Instant.EPOCH);
      Instant due = schedule.due(next.get(), arrival);
      return now.isBefore(due) ? lookAt(due, now) : replay(next.get());
    }
    long unsaved = position - state.progress().checkpoint();
    boolean leave = stopping || !state.link().on();
    if (unsaved > 0 && (leave || unsaved >= surroundings.settings().checkpointEvery())) {
      Machine saving = machine.get();
      long at = position;
      attempt(() -> work.save(saving, at));
    } else if (leave) {
      closeMachine();
      log("mirror is saved");
      tellCondition(state);
      return stopIfTold();
    }
    return Effect().none();
  }

  private Effect<MirrorEvent, MirrorState> lookAt(Instant due, Instant now) {
    timers.startSingleTimer(
        MirrorCommand.Look.class, new MirrorCommand.Look(), Duration.between(now, due));
    return Effect().none();
  }

  private Effect<MirrorEvent, MirrorState> stopIfTold() {
    return stopping ? Effect().stop() : Effect().none();
  }

  private Effect<MirrorEvent, MirrorState> start(MirrorState state) {
    long epoch = state.progress().epoch() + 1;
    String model = state.profile().map(MirrorProfile::phoneModel).orElseThrow();
    return Effect()
        .persist(new MirrorEvent.MachineStarting(epoch))
        .thenRun(
            () ->
                attempt(
                    () ->
                        work.start(
                            model, state.progress().checkpoint(), state.stream().last(), epoch)));
  }

  private Effect<MirrorEvent, MirrorState> replay(SyncMessage message) {
    Machine replaying = machine.orElseThrow();
    attempt(() -> work.replay(replaying, message));
    return Effect().none();
  }

  private Effect<MirrorEvent, MirrorState> started(
      MirrorState state, MirrorCommand.Started started) {
    machine = Optional.of(started.machine());
    if (state.retiring()) {
      closeMachine();
      return look(state);
    }
    position = started.from().position();
    log("mirror runs, at message {}", position);
    return position == state.progress().checkpoint()
        ? look(state)
        : Effect().persist(new MirrorEvent.Checkpointed(position)).thenRun(this::lookLater);
  }

  private Effect<MirrorEvent, MirrorState> done(MirrorState state, MirrorCommand.Done done) {
    position = done.message().sequence();
    arrivals.remove(position);
    failures = 0;
    if (position <= state.progress().replayed()) {
      return look(state); // seen before its machine died; it counts once
    }
    done.comparison()
        .filter(comparison -> !comparison.identical())
        .ifPresent(comparison -> warn("diverged at message {}", position));
    done.report().map(ReplayReport::network).ifPresent(this::tellOfNetwork);
    MirrorEvent replayed = new MirrorEvent.Replayed(position, done.comparison());
    List<MirrorEvent> events =
        state.progress().failure().isEmpty()
            ? List.of(replayed)
            : List.of(replayed, new MirrorEvent.Recovered());
    return Effect().persist(events).thenRun(this::lookLater);
  }

  private void tellOfNetwork(NetworkReport network) {
    for (NetworkReport.Request request : network.unrecorded()) {
      warn("unrecorded request in message {}: {}", position, request);
    }
    for (NetworkReport.Flow flow : network.flows()) {
      if (flow.mismatches()) {
        warn("mirror sent other than its phone in message {}: {}", position, flow);
      }
    }
  }

  private Effect<MirrorEvent, MirrorState> saved(MirrorCommand.Saved saved) {
    Checkpoint checkpoint = saved.checkpoint();
    return Effect()
        .persist(new MirrorEvent.Checkpointed(checkpoint.position()))
        .thenRun(this::lookLater);
  }

  private Effect<MirrorEvent, MirrorState> broken(MirrorState state, MirrorCommand.Broken broken) {
    closeMachine();
    failures++;
    Duration pause = surroundings.settings().retry(failures);
    notBefore = clock.instant().plus(pause);
    warn(
        "mirror broke down, going on from its last checkpoint in {}: {}",
        pause,
        broken.cause().getMessage());
    if (failures == surroundings.settings().attempts()) {
      String reason = String.valueOf(broken.cause().getMessage());
      return Effect().persist(new MirrorEvent.Failed(reason)).thenRun(this::lookLater);
    }
    return look(state);
  }

  private void closeMachine() {
    machine.ifPresent(Machine::close);
    machine = Optional.empty();
  }

  private Effect<MirrorEvent, MirrorState> stop(MirrorState state) {
    stopping = true;
    return look(state);
  }

  /** Something that may block and fail. */
  private interface Attempt {
    MirrorCommand run() throws MachineException;
  }

  private void attempt(Attempt attempt) {
    Object token = new Object();
    task = Optional.of(token);
    CompletableFuture<MirrorCommand> result =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return attempt.run();
              } catch (MachineException e) {
                return new MirrorCommand.Broken(e);
              }
            },
            blocking);
    context.pipeToSelf(
        result,
        (outcome, failure) ->
            new MirrorCommand.Finished(
                token, failure == null ? outcome : new MirrorCommand.Broken(failure)));
  }

  private Effect<MirrorEvent, MirrorState> finished(
      MirrorState state, MirrorCommand.Finished finished) {
    MirrorCommand outcome = finished.outcome();
    if (task.filter(token -> token == finished.task()).isEmpty()) {
      // begun before the entity was restarted
      if (outcome instanceof MirrorCommand.Started started) {
        started.machine().close();
      }
      return Effect().none();
    }
    task = Optional.empty();
    if (outcome instanceof MirrorCommand.Started started) {
      return started(state, started);
    } else if (outcome instanceof MirrorCommand.Done done) {
      return machine.isPresent() ? done(state, done) : look(state);
    } else if (outcome instanceof MirrorCommand.Saved saved) {
      return machine.isPresent() ? saved(saved) : look(state);
    } else if (outcome instanceof MirrorCommand.Broken broken) {
      return broken(state, broken);
    } else {
      return removed();
    }
  }

  private Effect<MirrorEvent, MirrorState> report(MirrorState state, MirrorCommand.Report report) {
    report.replyTo().tell(MirrorStatus.of(surroundings.subscriber(), state, machine.isPresent()));
    return Effect().none();
  }

  /** Tells the network of a change of phase; every change comes by {@link #look}, but the last. */
  private void tellCondition(MirrorState state) {
    MirrorStatus status = MirrorStatus.of(surroundings.subscriber(), state, machine.isPresent());
    if (status.phase() != told && !stopping) {
      told = status.phase();
      ports.conditions().tell(surroundings.subscriber(), status.condition(clock.instant()));
    }
  }
}
