package org.phonemirror.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.phonemirror.client.channel.SyncChannel;
import org.phonemirror.client.queue.MessageQueue;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the queue's messages, one at a time and in order, and does what the answers ask for.
 *
 * <p>An answer can be lost, so that a message may be durable at the server although the phone does
 * not know: {@link #maybeAccepted} is the highest number for which that is possible. A server that
 * expects a number up to the one after it just knows more than we do, and the messages before are
 * dropped. One that expects any other number has another history than this phone's (the phone or
 * the server was reset): the messages are then numbered anew, and the next batch asks for a full
 * comparison by a lost event.
 *
 * <p>All methods are called on the engine's thread.
 */
final class Sender {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

  /** Corrections in a row without any message taken, after which the sender waits. */
  private static final int MAX_CORRECTIONS = 3;

  private static final long NO_BOOT = -1;

  /** Who takes what comes with acknowledgements. */
  interface Replies {
    /** The server asks. */
    void asks(List<Ask> asks);

    /** Notices have come. They may come again if the phone is switched off before this returns. */
    void notices(List<Notice> notices);

    /**
     * The mirror doesn't have the user storage that the stream begins with. Nothing is sent until
     * {@link Sender#goOn} or {@link Sender#beginAnew}.
     *
     * @param bootId of the boot that was not taken
     * @param address where the storage is to be copied to
     */
    void copyFirst(long bootId, String address);

    /** The message that these were on is not taken, now or ever. */
    void refused(List<Order> orders) throws IOException;
  }

  private final MessageQueue queue;
  private final RejectedStore rejected;
  private final String model;
  private final ChannelFactory channels;
  private final RetryPolicy retry;
  private final ScheduledExecutorService engine;
  private final SynClientListener listener;
  private final Replies replies;

  private Optional<SyncSettings> settings = Optional.empty();
  private Optional<SyncChannel> channel = Optional.empty();
  private Optional<ScheduledFuture<?>> waiting = Optional.empty();
  private Optional<CompletableFuture<Boolean>> flush = Optional.empty();
  private boolean onItsWay;
  private boolean copying;
  private long generation;
  private long maybeAccepted;
  private boolean headWasSent;
  private int failures;
  private int corrections;
  private long bootInsertedFor = NO_BOOT;

  Sender(
      MessageQueue queue,
      RejectedStore rejected,
      String model,
      ChannelFactory channels,
      RetryPolicy retry,
      ScheduledExecutorService engine,
      SynClientListener listener,
      Replies replies) {
    this.queue = queue;
    this.rejected = rejected;
    this.model = model;
    this.channels = channels;
    this.retry = retry;
    this.engine = engine;
    this.listener = listener;
    this.replies = replies;
    // of what an earlier process left behind, anything may have been sent
    this.maybeAccepted = queue.nextSequence() - 1;
  }

  /** Goes to this server from now on. */
  void settings(SyncSettings fresh) {
    boolean sameWay = settings.filter(old -> sameWay(old, fresh)).isPresent();
    settings = Optional.of(fresh);
    if (!sameWay) {
      closeChannel();
      failures = 0;
      stopWaiting();
      pump();
    }
  }

  private static boolean sameWay(SyncSettings one, SyncSettings other) {
    return one.server().equals(other.server())
        && one.identity().equals(other.identity())
        && Arrays.equals(one.key(), other.key());
  }

  /**
   * Queues a message and sends it if nothing is before it.
   *
   * @return whether it is in the queue, durably
   */
  boolean offer(SyncMessage message) {
    boolean queued = false;
    try {
      queued = queue.add(message);
      if (!queued) {
        listener.warning(
            "the queue is full with "
                + queue.size()
                + " messages: a message was dropped, "
                + queue.lost()
                + " events are lost in all; the server will compare in full");
      }
    } catch (IOException e) {
      listener.warning("a message was dropped as it could not be stored: " + e.getMessage());
      noteLost(MessageQueue.lostWith(message));
    }
    pump();
    return queued;
  }

