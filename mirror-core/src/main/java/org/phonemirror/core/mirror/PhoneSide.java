package org.phonemirror.core.mirror;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerBuilderByState;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EffectFactories;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncMessage;

/**
 * The part of a mirror that its phone speaks to: takes the phone's messages at any time, and sends
 * what it is told and asked with the acknowledgements.
 */
final class PhoneSide {
  private final ActorContext<MirrorCommand> context;
  private final MirrorSurroundings surroundings;
  private final MirrorPorts ports;
  private final EffectFactories<MirrorEvent, MirrorState> effects;
  private final Subscription.Life life;
  private final Admission admission;
  private final Clock clock;
  private final Map<Long, Instant> arrivals = new HashMap<>();
  private final OpenAsks asks = new OpenAsks();
  private final OpenNotices notices = new OpenNotices();

  PhoneSide(
      ActorContext<MirrorCommand> context,
      MirrorSurroundings surroundings,
      MirrorPorts ports,
      EffectFactories<MirrorEvent, MirrorState> effects,
      Subscription.Life life) {
    this.context = context;
    this.surroundings = surroundings;
    this.ports = ports;
    this.effects = effects;
    this.life = life;
    this.admission = new Admission(surroundings.settings().maxRetainedBytes());
    this.clock = ports.clock();
  }

  /** Takes its commands. */
  void handle(
      CommandHandlerBuilderByState<MirrorCommand, MirrorEvent, MirrorState, MirrorState> builder) {
    builder
        .onCommand(MirrorCommand.Accept.class, this::accept)
        .onCommand(MirrorCommand.Tell.class, this::tell);
  }

  /** Whether there is a mirror to take messages for. */
  boolean isTaken(MirrorState state) {
    return admission.isOpen(state);
  }

  /** When a message that is not replayed yet has come; empty if the entity was restarted since. */
  Optional<Instant> arrival(SyncMessage message) {
    return Optional.ofNullable(arrivals.get(message.sequence()));
  }

  /** A message was replayed. */
  void replayed(SyncMessage message) {
    arrivals.remove(message.sequence());
  }

  OpenAsks asks() {
    return asks;
  }

  OpenNotices notices() {
    return notices;
  }

  /** The mirror that all this was of is no more. */
  void retire() {
    arrivals.clear();
    asks.set(List.of());
    notices.removed();
  }

  /** A stream that begins with another storage than the mirror has waits for a copy of it. */
  private Optional<Acknowledgement> copyFirst(MirrorState state, SyncMessage message) {
    return message instanceof Boot boot && state.stream().last() == 0
        ? ports.cloning().required(surroundings.subscriber(), boot).map(Admission::copyFirst)
        : Optional.empty();
  }

  private Effect<MirrorEvent, MirrorState> accept(MirrorState state, MirrorCommand.Accept command) {
    SyncMessage message = command.message();
    Optional<Acknowledgement> answer =
        life.isStopping()
            ? Optional.of(Admission.stopping(state))
            : admission.answer(state, message).or(() -> copyFirst(state, message));
    if (answer.isPresent()) {
      if (answer.get().status() != Acknowledgement.Status.ACCEPTED) {
        context
            .getLog()
            .info(
                "{}: message {} refused: {}",
                surroundings.subscriber(),
                message.sequence(),
                answer.get().detail());
      }
      command.replyTo().tell(riding(state, answer.get(), message));
      return effects.none();
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
    return effects
        .persist(events)
        .thenRun(
            (MirrorState after) -> {
              asks.accepted(message);
              notices.removed();
              command.replyTo().tell(riding(after, Admission.accepted(after), message));
            })
        .thenRun(life::look);
  }

  private Effect<MirrorEvent, MirrorState> tell(MirrorState state, MirrorCommand.Tell command) {
    if (state.profile().isEmpty()) {
      command.replyTo().tell(Done.getInstance());
      return effects.none();
    }
    notices.adding(state, 1);
    return effects
        .persist(new MirrorEvent.NoticePosted(command.notice()))
        .thenRun(() -> command.replyTo().tell(Done.getInstance()));
  }

  /** An answer with what rides on it. */
  private Acknowledgement riding(MirrorState state, Acknowledgement answer, SyncMessage message) {
    if (answer.status() != Acknowledgement.Status.ACCEPTED) {
      return answer;
    }
    long sequence = message.sequence();
    List<Notice> waiting = notices.forMessage(sequence, state.notices());
    List<Ask> asked = asks.forMessage(sequence);
    return answer.withNotices(waiting.isEmpty() ? answer.notices() : waiting).withAsks(asked);
  }
}
