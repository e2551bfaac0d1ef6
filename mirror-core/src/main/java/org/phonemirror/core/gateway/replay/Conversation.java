package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.Deque;
import java.util.Optional;
import org.phonemirror.core.gateway.tcp.TcpConnection;
import org.phonemirror.core.gateway.tcp.TcpUser;
import org.phonemirror.core.machine.NetworkReport;

/**
 * One connection of the mirror's: what it sends is compared with what the phone sent, and it gets
 * what the phone got.
 */
final class Conversation implements TcpUser {
  static final long NEVER = Long.MAX_VALUE;

  /** Finds which flow a connection is, if that can be told. */
  interface Recognition {
    void recognize(Conversation conversation, long now);
  }

  private final TcpConnection connection;
  private final Recognition recognition;
  private final long accepted;
  private final SentComparison comparison = new SentComparison();
  private final Optional<DnsIds> ids;
  private Optional<RecordedConnection> flow = Optional.empty();
  private long lastSign;
  private boolean ended;

  /** What is given of the next item, once that has begun, and how much of it is written. */
  private Optional<byte[]> giving = Optional.empty();

  private int written;

  // in this interval
  private boolean touched;
  private int released;
  private long longestWait;

  Conversation(TcpConnection connection, Recognition recognition, long now) {
    this.connection = connection;
    this.recognition = recognition;
    this.accepted = now;
    this.lastSign = now;
    this.ids = DnsIds.of(connection.ends().remote());
  }

  @Override
  public void received(byte[] data, int from, int length, long now) {
    lastSign = now;
    touched = true;
    if (ids.isPresent()) {
      comparison.sent(ids.get().sent(data, from, length), 0, length);
    } else {
      comparison.sent(data, from, length);
    }
    if (flow.isEmpty()) {
      recognition.recognize(this, now); // before more comes than can be held
    }
  }

  @Override
  public void ended(long now) {
    ended = true;
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  InetSocketAddress remote() {
    return connection.ends().remote();
  }

  /** When it was accepted. */
  long accepted() {
    return accepted;
  }

  /** Whether the mirror has ended its side. */
  boolean hasEnded() {
    return ended;
  }

  /** What the mirror has sent, of a connection that is no flow yet. */
  byte[] request() {
    return comparison.held();
  }

  Optional<RecordedConnection> flow() {
    return flow;
  }

  /** It is found to be a flow, which is its alone from now on. */
  void become(RecordedConnection found, long now) {
    flow = Optional.of(found);
    lastSign = now;
    touched = true;
    giveExpected(found);
    if (!found.isReplayable()) {
      connection.reset();
    }
  }

  /** Its flow goes on in a new interval, and has the new part already. */
  void goOn() {
    touched = true;
    giveExpected(flow.orElseThrow());
  }

  private void giveExpected(RecordedConnection of) {
    of.giveExpected(comparison, sent -> ids.map(dns -> dns.expected(sent)).orElse(sent));
  }

  void cutOff() {
    connection.reset();
  }

  /** Gives the mirror what is due. Returns when more is, or {@link #NEVER}. */
  long answer(long now) {
    Deque<RecordedConnection.Item> items = flow.orElseThrow().items();
    while (connection.isOpen() && !items.isEmpty()) {
      RecordedConnection.Item item = items.element();
      boolean preceded = written > 0 || comparison.sentBytes() >= item.afterSent();
      long due = ReleaseRule.releaseTime(item.due(), preceded, lastSign);
      if (now < due) {
        return due;
      }
      if (written == 0) {
        longestWait = Math.max(longestWait, now - item.due());
      }
      touched = true;
      byte[] data = giving.orElseGet(() -> answer(item));
      giving = Optional.of(data);
      written += connection.write(data, written);
      if (written < data.length) {
        return NEVER; // goes on when the guest has taken some
      }
      items.remove();
      giving = Optional.empty();
      written = 0;
      released++;
      lastSign = now;
      switch (item.end()) {
        case OPEN -> {}
        case FIN -> connection.finish();
        case RST -> connection.resetAfterData();
      }
    }
    return NEVER;
  }

  private byte[] answer(RecordedConnection.Item item) {
    return ids.map(dns -> dns.answer(item.data())).orElse(item.data());
  }

  /** The interval ends: how it went, if there is anything to tell. */
  Optional<NetworkReport.Flow> report() {
    Optional<NetworkReport.Flow> report =
        flow.filter(found -> touched)
            .map(
                found ->
                    new NetworkReport.Flow(
                        found.id(),
                        comparison.expectedBytes(),
                        comparison.sentBytes(),
                        comparison.mismatch(),
                        released,
                        released + found.items().size(),
                        longestWait));
    touched = false;
    released = 0;
    longestWait = 0;
    return report;
  }

  /** Bytes of memory for what was recorded of it and is not done with. */
  long size() {
    return comparison.size() + flow.map(RecordedConnection::size).orElse(0L);
  }
}
