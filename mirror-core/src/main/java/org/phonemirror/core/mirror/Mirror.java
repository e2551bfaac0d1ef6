package org.phonemirror.core.mirror;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
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
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Notice;
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

  /** Events between two snapshots of the state; what they hold {@link MirrorWork#save} compacts. */
  private static final int SNAPSHOT_EVERY = 200;

  private final ActorContext<MirrorCommand> context;
  private final TimerScheduler<MirrorCommand> timers;
  private final MirrorSurroundings surroundings;
  private final MirrorPorts ports;
  private final ReplaySchedule schedule;
  private final MirrorWork work;
  private final Admission admission;
  private final Subscription subscription;
  private final Executor blocking;
  private final Clock clock;

  private Optional<Machine> machine = Optional.empty();
  private long position;
  private Optional<Object> task = Optional.empty();
  private boolean stopping;
  private int failures;
  private Instant notBefore = Instant.MIN;
  private int beyondRepair;
  private MirrorStatus.Phase told = MirrorStatus.Phase.ABSENT;
  private final Map<Long, Instant> arrivals = new HashMap<>();
  private final Backlog backlog = new Backlog();
  private final Rebuilding rebuilding = new Rebuilding();
  private final OpenAsks asks = new OpenAsks();
  private final OpenNotices notices = new OpenNotices();

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
    this.work = new MirrorWork(ports, surroundings);
    this.admission = new Admission(surroundings.settings().maxRetainedBytes());
    this.subscription =
        new Subscription(context, timers, surroundings, ports, Effect(), new Life());
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
              subscription.recovered(state);
              context.getSelf().tell(new MirrorCommand.Look());
            })
        .onSignal(PostStop.instance(), state -> closeMachine())
        .onSignal(PreRestart.instance(), state -> closeMachine())
        .build();
  }

  @Override
  public CommandHandler<MirrorCommand, MirrorEvent, MirrorState> commandHandler() {
    var builder = newCommandHandlerBuilder();
    var any = builder.forAnyState();
    any.onCommand(MirrorCommand.Accept.class, this::accept)
        .onCommand(MirrorCommand.Tell.class, this::tell)
        .onCommand(MirrorCommand.Look.class, (state, command) -> look(state))
        .onCommand(MirrorCommand.Finished.class, this::finished)
        .onCommand(MirrorCommand.Stop.class, (state, command) -> stop(state))
        .onCommand(MirrorCommand.Report.class, this::report)
        .onCommand(MirrorCommand.Rebuild.class, this::rebuild);
    subscription.handle(any);
    return builder.build();
  }

  private final class Life implements Subscription.Life {
    @Override
    public void look() {
      lookLater();
    }

    @Override
    public boolean isStopping() {
      return stopping;
    }

    @Override
    public void retire() {
      closeMachine();
      arrivals.clear();
      asks.set(List.of());
      notices.removed();
    }
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
      command.replyTo().tell(riding(state, answer.get(), message));
      return Effect().none();
    }
    Instant arrival = clock.instant();
    arrivals.put(message.sequence(), arrival);
    if (message instanceof Batch batch) {
      long arrivalMicros = ChronoUnit.MICROS.between(Instant.EPOCH, arrival);
      ports.tapes().observe(surroundings.subscriber(), batch.endMicros(), arrivalMicros);
    }
    MirrorEvent accepted = new MirrorEvent.MessageAccepted(command.encoded());
    int had = notices.had(message.sequence());
    List<MirrorEvent> events =
        had == 0 ? List.of(accepted) : List.of(accepted, new MirrorEvent.NoticesTold(had));
    return Effect()
        .persist(events)
        .thenRun(
            (MirrorState after) -> {
              asks.accepted(message);
              notices.removed();
              command.replyTo().tell(riding(after, Admission.accepted(after), message));
            })
        .thenRun(this::lookLater);
  }

  private Effect<MirrorEvent, MirrorState> tell(MirrorState state, MirrorCommand.Tell command) {
    if (state.profile().isEmpty()) {
      command.replyTo().tell(Done.getInstance());
      return Effect().none();
    }
    notices.adding(state, 1);
    return Effect()
        .persist(new MirrorEvent.NoticePosted(command.notice()))
        .thenRun(() -> command.replyTo().tell(Done.getInstance()));
  }

  private void log(String what, Object... arguments) {
    context.getLog().info(surroundings.subscriber() + ": " + what, arguments);
  }

  private void warn(String what, Object... arguments) {
    context.getLog().warn(surroundings.subscriber() + ": " + what, arguments);
  }

  /** An answer with what rides on it. */
  private Acknowledgement riding(MirrorState state, Acknowledgement answer, SyncMessage message) {
    if (answer.status() != Acknowledgement.Status.ACCEPTED) {
      return answer;
    }
    long sequence = message.sequence();
    List<Notice> waiting = notices.forMessage(sequence, state.notices());
    return answer
        .withNotices(waiting.isEmpty() ? answer.notices() : waiting)
        .withAsks(asks.forMessage(sequence));
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
    if (rebuilding.isOrdered() && !stopping) {
      closeMachine();
      attempt(() -> work.rewind(model(state), state.stream().last()));
      return Effect().none();
    }
    long from = machine.isPresent() ? position : state.progress().checkpoint();
    Optional<SyncMessage> next = stopping ? Optional.empty() : backlog.after(state, from);
    if (machine.isEmpty()) {
      boolean needed =
          !stopping && (next.isPresent() || state.link().on() || rebuilding.isUnderWay());
      return needed ? start(state) : stopIfTold();
    }
    if (next.isEmpty() && !stopping && position < state.stream().last()) {
      attempt(() -> work.read(from, state.stream().last()));
      return Effect().none();
    }
    if (next.isPresent()) {
      // what came before the entity was last restarted has waited long enough
      Instant arrival = arrivals.getOrDefault(next.get().sequence(), Instant.EPOCH);
      Instant due = schedule.due(next.get(), arrival);
      return now.isBefore(due) ? lookAt(due, now) : replay(state, next.get());
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
    String model = model(state);
    long first = state.progress().checkpoint();
    return Effect()
        .persist(new MirrorEvent.MachineStarting(epoch))
        .thenRun(() -> attempt(() -> work.start(model, first, state.stream().last(), epoch)));
  }

  private static String model(MirrorState state) {
    return state.profile().map(MirrorProfile::phoneModel).orElseThrow();
  }

  private Effect<MirrorEvent, MirrorState> replay(MirrorState state, SyncMessage message) {
    Machine replaying = machine.orElseThrow();
    MirrorWork.RepairOrder order =
        new MirrorWork.RepairOrder(
            state.progress().wasIdentical(),
            asks.areAwaitedAfter(message.sequence()),
            state.profile().orElseThrow());
    attempt(() -> work.replay(replaying, message, order));
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
    done.asks().ifPresent(asks::set);
    beyondRepair = done.beyondRepair();
    rebuilding.replayed(position, done.comparison());
    if (position <= state.progress().replayed()) {
      // seen before its machine died; it counts once
      return state.progress().failure().isEmpty()
          ? look(state)
          : Effect().persist(new MirrorEvent.Recovered()).thenRun(this::lookLater);
    }
    tellOfDivergence(done);
    done.report().map(ReplayReport::network).ifPresent(this::tellOfNetwork);
    List<MirrorEvent> events = new ArrayList<>();
    events.add(new MirrorEvent.Replayed(position, done.comparison(), done.counts()));
    if (!state.progress().failure().isEmpty()) {
      events.add(new MirrorEvent.Recovered());
    }
    notices.adding(state, done.notices().size());
    done.notices().forEach(notice -> events.add(new MirrorEvent.NoticePosted(notice)));
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

  private void tellOfDivergence(MirrorCommand.Done done) {
    RepairCounts counts = done.counts();
    counts
        .diverged()
        .keySet()
        .forEach(cause -> warn("diverged at message {}: {}", position, cause.label()));
    if (counts.files() > 0) {
      log("{} files repaired by {} bytes", counts.files(), counts.bytes());
    }
  }

  private Effect<MirrorEvent, MirrorState> removed() {
    return Effect()
        .persist(new MirrorEvent.Removed())
        .thenRun(
            (MirrorState after) ->
                context.getSelf().tell(new MirrorCommand.ProfileKnown(after.profile())));
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
    String reason = String.valueOf(broken.cause().getMessage());
    rebuilding.failed(reason);
    Duration pause = surroundings.settings().retry(failures);
    notBefore = clock.instant().plus(pause);
    warn("mirror broke down, going on from its last checkpoint in {}: {}", pause, reason);
    if (failures == surroundings.settings().attempts()) {
      return Effect().persist(new MirrorEvent.Failed(reason)).thenRun(this::lookLater);
    }
    return look(state);
  }

  private void closeMachine() {
    machine.ifPresent(Machine::close);
    machine = Optional.empty();
    backlog.read(List.of());
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
    } else if (outcome instanceof MirrorCommand.Read read) {
      backlog.read(read.messages());
      return look(state);
    } else if (outcome instanceof MirrorCommand.Rewound rewound) {
      rebuilding.begun(rewound.base().position());
      log("mirror is built again from {}", rewound.base());
      return look(state);
    } else if (outcome instanceof MirrorCommand.Broken broken) {
      return broken(state, broken);
    } else {
      return removed();
    }
  }

  private Effect<MirrorEvent, MirrorState> report(MirrorState state, MirrorCommand.Report report) {
    report.replyTo().tell(status(state));
    return Effect().none();
  }

  private Effect<MirrorEvent, MirrorState> rebuild(MirrorState state, MirrorCommand.Rebuild told) {
    rebuilding.take(told, state.stream().last(), admission.isOpen(state) && !stopping);
    return look(state);
  }

  private MirrorStatus status(MirrorState state) {
    return MirrorStatus.of(surroundings.subscriber(), state, machine.isPresent(), beyondRepair);
  }

  /** Tells the network of a change of phase; every change comes by {@link #look}, but the last. */
  private void tellCondition(MirrorState state) {
    MirrorStatus status = status(state);
    if (status.phase() != told && !stopping) {
      told = status.phase();
      ports.conditions().tell(surroundings.subscriber(), status.condition(clock.instant()));
    }
  }
}
