package org.phonemirror.core.upload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.phonemirror.core.subscriber.Impu;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is due, on threads of its own. A subscriber has at most half of them at one time, so
 * that a hundred recipients of one hold up nobody else.
 */
final class Dispatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

  /** How many of those that are due are looked at for a subscriber who has a thread left. */
  private static final int LOOK_AT = 1_000;

  private static final long STOP_SECONDS = 5;

  private final UploadSettings settings;
  private final Outbox outbox;
  private final Function<String, Path> contents;
  private final Map<Recipient.Kind, Carrier> carriers;
  private final Consumer<String> released;
  private final Clock clock;
  private final Map<Outbox.Key, Sending> sendings = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor workers;
  private final LongAdder sent = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder retries = new LongAdder();

  /** Why the operator's relays did not take what they were given last. */
  private final Map<Recipient.Kind, String> troubles = new ConcurrentHashMap<>();

  private volatile boolean closed;

  private static final class Sending {
    private volatile boolean recalled;
  }

  /**
   * Sends nothing yet.
   *
   * @param contents where a content is, by its digest
   * @param released is told when a recipient needs a content no longer
   */
  Dispatch(
      UploadSettings settings,
      Outbox outbox,
      Function<String, Path> contents,
      Map<Recipient.Kind, Carrier> carriers,
      Consumer<String> released,
      Clock clock) {
    this.settings = settings;
    this.outbox = outbox;
    this.contents = contents;
    this.carriers = Map.copyOf(carriers);
    this.released = released;
    this.clock = clock;
    this.workers =
        new ThreadPoolExecutor(
            settings.threads(),
            settings.threads(),
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(settings.threads()),
            task -> {
              Thread thread = new Thread(task, "upload");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins what is due, as far as there are threads. */
  void look() {
    if (closed || sendings.size() >= settings.threads()) {
      return;
    }
    int share = Math.max(1, settings.threads() / 2);
    for (Outbox.Due due : outbox.due(clock.instant(), LOOK_AT)) {
      if (sendings.size() >= settings.threads()) {
        return;
      }
      if (under(due.key().subscriber()) < share && outbox.start(due.key())) {
        Sending sending = new Sending();
        sendings.put(due.key(), sending);
        workers.execute(() -> send(due, sending));
      }
    }
  }

  private long under(Impu subscriber) {
    return sendings.keySet().stream().filter(key -> key.subscriber().equals(subscriber)).count();
  }

  private void send(Outbox.Due due, Sending sending) {
    try {
      settle(due, attempt(due, sending));
    } catch (Parcel.RecalledException e) {
      log.debug("{} is recalled", due.key(), e);
      if (!outbox.back(due.key())) {
        outbox.again(due.key(), clock.instant(), false); // it had left, by a server that redirects
      }
    } catch (RuntimeException e) {
      log.error("{} stays under way until the next start", due.key(), e);
    } finally {
      sendings.remove(due.key());
      release(due.upload().sha256());
    }
  }

  private void release(String sha256) {
    try {
      released.accept(sha256);
    } catch (RuntimeException e) {
      log.error("content {} is not removed before the next start", sha256, e);
    }
  }

  private Outcome attempt(Outbox.Due due, Sending sending) throws Parcel.RecalledException {
    Recipient recipient = due.recipient();
    Carrier carrier = carriers.get(recipient.kind());
    if (carrier == null) {
      return new Outcome.Never(
          Reason.NOT_ALLOWED, "this server sends nothing to recipients like " + recipient);
    }
    Path content = contents.apply(due.upload().sha256());
    if (!isThere(content, due.upload().size())) {
      return new Outcome.Never(Reason.WRONG_CONTENT, "the server has lost the file: send it again");
    }
    Outbox.Key key = due.key();
    Parcel parcel =
        new Parcel(
            key.subscriber(),
            recipient,
            due.upload(),
            due.ordered(),
            content,
            Upload.key(key.subscriber().uri(), key.order(), recipient.uri()),
            () -> !sending.recalled && outbox.leave(key),
            () -> sending.recalled);
    try {
      return carrier.bring(parcel);
    } catch (RuntimeException e) {
      log.error("{} cannot be sent", key, e);
      return Outcome.Later.unknown("the server is in trouble");
    }
  }

  private static boolean isThere(Path content, long size) {
    try {
      return Files.size(content) == size;
    } catch (IOException e) {
      log.error("content {} is lost", content, e);
      return false;
    }
  }

  private void settle(Outbox.Due due, Outcome outcome) {
    note(due.recipient().kind(), outcome);
    if (outcome instanceof Outcome.Sent) {
      if (outbox.sent(due.key(), sent(due))) {
        sent.increment();
      }
    } else if (outcome instanceof Outcome.Never never) {
      fail(due, never.reason(), never.text());
    } else if (outcome instanceof Outcome.Later later) {
      later(due, later);
    }
  }

  /** Web servers are the subscribers' own affair. */
  private void note(Recipient.Kind kind, Outcome outcome) {
    if (!(outcome instanceof Outcome.Later later)) {
      troubles.remove(kind);
    } else if (kind != Recipient.Kind.WEB) {
      troubles.put(kind, later.text());
    }
  }

  private static Report sent(Outbox.Due due) {
    // a repeated PUT changes nothing, but a message may be there twice
    boolean twice = due.doubtful() && due.recipient().kind() != Recipient.Kind.WEB;
    String text =
        due.upload().fileName()
            + " is sent to "
            + due.recipient()
            + (twice ? ", perhaps twice: the connection broke when it was taken" : "");
    String to = due.recipient().uri();
    return twice
        ? Report.sentPerhapsTwice(due.key().subscriber(), due.key().order(), to, text)
        : Report.sent(due.key().subscriber(), due.key().order(), to, text);
  }

  private void later(Outbox.Due due, Outcome.Later later) {
    Duration wait = settings.times().retryAfter(due.failures() + 1);
    Duration asked = later.after().orElse(Duration.ZERO);
    Instant next = clock.instant().plus(asked.compareTo(wait) > 0 ? asked : wait);
    if (next.isAfter(due.until())) {
      fail(due, Reason.UNREACHABLE, later.text());
      return;
    }
    log.info("{} is tried again at {}: {}", due.key(), next, later.text());
    if (outbox.again(due.key(), next, later.answered())) {
      retries.increment();
    }
  }

  private void fail(Outbox.Due due, Reason reason, String why) {
    String text = due.upload().fileName() + " is not sent to " + due.recipient() + ": " + why;
    log.info("{}: {}", due.key(), text);
    if (outbox.failed(
        due.key(),
        Report.failed(
            due.key().subscriber(), due.key().order(), due.recipient().uri(), reason, text))) {
      failed.increment();
    }
  }

  /** Stops what is being sent of an order. */
  void recall(Impu subscriber, long order) {
    sendings.forEach(
        (key, sending) ->
            sending.recalled |= key.subscriber().equals(subscriber) && key.order() == order);
  }

  /** Stops what is being sent of a subscriber. */
  void recall(Impu subscriber) {
    sendings.forEach((key, sending) -> sending.recalled |= key.subscriber().equals(subscriber));
  }

  int sending() {
    return sendings.size();
  }

  long sent() {
    return sent.sum();
  }

  long failed() {
    return failed.sum();
  }

  long retries() {
    return retries.sum();
  }

  List<String> troubles() {
    return List.copyOf(troubles.values());
  }

  /** Stops what has not left, and waits a little for what has. */
  @Override
  public void close() {
    closed = true;
    sendings.values().forEach(sending -> sending.recalled = true);
    workers.shutdown();
    try {
      if (!workers.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        log.warn("{} uploads end without knowing how", sendings.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      workers.shutdownNow();
    }
  }
}
