package org.phonemirror.core.download;

import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import org.phonemirror.core.download.fetch.Control;
import org.phonemirror.core.download.fetch.FetchException;
import org.phonemirror.core.download.fetch.Fetcher;
import org.phonemirror.core.download.fetch.Reason;
import org.phonemirror.core.download.fetch.Target;
import org.phonemirror.core.download.store.ContentStore;
import org.phonemirror.core.download.store.Download;
import org.phonemirror.core.download.store.Fetch;
import org.phonemirror.core.download.store.PartialFile;
import org.phonemirror.core.subscriber.Impu;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches what waits in the store, some at a time. The store is the queue: whatever crashes, it is
 * known there what is yet to be fetched and when.
 */
final class Fetches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Fetches.class);
  private static final int LOOKED_AT = 1000;
  private static final int LONGEST_TEXT = 1000;

  private final DownloadSettings settings;
  private final ContentStore store;
  private final Fetcher fetcher;
  private final Clock clock;
  private final Runnable changed;
  private final ExecutorService threads;
  private final Map<Long, Running> running = new HashMap<>();
  private final LongAdder fetched = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private boolean closed;

  private record Running(Impu subscriber, Control control) {}

  /**
   * Makes one, which does nothing before {@link #pump}.
   *
   * @param changed is called after a fetch has ended
   */
  Fetches(
      DownloadSettings settings,
      ContentStore store,
      Fetcher fetcher,
      Clock clock,
      Runnable changed) {
    this.settings = settings;
    this.store = store;
    this.fetcher = fetcher;
    this.clock = clock;
    this.changed = changed;
    this.threads =
        Executors.newFixedThreadPool(
            settings.parallel(),
            task -> {
              Thread thread = new Thread(task, "download");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins what is due, as far as there is room. */
  synchronized void pump() throws IOException {
    if (closed || running.size() >= settings.parallel()) {
      return;
    }
    for (Fetch fetch : store.due(LOOKED_AT)) {
      long sameSubscriber =
          running.values().stream().filter(r -> r.subscriber.equals(fetch.first())).count();
      if (running.size() < settings.parallel()
          && sameSubscriber < settings.parallelPerSubscriber()
          && !running.containsKey(fetch.id())) {
        Running now = new Running(fetch.first(), new Control());
        running.put(fetch.id(), now);
        threads.execute(() -> run(fetch, now.control));
      }
    }
  }

  /** Nobody waits for it any more. */
  synchronized void drop(long fetch) throws IOException {
    Running now = running.get(fetch);
    if (now == null) {
      store.drop(fetch);
    } else {
      now.control.stop();
    }
  }

  private void run(Fetch fetch, Control control) {
    try {
      attempt(fetch, control);
    } catch (IOException | RuntimeException e) {
      LOG.error("fetch {} is not settled, and is tried again", fetch.id(), e);
      pauseAfterTrouble(fetch);
    } finally {
      synchronized (this) {
        running.remove(fetch.id());
      }
      changed.run();
    }
  }

  private void pauseAfterTrouble(Fetch fetch) {
    try {
      store.postpone(fetch, 0, clock.instant().plus(settings.retries().longest()));
    } catch (IOException e) {
      LOG.error("the database of downloads can't be written", e);
    }
  }

  private void attempt(Fetch fetch, Control control) throws IOException {
    long length = 0;
    try (PartialFile partial = store.open(fetch)) {
      try {
        Fetcher.Fetched whole =
            fetcher.fetch(Target.parse(fetch.url()), partial, control, fetch.deadline());
        store.complete(
            fetch,
            partial,
            download ->
                SafeName.of(
                    download.wantedName(), whole.disposition(), whole.from().uri().getRawPath()));
        fetched.increment();
        return;
      } finally {
        length = partial.length();
      }
    } catch (IOException e) {
      settle(fetch, control, length, e);
    }
  }

  private void settle(Fetch fetch, Control control, long length, IOException e) throws IOException {
    if (isClosed()) {
      return; // it goes on when the server starts anew
    }
    if (control.isStopped()) {
      store.drop(fetch.id());
    } else if (e instanceof FetchException why) {
      boolean again =
          why.isTemporary()
              && fetch.attempts() + 1 < settings.retries().attempts()
              && clock.instant().isBefore(fetch.deadline());
      // where subscribers go is nobody's business
      LOG.info("fetch {}: {}{}", fetch.id(), why.reason().word(), again ? ", again" : "");
      if (again) {
        retries.increment();
        store.postpone(
            fetch, length, clock.instant().plus(settings.retries().pause(fetch.attempts())));
      } else {
        store.fail(fetch.id(), new Download.Failure(why.reason(), shorten(why.getMessage())));
      }
    } else {
      LOG.error("fetch {} can't be stored", fetch.id(), e);
      store.fail(
          fetch.id(),
          new Download.Failure(
              Reason.TROUBLE, "the mirror server can't store the file; try again later"));
    }
  }

  synchronized int running() {
    return running.size();
  }

  long fetched() {
    return fetched.sum();
  }

  long retries() {
    return retries.sum();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private static String shorten(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", " ");
    return plain.length() <= LONGEST_TEXT ? plain : plain.substring(0, LONGEST_TEXT) + "...";
  }

  /** Ends what runs; it goes on where it was when the store is opened again. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      running.values().forEach(now -> now.control.stop());
    }
    threads.shutdown();
    Closing.await(threads);
  }
}