  private void noteLost(long events) {
    try {
      queue.addLost(events);
    } catch (IOException e) {
      listener.warning(events + " lost events can't be noted: " + e.getMessage());
    }
  }

  /**
   * Tries at once to send all that waits.
   *
   * @param done gets true when nothing waits any more; false if there is no server to send it to
   */
  void flush(CompletableFuture<Boolean> done) {
    if (flush.isPresent() && !flush.get().isDone()) {
      CompletableFuture<Boolean> before = flush.get();
      var unused = done.thenAccept(before::complete);
    }
    flush = Optional.of(done);
    stopWaiting();
    pump();
  }

  /**
   * Sends what waits again.
   *
   * @param failure why there is no copy; empty if there need be none
   */
  void goOn(Optional<String> failure) {
    copying = false;
    if (failure.isPresent()) {
      waitAndRetry(failure.get());
    } else {
      failures = 0;
      pump();
    }
  }

  /** The server has a copy of the phone as it is now: what waits belongs to the time before. */
  void beginAnew() throws IOException {
    while (!queue.isEmpty()) {
      Optional<SyncMessage> head = decodedHead();
      if (head.isPresent() && head.get() instanceof Batch batch && !batch.orders().isEmpty()) {
        replies.refused(batch.orders());
      }
      queue.removeHead();
    }
    renumber(1, List.of(), 0);
    bootInsertedFor = NO_BOOT;
    copying = false;
    failures = 0;
    corrections = 0;
    pump();
  }

  void close() {
    stopWaiting();
    closeChannel();
  }

  private void closeChannel() {
    channel.ifPresent(SyncChannel::close);
    channel = Optional.empty();
    onItsWay = false;
    generation++;
  }

  private void stopWaiting() {
    waiting.ifPresent(timer -> timer.cancel(false));
    waiting = Optional.empty();
  }

  private void pump() {
    if (queue.isEmpty() || !settings.isPresent()) {
      flush.ifPresent(done -> done.complete(queue.isEmpty()));
      return;
    }
    if (onItsWay || copying || waiting.isPresent()) {
      return;
    }
    try {
      if (!channel.isPresent()) {
        channel = Optional.of(channels.open(settings.get()));
      }
      long sequence = queue.headSequence();
      headWasSent = sequence <= maybeAccepted;
      maybeAccepted = Math.max(maybeAccepted, sequence);
      onItsWay = true;
      long sentBy = generation;
      channel
          .get()
          .send(queue.head())
          .whenComplete((answer, error) -> engine.execute(() -> arrived(sentBy, answer, error)));
    } catch (IOException e) {
      waitAndRetry("can't send: " + e.getMessage());
    }
  }

  private void arrived(long sentBy, Acknowledgement answer, Throwable error) {
    if (sentBy != generation) {
      return; // of a channel that has been given up; the message is sent again
    }
    onItsWay = false;
    if (error != null) {
      waitAndRetry(error.getMessage());
      return;
    }
    try {
      answered(answer);
    } catch (IOException e) {
      waitAndRetry("can't update the queue: " + e.getMessage());
    }
  }

  private void waitAndRetry(String reason) {
    onItsWay = false;
    failures++;
    long millis = retry.after(failures).toMillis();
    millis += ThreadLocalRandom.current().nextLong(millis / 4 + 1);
    LOG.warn("{}; {} messages wait, next try in {} ms", reason, queue.size(), millis);
    stopWaiting();
    waiting =
        Optional.of(
            engine.schedule(
                () -> {
                  waiting = Optional.empty();
                  pump();
                },
                millis,
                TimeUnit.MILLISECONDS));
  }

