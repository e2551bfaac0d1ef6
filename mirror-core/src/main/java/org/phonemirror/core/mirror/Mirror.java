package org.phonemirror.core.mirror;

import java.time.Duration;
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

/**
 * One phone's mirror: the only writer of its journal and the only user of its machine.
 *
 * <p>The phone's messages are taken at any time: written to the journal, then acknowledged ({@link
 * PhoneSide}). The machine follows on its own ({@link MachineLife}). Whether there is a mirror at
 * all is the network's to say ({@link Subscription}).
 */
final class Mirror extends EventSourcedBehavior<MirrorCommand, MirrorEvent, MirrorState> {

  /** Events between two snapshots of the state; what they hold {@link MirrorWork#save} compacts. */
  private static final int SNAPSHOT_EVERY = 200;

  private final PhoneSide phone;
  private final MachineLife machine;
  private final Subscription subscription;

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
    Life life = new Life();
    this.phone = new PhoneSide(context, surroundings, ports, Effect(), life);
    this.machine = new MachineLife(context, timers, surroundings, ports, Effect(), phone);
    this.subscription = new Subscription(context, timers, surroundings, ports, Effect(), life);
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
              machine.recovered(state);
            })
        .onSignal(PostStop.instance(), state -> machine.ended())
        .onSignal(PreRestart.instance(), state -> machine.closeMachine())
        .build();
  }

  @Override
  public CommandHandler<MirrorCommand, MirrorEvent, MirrorState> commandHandler() {
    var builder = newCommandHandlerBuilder();
    var any = builder.forAnyState();
    any.onCommand(MirrorCommand.Report.class, this::report);
    phone.handle(any);
    machine.handle(any);
    subscription.handle(any);
    return builder.build();
  }

  private final class Life implements Subscription.Life {
    @Override
    public void look() {
      machine.lookLater();
    }

    @Override
    public boolean isStopping() {
      return machine.isStopping();
    }

    @Override
    public void turnedOn() {
      machine.turnedOn();
    }

    @Override
    public void retire() {
      machine.retire();
      phone.retire();
    }
  }

  private Effect<MirrorEvent, MirrorState> report(MirrorState state, MirrorCommand.Report report) {
    report.replyTo().tell(machine.status(state));
    return Effect().none();
  }
}
