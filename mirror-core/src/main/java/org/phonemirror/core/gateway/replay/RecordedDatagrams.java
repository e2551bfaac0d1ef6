package org.phonemirror.core.gateway.replay;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.UdpFlow;

/**
 * A recorded conversation in datagrams, by the gateway's clock, and how the mirror does with it.
 *
 * <p>Of one that goes on in the next interval its last seconds are kept, as answers may come then.
 */
final class RecordedDatagrams {
  /** Takes what is for the mirror. */
  interface Receiver {
    void datagram(InetSocketAddress guest, InetSocketAddress remote, byte[] data);

    void unreachable(InetSocketAddress guest, InetSocketAddress remote);
  }

  private final long id;
  private final InetSocketAddress remote;
  private final boolean replayable;
  private final List<RecordedDatagram> datagrams = new ArrayList<>();

  /** Datagrams of the phone before these. */
  private int sentBefore;

  private long expectedBytes;
  private boolean carried;

  /** Answers that the mirror has asked for, each with its question. */
  private final Map<RecordedDatagram, RecordedDatagram> asked = new LinkedHashMap<>();

  /** Of what is no question: from where the mirror sends, and what is given to it next. */
  private Optional<InetSocketAddress> client = Optional.empty();

  private int nextReply;
  private int sentBeforeNext;
  private int sent;
  private long lastSent;

  private boolean used;
  private boolean touched;
  private long sentBytes;
  private long mismatch = -1;
  private long longestWait;

  RecordedDatagrams(UdpFlow flow, long offset) {
    id = flow.id();
    remote = flow.remote();
    replayable = flow.marks().isEmpty();
    add(flow, offset);
  }

  private void add(UdpFlow flow, long offset) {
    if (!replayable || !flow.marks().isEmpty()) {
      return;
    }
    for (UdpFlow.Datagram each : flow.datagrams()) {
      RecordedDatagram datagram = new RecordedDatagram(each, offset);
      if (datagram.isSent()) {
        expectedBytes += datagram.data().length;
      } else if (flow.isDns()) {
        questionOf(datagram).ifPresent(question -> question.addAnswer(datagram));
      }
      datagrams.add(datagram);
    }
  }

  /** The question that is answered: the last one with the reply's identifier. */
  private Optional<RecordedDatagram> questionOf(RecordedDatagram reply) {
    for (int i = datagrams.size() - 1; i >= 0; i--) {
      if (datagrams.get(i).mayBeAnsweredBy(reply)) {
        return Optional.of(datagrams.get(i));
      }
    }
    return Optional.empty();
  }

  /** Takes what a later tape, of an interval that begins now, has of it. */
  void goOn(UdpFlow flow, long offset, long now) {
    int old = 0;
    while (old < datagrams.size() && datagrams.get(old).due() < now - ReleaseRule.LATE_MICROS) {
      sentBefore += datagrams.get(old++).isSent() ? 1 : 0;
    }
    datagrams.subList(0, old).clear();
    nextReply = 0;
    sentBeforeNext = sentBefore;
    carried = false;
    touched = false;
    longestWait = 0;
    int before = datagrams.size();
    add(flow, offset);
    // a question that the mirror has asked may have been answered by now
    for (RecordedDatagram question : datagrams.subList(0, before)) {
      if (question.isSent() && question.isDone() && flow.isDns()) {
        expectAnswers(question);
      }
    }
  }

  /** An interval begins that has nothing of it. */
  void carry() {
    carried = true;
    touched = false;
    longestWait = 0;
  }

  long id() {
    return id;
  }

  InetSocketAddress remote() {
    return remote;
  }

  /** Whether the mirror has sent anything of it. */
  boolean isUsed() {
    return used;
  }

  /** Whether it is from an earlier tape than the last. */
  boolean isCarried() {
    return carried;
  }

  /** Whether nothing is known but that there was such a conversation. */
  boolean isWithoutContent() {
    return datagrams.isEmpty();
  }

  /** Whether it is the mirror's conversation from that end. */
  boolean isOf(InetSocketAddress guest) {
    return client.filter(guest::equals).isPresent();
  }