  private void answered(Acknowledgement answer) throws IOException {
    long head = queue.headSequence();
    if (answer.status() == Status.ACCEPTED && answer.expected() > head) {
      accepted(answer);
      return;
    }
    Optional<SyncMessage> first = decodedHead();
    if (answer.status() == Status.CLONE && first.isPresent() && first.get() instanceof Boot boot) {
      copying = true;
      replies.copyFirst(boot.bootId(), answer.detail());
      return;
    }
    if (answer.status() == Status.ACCEPTED || answer.status() == Status.UNAVAILABLE) {
      waitAndRetry("the server can't take message " + head + " now: " + answer.detail());
      return;
    }
    corrections++;
    if (corrections > MAX_CORRECTIONS) {
      corrections = 0;
      waitAndRetry("server and client don't agree: " + answer.status() + " " + answer.detail());
      return;
    }
    switch (answer.status()) {
      case OUT_OF_ORDER -> outOfOrder(head, answer.expected());
      case UNKNOWN_BOOT -> unknownBoot(answer);
      default -> setAside(answer);
    }
    pump();
  }

  private void accepted(Acknowledgement answer) throws IOException {
    if (bootInsertedFor != NO_BOOT && !(decodedHead().orElse(null) instanceof Boot)) {
      bootInsertedFor = NO_BOOT;
    }
    if (!answer.notices().isEmpty()) {
      replies.notices(answer.notices()); // before the next message tells that the phone has them
    }
    queue.removeHead();
    failures = 0;
    corrections = 0;
    replies.asks(answer.asks());
    pump();
  }

  private void outOfOrder(long head, long expected) throws IOException {
    long accepted = headWasSent ? maybeAccepted : head - 1;
    if (expected > head && expected <= accepted + 1) {
      while (!queue.isEmpty() && queue.headSequence() < expected) {
        queue.removeHead();
      }
      return;
    }
    listener.warning(
        "the server expects message "
            + expected
            + " where the phone has "
            + head
            + ": numbering goes on from there, and the server will compare in full");
    renumber(expected, List.of(), 1);
  }

  private void unknownBoot(Acknowledgement answer) throws IOException {
    Optional<SyncMessage> head = decodedHead();
    long bootId = head.map(Sender::bootId).orElse(NO_BOOT);
    if (bootId == NO_BOOT || bootId == bootInsertedFor) {
      setAside(answer);
      return;
    }
    long start = head.get() instanceof Batch batch ? batch.startMicros() : head.get().endMicros();
    listener.warning("the server does not know of the phone's boot: it is told again");
    bootInsertedFor = bootId;
    // without the software: a server that can't read a boot that tells it takes this one
    Boot boot = new Boot(answer.expected(), bootId, start, model);
    renumber(answer.expected(), List.of(boot), 1);
  }

  private static long bootId(SyncMessage message) {
    if (message instanceof Batch batch) {
      return batch.bootId();
    }
    // a boot is known by itself
    return message instanceof Shutdown end ? end.bootId() : NO_BOOT;
  }

  private void setAside(Acknowledgement answer) throws IOException {
    long sequence = queue.headSequence();
    Path file = rejected.keep(sequence, queue.head());
    listener.warning(
        "the server refuses message "
            + sequence
            + " ("
            + answer.status()
            + " "
            + answer.detail()
            + "): it was set aside as "
            + file);
    Optional<SyncMessage> head = decodedHead();
    if (head.isPresent() && head.get() instanceof Batch batch && !batch.orders().isEmpty()) {
      replies.refused(batch.orders());
    }
    long lost = head.map(MessageQueue::lostWith).orElse(1L);
    queue.removeHead();
    renumber(sequence, List.of(), lost);
  }

  private void renumber(long first, List<Boot> boot, long lost) throws IOException {
    queue.renumber(first, boot, lost);
    maybeAccepted = first - 1;
  }

  private Optional<SyncMessage> decodedHead() throws IOException {
    try {
      return Optional.of(SyncCodec.decode(queue.head()));
    } catch (MalformedMessageException e) {
      return Optional.empty();
    }
  }
}
