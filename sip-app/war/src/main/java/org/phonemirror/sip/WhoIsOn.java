package org.phonemirror.sip;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.phonemirror.core.subscriber.Impu;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns after a start which phones are on, of those whose mirrors are here. The S-CSCF to ask is
 * the one that the configuration names, or else the one that the HSS has assigned to the
 * subscriber; whoever has none is off. The HSS may not be there yet: it is asked again, ever more
 * seldom, for a quarter of an hour.
 */
final class WhoIsOn implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WhoIsOn.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int ROUNDS = 20;

  /** So that a start with many mirrors is no burst. */
  private static final int MAX_UNANSWERED = 20;

  private final ServingCscfs cscfs;
  private final RegistrationEvents events;
  private final Consumer<Registration> listener;
  private final Duration firstPause;
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1, task -> new Thread(task, "mirror-who-is-on"), new ThreadPoolExecutor.DiscardPolicy());

  WhoIsOn(ServingCscfs cscfs, RegistrationEvents events, Consumer<Registration> listener) {
    this(cscfs, events, listener, FIRST_PAUSE);
  }

  WhoIsOn(
      ServingCscfs cscfs,
      RegistrationEvents events,
      Consumer<Registration> listener,
      Duration firstPause) {
    this.cscfs = cscfs;
    this.events = events;
    this.listener = listener;
    this.firstPause = firstPause;
  }

  /** Begins; does not wait. */
  void begin(MirrorPlane plane, Collection<Impu> subscribers) {
    executor.execute(() -> new Round(plane, subscribers, 1, firstPause).begin());
  }

  /** One pass over those whose S-CSCF is not known; on the executor's thread only. */
  private final class Round {
    private final MirrorPlane plane;
    private final Queue<Impu> waiting;
    private final Queue<Impu> failed = new ArrayDeque<>();
    private final int number;
    private final Duration pause;
    private int unanswered;
    private String lastFailure = "";

    Round(MirrorPlane plane, Collection<Impu> subscribers, int number, Duration pause) {
      this.plane = plane;
      this.waiting = new ArrayDeque<>(subscribers);
      this.number = number;
      this.pause = pause;
    }

    void begin() {
      while (unanswered < MAX_UNANSWERED && !waiting.isEmpty()) {
        Impu subscriber = waiting.remove();
        if (cscfs.find(subscriber).isPresent()) {
          events.ask(List.of(subscriber));
        } else {
          unanswered++;
          look(subscriber);
        }
      }
      if (unanswered == 0 && waiting.isEmpty() && !failed.isEmpty()) {
        again();
      }
    }

    private void look(Impu subscriber) {
      var unused =
          plane
              .servingCscf(subscriber)
              .whenComplete(
                  (scscf, failure) ->
                      executor.execute(
                          () -> {
                            unanswered--;
                            if (failure == null) {
                              learned(subscriber, scscf);
                            } else {
                              lastFailure = cause(failure).getMessage();
                              failed.add(subscriber);
                            }
                            begin();
                          }));
    }

    private void learned(Impu subscriber, Optional<String> scscf) {
      if (scscf.isPresent()) {
        cscfs.learn(subscriber, scscf.get());
        events.ask(List.of(subscriber));
      } else if (cscfs.find(subscriber).isEmpty()) { // nor has it registered meanwhile
        LOG.debug("{} is off: no S-CSCF serves it", subscriber);
        listener.accept(
            new Registration(subscriber, false, Optional.empty(), RegistrationBody.NONE));
      }
    }

    private void again() {
      if (number == ROUNDS) {
        LOG.warn(
            "Whether {} phones are on is not known until they register again ({}). Set sip.s-cscf,"
                + " or permit this server to read S-CSCFName (Data-Reference 12)",
            failed.size(),
            lastFailure);
        return;
      }
      Duration longer = pause.multipliedBy(2);
      Duration next = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      var unused =
          executor.schedule(
              () -> new Round(plane, failed, number + 1, next).begin(),
              pause.toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
