package org.phonemirror.core.traffic.flow;

import java.util.EnumSet;
import java.util.Set;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.TcpFlow;

/**
 * A flow as tapes name it, with what the tapes that were cut already say of it: the next one goes
 * on from there.
 */
final class Track {
  final long id;
  final FlowKey key;
  final Set<Mark> marks = EnumSet.noneOf(Mark.class);

  /** Whether a tape has its opening, which {@link #openedMicros} is valid from. */
  boolean opened;

  /** By the phone's clock. */
  long openedMicros;

  TcpFlow.Opening opening = TcpFlow.Opening.SILENT;

  /** Bytes that the phone had sent. */
  long sent;

  Track(long id, FlowKey key) {
    this.id = id;
    this.key = key;
  }
}
