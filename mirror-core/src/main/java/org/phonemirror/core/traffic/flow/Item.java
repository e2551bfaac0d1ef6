package org.phonemirror.core.traffic.flow;

import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.tape.UdpFlow;

/** Something that happened to a subscriber, as it is recorded. */
sealed interface Item
    permits Item.Opened, Item.Ended, Item.Marked, Item.Active, Item.Datagram, Item.Session, Chunk {
  /** Memory that an item takes beside its content, about. */
  int OVERHEAD = 128;

  /** When it passed, by the server's clock. */
  long micros();

  /** Memory that it takes, about. */
  default int weight() {
    return OVERHEAD;
  }

  /** Whether it holds what was sent, of which there may be much. */
  default boolean isContent() {
    return false;
  }

  /** A connection attempt, and then what became of it. */
  record Opened(Track flow, long micros, TcpFlow.Opening opening) implements Item {
    /** With what names the flow, of which there may be as many. */
    @Override
    public int weight() {
      return 2 * OVERHEAD;
    }
  }

  /** The phone's side of a connection ended. */
  record Ended(Track flow, long micros, TcpFlow.End end) implements Item {}

  /** A flow can't be replayed any more. */
  record Marked(Track flow, long micros, Mark mark) implements Item {}

  /** A flow of which no content is kept was used. */
  record Active(Track flow, long micros) implements Item {}

  /** A datagram, or the news that one found nobody. */
  record Datagram(Track flow, long micros, UdpFlow.Kind kind, byte[] data) implements Item {
    @Override
    public int weight() {
      return OVERHEAD + data.length;
    }

    @Override
    public boolean isContent() {
      return true;
    }
  }

  /** What signalling carried. */
  record Session(long micros, SessionContent content, int bytes) implements Item {
    @Override
    public int weight() {
      return OVERHEAD + bytes;
    }

    @Override
    public boolean isContent() {
      return true;
    }
  }
}
