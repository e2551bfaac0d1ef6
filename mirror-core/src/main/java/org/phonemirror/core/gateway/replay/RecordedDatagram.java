package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.tape.UdpFlow;

/** One recorded datagram, or ICMP error in place of one, and whether the mirror had it too. */
final class RecordedDatagram {
  /** Of the identifier that a DNS message begins with (RFC 1035 §4.1.1). */
  private static final int IDENTIFIER = 2;

  private final long due;
  private final UdpFlow.Kind kind;
  private final byte[] data;

  /** Of a question: what answered it. */
  private final List<RecordedDatagram> answers = new ArrayList<>();

  /** Of a question that the mirror has asked: from where, and by which identifier. */
  private Optional<InetSocketAddress> asker = Optional.empty();

  private byte[] identifier = {};
  private boolean done;

  RecordedDatagram(UdpFlow.Datagram datagram, long offset) {
    due = datagram.timeMicros() + offset;
    kind = datagram.kind();
    data = datagram.data();
  }

  /** By the gateway's clock. */
  long due() {
    return due;
  }

  byte[] data() {
    return data;
  }

  /** Whether it is the phone's; if not, it is to be given to the mirror. */
  boolean isSent() {
    return kind == UdpFlow.Kind.SENT;
  }

  /** Whether the network told that nobody listens. */
  boolean isUnreachable() {
    return kind == UdpFlow.Kind.UNREACHABLE;
  }

  /** Whether the mirror has sent it too, or was given it. */
  boolean isDone() {
    return done;
  }

  void setDone() {
    done = true;
  }

  // ---- of the domain name system

  /** Whether this question may be what a reply answers: an ICMP error tells no identifier. */
  boolean mayBeAnsweredBy(RecordedDatagram reply) {
    return isSent() && (reply.isUnreachable() || beginsAs(reply.data));
  }

  private boolean beginsAs(byte[] other) {
    return data.length >= IDENTIFIER
        && other.length >= IDENTIFIER
        && Arrays.equals(data, 0, IDENTIFIER, other, 0, IDENTIFIER);
  }

  void addAnswer(RecordedDatagram reply) {
    answers.add(reply);
  }

  List<RecordedDatagram> answers() {
    return answers;
  }

  /** Whether it is a question, and the same as another but for the identifier. */
  boolean isSameQuestion(byte[] other) {
    return isSent()
        && data.length > IDENTIFIER
        && other.length == data.length
        && Arrays.equals(data, IDENTIFIER, data.length, other, IDENTIFIER, other.length);
  }

  /** The mirror asks it, maybe once more. */
  void ask(InetSocketAddress guest, byte[] question) {
    done = true;
    asker = Optional.of(guest);
    identifier = Arrays.copyOf(question, IDENTIFIER);
    answers.forEach(answer -> answer.done = false);
  }

  /** Who asked it last. */
  InetSocketAddress asker() {
    return asker.orElseThrow();
  }

  /** An answer to it by the identifier of who asked it last. */
  byte[] answerData(RecordedDatagram answer) {
    byte[] message = answer.data.clone();
    System.arraycopy(identifier, 0, message, 0, Math.min(IDENTIFIER, message.length));
    return message;
  }
}
