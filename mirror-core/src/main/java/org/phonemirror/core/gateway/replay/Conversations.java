package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.gateway.tcp.TcpConnection;
import org.phonemirror.core.gateway.tcp.TcpEnds;
import org.phonemirror.core.gateway.tcp.TcpService;
import org.phonemirror.core.gateway.tcp.TcpUser;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.TcpFlow;

/**
 * The mirror's TCP connections, answered from tapes.
 *
 * <p>A connection is the flow whose first bytes are its own, or the next one to its address if
 * there is none, or if the server speaks first.
 */
final class Conversations implements TcpService {
  /** What connections that do not take what they are given may keep of earlier tapes. */
  static final long MAX_LEFT_BYTES = 8 << 20;

  /** Of those that are over and have not found their record yet. */
  static final int MAX_UNDECIDED = 1024;

  private final Requests requests;
  private final RecordedConnections recorded = new RecordedConnections();
  private final Attempts attempts;
  private final List<Conversation> conversations = new ArrayList<>();

  Conversations(Requests requests) {
    this.requests = requests;
    this.attempts = new Attempts(recorded, requests);
  }

  @Override
  public Answer attempted(TcpEnds ends, int opening, long now) {
    long undecided =
        conversations.stream()
            .filter(conversation -> conversation.isOpen() && conversation.flow().isEmpty())
            .filter(conversation -> conversation.remote().equals(ends.remote()))
            .count();
    return attempts.attempt(ends.remote(), opening + (int) undecided, now);
  }

  @Override
  public TcpUser opened(TcpConnection connection, long now) {
    Conversation conversation = new Conversation(connection, this::recognize, now);
    conversations.add(conversation);
    conversations.stream()
        .filter(Conversations::isUndecidedAndOver)
        .skip(MAX_UNDECIDED)
        .findFirst()
        .ifPresent(this::giveUp);
    return conversation;
  }

  // ---- which flow a connection is

  private void recognize(Conversation conversation, long now) {
    Optional<RecordedConnection> flow = choose(conversation, now);
    flow.ifPresent(recorded::remove);
    flow.ifPresent(found -> conversation.become(found, now));
  }

  private Optional<RecordedConnection> choose(Conversation conversation, long now) {
    InetSocketAddress remote = conversation.remote();
    Optional<RecordedConnection> next = accepted(remote);
    if (next.isEmpty() || next.get().isServerFirst()) {
      return next;
    }
    byte[] request = conversation.request();
    if (request.length > 0) {
      return recorded
          .first(remote, flow -> !flow.isServerFirst() && flow.beginsAlike(request))
          .or(() -> next);
    }
    if (conversation.hasEnded()) {
      return recorded
          .first(remote, flow -> isAccepted(flow) && flow.isWithoutRequest())
          .or(() -> next);
    }
    if (now < conversation.accepted() + ReleaseRule.PATIENCE_MICROS) {
      return Optional.empty();
    }
    return recorded.first(remote, RecordedConnection::isServerFirst);
  }

  private Optional<RecordedConnection> accepted(InetSocketAddress remote) {
    return recorded.first(remote, Conversations::isAccepted);
  }

  private static boolean isAccepted(RecordedConnection flow) {
    return flow.opening() == TcpFlow.Opening.ACCEPTED;
  }

  // ---- time

  /** Does what is due. Returns when something is due next, or {@link Conversation#NEVER}. */
  long step(long now) {
    long next = Conversation.NEVER;
    for (Conversation conversation : List.copyOf(conversations)) {
      next = Math.min(next, serve(conversation, now));
    }
    return next;
  }

  private long serve(Conversation conversation, long now) {
    if (conversation.flow().isPresent()) {
      return conversation.answer(now);
    }
    recognize(conversation, now);
    if (conversation.flow().isPresent()) {
      return conversation.answer(now);
    }
    if (accepted(conversation.remote()).isPresent()) {
      long patience = conversation.accepted() + ReleaseRule.PATIENCE_MICROS;
      return now < patience ? patience : Conversation.NEVER;
    }
    long grace = conversation.accepted() + ReleaseRule.GRACE_MICROS;
    if (now < grace) {
      return grace;
    }
    giveUp(conversation);
    return Conversation.NEVER;
  }

  private static boolean isUndecidedAndOver(Conversation conversation) {
    return !conversation.isOpen() && conversation.flow().isEmpty();
  }

  /** No record is of it. */
  private void giveUp(Conversation conversation) {
    requests.add(
        conversation.accepted(),
        NetworkReport.Protocol.TCP,
        conversation.remote(),
        conversation.request());
    conversation.cutOff();
    conversations.remove(conversation);
  }

  // ---- intervals

  /**
   * An interval begins.
   *
   * @param offset from times on the tape to the gateway's
   */
  void begin(List<TcpFlow> flows, long offset, long now) {
    shed();
    for (TcpFlow flow : flows) {
      if (flow.isForMirrors()) {
        take(flow, offset, now);
      }
    }
    attempts.begin(now);
  }

  private void take(TcpFlow flow, long offset, long now) {
    Optional<Conversation> conversation = find(flow.id());
    if (conversation.isPresent()) {
      conversation.get().flow().orElseThrow().goOn(flow, offset);
      conversation.get().goOn();
      return;
    }
    Optional<RecordedConnection> waiting = recorded.find(flow.id());
    if (waiting.isPresent() && isAccepted(waiting.get())) {
      waiting.get().goOn(flow, offset);
      return;
    }
    waiting.ifPresent(recorded::remove); // an attempt of which more is known now
    recorded.add(new RecordedConnection(flow, offset, now));
  }

  private Optional<Conversation> find(long id) {
    return conversations.stream()
        .filter(conversation -> conversation.flow().filter(flow -> flow.id() == id).isPresent())
        .findFirst();
  }

  /** Ends connections whose mirror does not take what it is given, before they fill the memory. */
  private void shed() {
    long left = 0;
    for (Conversation conversation : conversations) {
      left += conversation.size();
      if (left > MAX_LEFT_BYTES) {
        left -= conversation.size();
        conversation.cutOff();
      }
    }
  }

  /** The interval ends: adds how its flows went, and which were not used. */
  void end(List<NetworkReport.Flow> flows, List<Long> unused, long now) {
    for (Conversation conversation : conversations) {
      conversation.report().ifPresent(flows::add);
    }
    conversations.removeIf(
        conversation -> !conversation.isOpen() && conversation.flow().isPresent());
    flows.addAll(attempts.end());
    for (RecordedConnection flow : recorded.list()) {
      if (flow.age() == RecordedConnection.Age.NEW
          && flow.opened() >= now - ReleaseRule.LATE_MICROS) {
        flow.setAge(RecordedConnection.Age.CARRIED);
      } else {
        unused.add(flow.id());
        recorded.remove(flow);
      }
    }
  }

  /** Forgets all. */
  void clear() {
    conversations.clear();
    recorded.clear();
    attempts.clear();
  }
}
