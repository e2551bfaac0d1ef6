package org.phonemirror.core.mirror;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.phonemirror.core.machine.FakeMachineDriver;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.SyncMessage;

/** A phone whose storage is a directory and whose program is that of {@link FakeMachineDriver}. */
final class FakePhone {
  private static final long SHORTEST_MICROS = 10_000_000;

  private final Path storage;
  private final String model;
  private long sequence;
  private long bootId = 100;
  private long timeMicros;

  FakePhone(Path storage, String model) throws IOException {
    this.storage = storage;
    this.model = model;
    // an hour ago: everything is due
    this.timeMicros = (System.currentTimeMillis() - 3_600_000) * 1000;
    Files.createDirectories(storage.resolve("home"));
  }

  Boot boot() {
    bootId++;
    return new Boot(++sequence, bootId, timeMicros, model);
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
    Batch batch =
        new Batch(
            ++sequence,
            bootId,
            timeMicros,
            length,
            events,
            0,
            new StorageScanner(storage).scan(List.of()));
    timeMicros += length;
    return batch;
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
