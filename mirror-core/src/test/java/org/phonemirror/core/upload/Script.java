package org.phonemirror.core.upload;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A carrier whose recipients answer as they are told, and else take everything. */
final class Script implements Carrier {
  /** Recipients in the order in which they were tried. */
  final List<String> tried = new CopyOnWriteArrayList<>();

  /** Who has got it, with the name of the sending. */
  final List<String> got = new CopyOnWriteArrayList<>();

  final Map<String, Queue<Outcome>> outcomes = new ConcurrentHashMap<>();
  final Map<String, byte[]> contents = new ConcurrentHashMap<>();

  private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();

  /** The recipient takes its time. */
  void holds(String to) {
    held.put(to, new CountDownLatch(1));
  }

  void goOn(String to) {
    held.get(to).countDown();
  }

  private void hold(String to) {
    CountDownLatch latch = held.get(to);
    try {
      if (latch != null && !latch.await(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException(to + " was held for too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void answers(String to, Outcome... next) {
    outcomes.put(to, new ConcurrentLinkedQueue<>(List.of(next)));
  }

  @Override
  public Outcome bring(Parcel parcel) throws Parcel.RecalledException {
    String to = parcel.recipient().uri();
    tried.add(to);
    hold(to);
    Queue<Outcome> next = outcomes.get(to);
    Outcome outcome = next == null ? null : next.poll();
    if (outcome != null) {
      return outcome;
    }
    contents.put(to, UploadWorld.content(parcel));
    got.add(to);
    return new Outcome.Sent();
  }
}
