package org.phonemirror.core.traffic.flow;

import java.util.EnumSet;
import java.util.Set;
import org.phonemirror.core.tape.Mark;

/** A flow that is followed: a member of its subscriber's flows and of one {@link IdleList}. */
abstract class Flow {
  /** The shortest interval: each one in which the flow was used tells of it. */
  private static final long ACTIVE_PERIOD_MICROS = 1_000_000;

  final Subscriber subscriber;
  final Track track;
  private final FlowCounters counters;
  private final Set<Mark> marks = EnumSet.noneOf(Mark.class);
  private boolean recorded = true;

  /** Who else follows it. */
  FlowContent content = FlowContent.NONE;

  private long activeMicros;

  // the list that it is in, and its place there
  IdleList list;
  Flow before;
  Flow after;
  long usedMicros;

  Flow(Subscriber subscriber, Track track, FlowCounters counters) {
    this.subscriber = subscriber;
    this.track = track;
    this.counters = counters;
  }

  /** Whether content is still of use: not after a mark that says it is not kept. */
  final boolean keepsContent() {
    return recorded && !marks.contains(Mark.TLS) && !marks.contains(Mark.TOO_LONG);
  }

  final boolean isMarked(Mark mark) {
    return marks.contains(mark);
  }

  final void mark(Mark mark, long micros) {
    if (recorded && marks.add(mark)) {
      counters.marked(mark);
      recordSmall(new Item.Marked(track, micros, mark));
    }
  }

  /** Tells that it was used, of which the content is not kept: once a second. */
  final void recordActive(long micros) {
    if (micros - activeMicros >= ACTIVE_PERIOD_MICROS) {
      activeMicros = micros;
      recordSmall(new Item.Active(track, micros));
    }
  }

  /** Records content; a flow whose content finds no room is too long. */
  final boolean recordContent(Item item) {
    if (subscriber.recording().add(item)) {
      return true;
    }
    mark(Mark.TOO_LONG, item.micros());
    return false;
  }

  /** Records what is not content; a flow for which there is no room even then is no longer told. */
  final void recordSmall(Item item) {
    recorded = recorded && subscriber.recording().add(item);
  }

  /** Lets go of what it takes from shared budgets. */
  void close() {
    content.closed();
  }
}
