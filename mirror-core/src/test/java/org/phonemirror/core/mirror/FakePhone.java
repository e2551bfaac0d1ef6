package org.phonemirror.core.mirror;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.phonemirror.client.repair.Answerer;
import org.phonemirror.client.repair.Moment;
import org.phonemirror.client.repair.PhoneConditions;
import org.phonemirror.client.repair.StorageReader;
import org.phonemirror.core.machine.FakeMachineDriver;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.SyncMessage;

/** A phone whose storage is a directory and whose program is that of {@link FakeMachineDriver}. */
final class FakePhone {
  private static final long SHORTEST_MICROS = 10_000_000;

  private static final int ROOM = 200_000;

  private final Path storage;
  private final Answerer answerer;
  private volatile boolean onWifi;
  private StorageScope scope = StorageScope.ALL;
  private final String model;
  private long sequence;
  private long bootId = 100;
  private long timeMicros;

  FakePhone(Path storage, String model) throws IOException {
    this.storage = storage;
    this.model = model;
    this.answerer = answerer();
    // an hour ago: everything is due
    this.timeMicros = (System.currentTimeMillis() - 3_600_000) * 1000;
    Files.createDirectories(storage.resolve("home"));
  }

  private Answerer answerer() {
    return new Answerer(
        new StorageReader(storage),
        new PhoneConditions() {
          @Override
          public boolean metered() {
            return !onWifi;
          }

          @Override
          public boolean charging() {
            return false;
          }
        });
  }

  void setOnWifi(boolean now) {
    onWifi = now;
  }

  void setScope(StorageScope changed) {
    scope = changed;
  }

  Boot boot() {
    bootId++;
    return new Boot(++sequence, bootId, timeMicros, model);
  }

  /** What came with an acknowledgement. */
  void acknowledged(Acknowledgement acknowledgement) {
    answerer.asked(acknowledgement.asks());
  }

  /** Where its programs write without the user's input telling what: it diverges. */
  Path storage() {
    return storage;
  }

  /** One interval in which a line is typed. */
  Batch type(String line) throws IOException {
    List<InputEvent> events = Typing.at(timeMicros).type(line + "\n").events();
    Files.writeString(
        storage.resolve(FakeMachineDriver.TYPED),
        line + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    long typed = events.get(events.size() - 1).timeMicros() - timeMicros;
    long length = Math.max(SHORTEST_MICROS, typed);
    return batch(length, events, 0, List.of());
  }

  /** An interval in which nothing is typed. */
  Batch idle() throws IOException {
    return batch(SHORTEST_MICROS, List.of(), 0, List.of());
  }

  /** One in which events got lost. */
  Batch idleButLost(long events) throws IOException {
    return batch(SHORTEST_MICROS, List.of(), events, List.of());
  }

  /** One at whose end paths are being written. */
  Batch idleButWriting(String... unsettled) throws IOException {
    return batch(SHORTEST_MICROS, List.of(), 0, List.of(unsettled));
  }

  private Batch batch(long length, List<InputEvent> events, long lost, List<String> unsettled)
      throws IOException {
    StorageScanner scanner = new StorageScanner(storage, scope);
    StorageDigest digest = scanner.scan(unsettled);
    Batch batch = new Batch(++sequence, bootId, timeMicros, length, events, lost, digest);
    timeMicros += length;
    // files have the time of the test, not that of the phone's clock: all of them are settled
    long later = (System.currentTimeMillis() + 60_000) * 1000;
    Moment moment = new Moment(later, digest, scanner.tree());
    return batch.withAnswers(answerer.answer(moment, ROOM));
  }

  Shutdown shutdown() throws IOException {
    return new Shutdown(
        ++sequence, bootId, timeMicros, new StorageScanner(storage).scan(List.of()));
  }

  /** Forgets the last message: it never left the phone. */
  void takeBack(SyncMessage message) {
    sequence = message.sequence() - 1;
  }
}
