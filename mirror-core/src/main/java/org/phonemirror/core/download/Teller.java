package org.phonemirror.core.download;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.phonemirror.core.download.fetch.Reason;
import org.phonemirror.core.download.store.ContentStore;
import org.phonemirror.core.download.store.Download;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.NoticeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells subscribers what became of their orders, until the notice board has it. */
final class Teller {
  private static final Logger LOG = LoggerFactory.getLogger(Teller.class);
  private static final int AT_A_TIME = 100;

  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** Longest body of a MESSAGE outside of a session (RFC 3428 §8), its header left aside. */
  private static final int MAX_MESSAGE_BYTES = 1000;

  private final ContentStore store;
  private final NoticeBoard board;
  private final PhoneMessenger messenger;
  private final Clock clock;
  private final Notices notices;

  /** What is being told, and must not be told twice meanwhile. */
  private final Set<Download> telling = new HashSet<>();

  private final Map<Reason, Long> failures = new EnumMap<>(Reason.class);
  private Instant notBefore = Instant.MIN;

  Teller(ContentStore store, DownloadService.Ports ports, Notices notices) {
    this.store = store;
    this.board = ports.notices();
    this.messenger = ports.messenger();
    this.clock = ports.clock();
    this.notices = notices;
  }

  /** Tells what is to be told. What fails is told when this is called again. */
  void tell() throws IOException {
    for (Download download : store.untold(AT_A_TIME)) {
      if (begin(download)) {
        Notice notice = notices.of(download);
        try {
          CompletionStage<Void> unused =
              board
                  .tell(download.subscriber(), notice)
                  .whenComplete((done, failure) -> end(download, notice, failure));
        } catch (RuntimeException e) {
          end(download, notice, e);
        }
      }
    }
  }

  private synchronized boolean begin(Download download) {
    return !clock.instant().isBefore(notBefore) && telling.add(download);
  }

  private void end(Download download, Notice notice, Throwable failure) {
    try {
      if (failure == null) {
        store.told(download);
        count(download);
        if (download.policy().atOnce()) {
          send(download, notice);
        }
      } else {
        pause();
        LOG.warn(
            "{} is not told of order {} yet", download.subscriber(), download.order(), failure);
      }
    } catch (IOException e) {
      LOG.warn("{} will be told of order {} again", download.subscriber(), download.order(), e);
    } finally {
      synchronized (this) {
        telling.remove(download);
      }
    }
  }

  private synchronized void count(Download told) {
    told.failure().ifPresent(failure -> failures.merge(failure.reason(), 1L, Long::sum));
  }

  /** How many orders failed for which reasons, as their owners were told. */
  synchronized Map<Reason, Long> failures() {
    return Map.copyOf(failures);
  }

  private synchronized void pause() {
    notBefore = clock.instant().plus(PAUSE);
  }

  private void send(Download download, Notice notice) {
    CompletionStage<Void> unused =
        messenger
            .send(download.subscriber(), NoticeText.CONTENT_TYPE, text(notice))
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.info(
                        "{} learns of order {} by its next synchronization: {}",
                        download.subscriber(),
                        download.order(),
                        failure.getMessage());
                  }
                });
  }

  /** Without the URL if that makes it too long: the phone knows it by the order. */
  private static String text(Notice notice) {
    String whole = NoticeText.format(notice);
    if (whole.getBytes(StandardCharsets.UTF_8).length <= MAX_MESSAGE_BYTES) {
      return whole;
    }
    List<Field> rest =
        notice.fields().stream().filter(field -> !field.name().equals("url")).toList();
    return NoticeText.format(new Notice(notice.topic(), rest));
  }
}
