package org.phonemirror.core.mirror;

import java.time.Instant;
import java.util.Optional;
import org.phonemirror.sync.SyncMessage;

/** When a mirror's messages are due, and by when what leads to their replay has to be done. */
final class Agenda {
  private final ReplaySchedule schedule;
  private final PhoneSide phone;
  private long sequence;
  private Instant deadline = Instant.EPOCH;

  Agenda(ReplaySchedule schedule, PhoneSide phone) {
    this.schedule = schedule;
    this.phone = phone;
  }

  /** When a message may be replayed. */
  Instant due(SyncMessage message) {
    // what came before the entity was last restarted has waited long enough
    return schedule.due(message, phone.arrival(message).orElse(Instant.EPOCH));
  }

  /**
   * When it could be replayed at the earliest. Empty if that was before the server was restarted:
   * then it is late for that, and not for want of room.
   */
  Optional<Instant> ready(SyncMessage message) {
    Instant due = due(message);
    return phone.arrival(message).map(arrival -> arrival.isAfter(due) ? arrival : due);
  }

  /**
   * The deadline of all that leads to the replay of a message: when it is due, or now if that has
   * passed. So one that has many to catch up with takes its turns among the others, and does not go
   * before them all.
   */
  Instant deadline(SyncMessage message, Instant now) {
    if (sequence != message.sequence()) {
      Instant due = due(message);
      sequence = message.sequence();
      deadline = due.isAfter(now) ? due : now;
    }
    return deadline;
  }

  /** The next message waits for its turn anew. */
  void forget() {
    sequence = 0;
  }
}