  /** Whether something of it is so late that the mirror may come to it in the next interval. */
  boolean isRecent(long now) {
    return datagrams.stream()
        .anyMatch(each -> !each.isDone() && each.due() >= now - ReleaseRule.LATE_MICROS);
  }

  // ---- what the mirror sends

  /** The recorded question that is the same: the first that was not asked yet, or was. */
  Optional<RecordedDatagram> question(byte[] data, boolean isAsked) {
    return datagrams.stream()
        .filter(each -> each.isDone() == isAsked && each.isSameQuestion(data))
        .findFirst();
  }

  /** The mirror asks; what was answered already is answered once more. */
  void ask(RecordedDatagram question, InetSocketAddress guest, byte[] data) {
    sentBytes += question.isDone() ? 0 : question.data().length;
    used = true;
    touched = true;
    question.ask(guest, data);
    expectAnswers(question);
  }

  private void expectAnswers(RecordedDatagram question) {
    for (RecordedDatagram answer : question.answers()) {
      if (!answer.isDone()) {
        asked.put(answer, question);
      }
    }
  }

  /** There was such a question, to a name server of which nothing could be recorded. */
  void touch() {
    used = true;
    touched = true;
  }

  /** The mirror sends something that is no question. */
  void send(InetSocketAddress guest, byte[] data, long now) {
    compare(data);
    used = true;
    touched = true;
    client = Optional.of(guest);
    sent++;
    sentBytes += data.length;
    lastSent = now;
  }

  private void compare(byte[] data) {
    int place = sentBefore;
    for (RecordedDatagram datagram : datagrams) {
      if (datagram.isSent() && place++ == sent) {
        int differs = Arrays.mismatch(datagram.data(), data);
        if (mismatch < 0 && differs >= 0) {
          mismatch = sentBytes + differs;
        }
        return;
      }
    }
  }

  // ---- what the network sends

  /** Gives what is due. Returns when more is, or {@link Conversation#NEVER}. */
  long answer(Receiver receiver, long now) {
    return remote.getPort() == UdpFlow.DNS_PORT
        ? answerQuestions(receiver, now)
        : answerOthers(receiver, now);
  }

  private long answerQuestions(Receiver receiver, long now) {
    long next = Conversation.NEVER;
    Iterator<Map.Entry<RecordedDatagram, RecordedDatagram>> all = asked.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<RecordedDatagram, RecordedDatagram> each = all.next();
      RecordedDatagram question = each.getValue();
      if (each.getKey().due() > now) {
        next = Math.min(next, each.getKey().due());
      } else {
        byte[] message = question.answerData(each.getKey());
        give(each.getKey(), message, question.asker(), receiver, now);
        all.remove();
      }
    }
    return next;
  }

  private long answerOthers(Receiver receiver, long now) {
    for (; nextReply < datagrams.size(); nextReply++) {
      RecordedDatagram reply = datagrams.get(nextReply);
      if (reply.isSent()) {
        sentBeforeNext++;
      } else if (!reply.isDone()) {
        long due = ReleaseRule.releaseTime(reply.due(), sent >= sentBeforeNext, lastSent);
        if (now < due) {
          return due;
        }
        give(reply, reply.data(), client.orElseThrow(), receiver, now);
      }
    }
    return Conversation.NEVER;
  }

  private void give(
      RecordedDatagram reply,
      byte[] message,
      InetSocketAddress guest,
      Receiver receiver,
      long now) {
    reply.setDone();
    touched = true;
    longestWait = Math.max(longestWait, now - reply.due());
    if (reply.isUnreachable()) {
      receiver.unreachable(guest, remote);
    } else {
      receiver.datagram(guest, remote, message);
    }
  }

  /** The interval ends: how it went, if the mirror did anything with it. */
  Optional<NetworkReport.Flow> report() {
    if (!used || !touched) {
      return Optional.empty();
    }
    List<RecordedDatagram> replies = datagrams.stream().filter(each -> !each.isSent()).toList();
    int released = (int) replies.stream().filter(RecordedDatagram::isDone).count();
    return Optional.of(
        new NetworkReport.Flow(
            id, expectedBytes, sentBytes, mismatch, released, replies.size(), longestWait));
  }
}
