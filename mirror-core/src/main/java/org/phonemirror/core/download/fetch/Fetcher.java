package org.phonemirror.core.download.fetch;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLSocketFactory;

/**
 * Fetches files by HTTP/1.1. Every hop of a redirect is checked like the first URL. An attempt goes
 * on where the last one ended if the server can do that, and still has the same version.
 */
public final class Fetcher implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  private final FetchSettings settings;
  private final Clock clock;
  private final Exchange.Surroundings around;
  private final ScheduledExecutorService watchdog;

  /**
   * Makes one.
   *
   * @param tls whom to trust; its sockets check names by themselves
   * @param clock by which speed is measured
   */
  public Fetcher(FetchSettings settings, Resolver resolver, SSLSocketFactory tls, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    watchdog =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "download-watchdog");
              thread.setDaemon(true);
              return thread;
            });
    around = new Exchange.Surroundings(settings, resolver, tls, watchdog);
  }

  /**
   * A file that was fetched.
   *
   * @param from where it came from in the end
   * @param disposition {@code Content-Disposition} (RFC 6266); each byte is a character
   */
  public record Fetched(Target from, Optional<String> disposition) {}

  /**
   * Makes one attempt.
   *
   * @param partial holds the whole file afterwards; if this fails, as much as came
   * @param deadline when it must be over
   * @throws FetchException if the file can't be got, by what the server said or did
   * @throws IOException if it can't be stored, or was stopped
   */
  public Fetched fetch(Target url, Partial partial, Control control, Instant deadline)
      throws IOException {
    Target at = url;
    for (int hop = 0; hop <= settings.maxRedirects(); hop++) {
      try (Exchange.Answer answer = Exchange.get(at, range(partial), around, control)) {
        Head head = answer.head();
        Optional<String> location = head.first("location");
        if (isRedirect(head.status()) && location.isPresent()) {
          at = next(at, location.get());
        } else {
          receive(answer, partial, deadline);
          return new Fetched(at, head.first("content-disposition"));
        }
      }
    }
    throw FetchException.permanent(
        Reason.REDIRECTS,
        url.uri()
            + " was redirected more than "
            + settings.maxRedirects()
            + " times; take another URL");
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static Target next(Target at, String location) throws FetchException {
    Target next = at.resolve(location);
    if (at.tls() && !next.tls()) {
      throw FetchException.permanent(
          Reason.TLS, at.host() + " redirects from https to http; take another URL");
    }
    return next;
  }

  private static Map<String, String> range(Partial partial) {
    return partial.length() > 0 && partial.validator().isPresent()
        ? Map.of(
            "Range",
            "bytes=" + partial.length() + "-",
            "If-Range",
            partial.validator().orElseThrow())
        : Map.of();
  }

  private void receive(Exchange.Answer answer, Partial partial, Instant deadline)
      throws IOException {
    Head head = answer.head();
    OptionalLong length = head.length();
    if (head.status() == 206) {
      goOn(head, partial, length);
    } else if (head.status() == 416 && partial.length() > 0) {
      partial.begin(Optional.empty(), OptionalLong.empty());
      throw FetchException.temporary(
          Reason.WRONG_CONTENT, "the server's file has changed; try again later");
    } else if (head.status() == 200) {
      partial.begin(head.validator(), length);
    } else {
      throw Refusals.of(head.status());
    }
    copy(answer.exchange().body(head), partial, deadline);
    if (partial.total().isPresent() && partial.length() != partial.total().getAsLong()) {
      throw FetchException.temporary(
          Reason.WRONG_CONTENT,
          "the server sent "
              + partial.length()
              + " bytes of "
              + partial.total().getAsLong()
              + "; try again later");
    }
    if (length.isPresent() && answer.exchange().hasSurplus()) {
      partial.begin(Optional.empty(), OptionalLong.empty());
      throw Head.malformed("more than the length it had told");
    }
  }

  /** The rest must be of just what was asked for. */
  private static void goOn(Head head, Partial partial, OptionalLong length) throws IOException {
    Optional<Head.Range> range = head.range();
    boolean right =
        partial.length() > 0
            && range.isPresent()
            && range.get().first() == partial.length()
            && (length.isEmpty()
                || length.getAsLong() == range.get().last() - range.get().first() + 1)
            && (partial.total().isEmpty()
                || range.get().total().isEmpty()
                || partial.total().getAsLong() == range.get().total().getAsLong())
            && (head.validator().isEmpty() || head.validator().equals(partial.validator()));
    if (!right) {
      partial.begin(Optional.empty(), OptionalLong.empty());
      throw FetchException.temporary(
          Reason.WRONG_CONTENT, "the server sent another part than it was asked for");
    }
  }

  private void copy(Body body, Partial partial, Instant deadline) throws IOException {
    byte[] buffer = new byte[BUFFER];
    Instant windowStart = clock.instant();
    long inWindow = 0;
    int count = read(body, buffer);
    while (count >= 0) {
      partial.append(buffer, count);
      inWindow += count;
      Instant now = clock.instant();
      long millis = Duration.between(windowStart, now).toMillis();
      if (now.isAfter(deadline)) {
        throw FetchException.permanent(
            Reason.TOO_SLOW, "the server needs more time than the operator allows");
      }
      if (millis >= settings.idleTime().toMillis()) {
        if (inWindow * 1000 / millis < settings.minBytesPerSecond()) {
          throw tooSlow(null);
        }
        windowStart = now;
        inWindow = 0;
      }
      count = read(body, buffer);
    }
  }

  private static int read(Body body, byte[] buffer) throws FetchException {
    try {
      return body.read(buffer);
    } catch (FetchException e) {
      throw e;
    } catch (SocketTimeoutException e) {
      throw tooSlow(e);
    } catch (IOException e) {
      throw FetchException.temporary(
          Reason.UNREACHABLE, "the connection broke off; try again later", e);
    }
  }

  private static FetchException tooSlow(IOException cause) {
    return FetchException.temporary(
        Reason.TOO_SLOW, "the server sends too slowly; try again later", cause);
  }

  @Override
  public void close() {
    watchdog.shutdownNow();
  }
}
