package org.phonemirror.core.mirror;

import java.time.Instant;
import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.placement.CpuLimitException;
import org.phonemirror.core.placement.Place;
import org.phonemirror.core.placement.ReplayQueue;

/**
 * The one thing that a mirror has in the server's queue, or that is being done for it. Its outcome
 * comes back as {@link MirrorCommand.Finished}.
 */
final class WorkSlot {
  private final ActorContext<MirrorCommand> context;
  private final Place place;
  private Optional<Task> task = Optional.empty();

  private record Task(Object token, ReplayQueue.Ticket<MirrorCommand> ticket) {}

  /** Something that may block and fail. */
  interface Attempt {
    MirrorCommand run() throws MachineException, CpuLimitException;
  }

  WorkSlot(ActorContext<MirrorCommand> context, Place place) {
    this.context = context;
    this.place = place;
  }

  boolean isFree() {
    return task.isEmpty();
  }

  /** Has something done. */
  void take(Instant deadline, Attempt attempt) {
    Object token = new Object();
    ReplayQueue.Ticket<MirrorCommand> ticket =
        place.submit(
            deadline,
            () -> {
              try {
                return attempt.run();
              } catch (MachineException | CpuLimitException e) {
                return new MirrorCommand.Broken(e);
              }
            });
    task = Optional.of(new Task(token, ticket));
    context.pipeToSelf(
        ticket.result(),
        (outcome, failure) ->
            new MirrorCommand.Finished(
                token, failure == null ? outcome : new MirrorCommand.Broken(failure)));
  }

  /** Takes back what has not begun. */
  void withdraw() {
    if (task.isPresent() && task.get().ticket.withdraw()) {
      task = Optional.empty();
    }
  }

  /** Whether this is the end of what was taken, and not of something before it. */
  boolean release(Object token) {
    if (task.isEmpty() || task.get().token != token) {
      return false;
    }
    task = Optional.empty();
    return true;
  }
}
