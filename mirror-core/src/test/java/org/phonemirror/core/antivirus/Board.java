package org.phonemirror.core.antivirus;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Notice;

/** Keeps what phone owners are told, and waits for it. */
final class Board implements NoticeBoard {
  private final List<Told> told = new ArrayList<>();

  private record Told(Impu subscriber, Notice notice) {}

  @Override
  public synchronized CompletionStage<Void> tell(Impu subscriber, Notice notice) {
    told.add(new Told(subscriber, notice));
    notifyAll();
    return CompletableFuture.completedFuture(null);
  }

  /** The first notice of a topic to somebody. */
  Notice await(Impu subscriber, String topic) throws InterruptedException {
    return await(subscriber, notice -> notice.topic().equals(topic));
  }

  synchronized Notice await(Impu subscriber, Predicate<Notice> which) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      List<Notice> such = to(subscriber).stream().filter(which).toList();
      if (!such.isEmpty()) {
        return such.get(0);
      }
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("not told; only: " + told);
      }
      wait(left);
    }
  }

  synchronized List<Notice> to(Impu subscriber) {
    return told.stream().filter(t -> t.subscriber.equals(subscriber)).map(Told::notice).toList();
  }

  List<Notice> to(Impu subscriber, String topic) {
    return to(subscriber).stream().filter(notice -> notice.topic().equals(topic)).toList();
  }
}
