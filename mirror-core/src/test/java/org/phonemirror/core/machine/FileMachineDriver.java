package org.phonemirror.core.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.phonemirror.core.store.StateFiles;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.StorageScope;

/**
 * A driver without virtual machines whose mirrors outlive the process, for tests that kill it. Its
 * phones are those of {@link FakeMachineDriver}; a mirror's state is the text that they have typed.
 * A mirror is a directory: the highest epoch, and a file for each checkpoint, which is there whole
 * or not at all.
 */
public final class FileMachineDriver implements MachineDriver {
  private static final String EPOCH = "epoch";

  private final Path directory;
  private final Duration work;

  /** Works below a directory; each replay takes so long. */
  public FileMachineDriver(Path directory, Duration work) {
    this.directory = directory;
    this.work = work;
  }

  private record Saved(Path file, long number, Checkpoint checkpoint) {
    static Saved of(Path file, String mirror, String model) {
      String[] parts = file.getFileName().toString().split("-", 3);
      return new Saved(
          file,
          Long.parseLong(parts[0]),
          new Checkpoint(mirror, model, Long.parseLong(parts[1]), parts[2].equals("on")));
    }
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T run(String mirror, Work<T> work) throws MachineException {
    try {
      return work.run();
    } catch (IOException e) {
      throw new MachineException(mirror + ": " + e, e);
    }
  }

  private Path of(String mirror) {
    return directory.resolve(mirror.replaceAll("[^0-9a-zA-Z]", "_"));
  }

  /** Oldest first. */
  private List<Saved> saved(String mirror, String model) throws IOException {
    if (!Files.isDirectory(of(mirror))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(of(mirror))) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d+-\\d+-(on|off)"))
          .sorted()
          .map(file -> Saved.of(file, mirror, model))
          .toList();
    }
  }

  private Checkpoint save(Checkpoint what, String text) throws IOException {
    List<Saved> before = saved(what.mirror(), what.phoneModel());
    long number = before.isEmpty() ? 1 : before.get(before.size() - 1).number + 1;
    String name =
        String.format("%08d-%d-%s", number, what.position(), what.poweredOn() ? "on" : "off");
    StateFiles.replace(of(what.mirror()).resolve(name), text);
    return what;
  }

  private long epoch(String mirror) throws IOException {
    Path file = of(mirror).resolve(EPOCH);
    return Files.exists(file) ? Long.parseLong(Files.readString(file)) : 0;
  }

  @Override
  public void checkTemplate(String phoneModel) {}

  @Override
  public StorageScope storageScope(String phoneModel) {
    return StorageScope.ALL;
  }

  @Override
  public Optional<Checkpoint> latest(String mirror) throws MachineException {
    List<Saved> all = run(mirror, () -> saved(mirror, "reference"));
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1).checkpoint);
  }

  @Override
  public Checkpoint create(String mirror, String phoneModel) throws MachineException {
    return run(
        mirror,
        () -> {
          Files.createDirectories(of(mirror));
          return save(new Checkpoint(mirror, phoneModel, 0, false), "");
        });
  }

  @Override
  public Machine start(Checkpoint checkpoint, long epoch) throws MachineException {
    return run(
        checkpoint.mirror(),
        () -> {
          if (epoch <= epoch(checkpoint.mirror())) {
            throw new IOException("epoch " + epoch + " is over");
          }
          StateFiles.replace(of(checkpoint.mirror()).resolve(EPOCH), "" + epoch);
          Saved from =
              saved(checkpoint.mirror(), checkpoint.phoneModel()).stream()
                  .filter(saved -> saved.checkpoint.equals(checkpoint))
                  .findFirst()
                  .orElseThrow(() -> new IOException("there is no " + checkpoint));
          return new Typewriter(checkpoint, epoch, Files.readString(from.file));
        });
  }

  @Override
  public long release(String mirror, long position) throws MachineException {
    return run(
        mirror,
        () -> {
          List<Saved> all = saved(mirror, "reference");
          List<Saved> kept = Retention.kept(all, saved -> saved.checkpoint.position(), position);
          keepOnly(all, kept);
          return kept.get(0).checkpoint.position();
        });
  }

  @Override
  public Optional<Checkpoint> rewind(String mirror, String phoneModel, long from)
      throws MachineException {
    return run(
        mirror,
        () -> {
          List<Saved> all = saved(mirror, phoneModel);
          Optional<Saved> base =
              all.stream().filter(saved -> saved.checkpoint.position() >= from).findFirst();
          keepOnly(all, base.map(List::of).orElse(all));
          return base.map(Saved::checkpoint);
        });
  }

  private static void keepOnly(List<Saved> all, List<Saved> kept) throws IOException {
    for (Saved saved : all) {
      if (!kept.contains(saved)) {
        Files.delete(saved.file);
      }
    }
  }

  @Override
  public void remove(String mirror) throws MachineException {
    run(
        mirror,
        () -> {
          StateFiles.deleteTree(of(mirror));
          return true;
        });
  }

  private final class Typewriter implements Machine {
    private final Checkpoint from;
    private final long epoch;
    private final StringBuilder typed;
    private boolean on;
    private volatile boolean ended;

    Typewriter(Checkpoint from, long epoch, String typed) {
      this.from = from;
      this.epoch = epoch;
      this.typed = new StringBuilder(typed);
      this.on = from.poweredOn();
    }

    private void mustRun() throws MachineException {
      if (ended) {
        throw new MachineException("the machine of " + from.mirror() + " has ended");
      }
    }

    @Override
    public void powerOn(long timeMicros) throws MachineException {
      mustRun();
      on = true;
    }

    @Override
    public ReplayReport replay(
        long startMicros, long lengthMicros, List<InputEvent> events, Tape tape)
        throws MachineException {
      mustRun();
      LockSupport.parkNanos(work.toNanos());
      for (InputEvent event : events) {
        char c = Typing.character(event.code(), false);
        if (event.value() == 1 && c != 0) {
          typed.append(c);
        }
      }
      return new ReplayReport(events.size(), 0, 0, 0, 0, NetworkReport.silent());
    }

    @Override
    public void powerOff(long timeMicros) throws MachineException {
      mustRun();
      on = false;
    }

    @Override
    public <T> T readStorage(StorageReader<T> reader) throws MachineException {
      mustRun();
      return run(
          from.mirror(),
          () -> {
            Path view = Files.createTempDirectory(directory, "view-");
            try {
              Files.createDirectory(view.resolve("home"));
              if (!typed.isEmpty()) {
                Files.writeString(view.resolve(FakeMachineDriver.TYPED), typed);
              }
              return reader.read(view);
            } finally {
              StateFiles.deleteTree(view);
            }
          });
    }

    @Override
    public List<String> write(List<StorageWrite> changes) {
      List<String> refused = new ArrayList<>();
      changes.forEach(change -> refused.add(change + ": only keys write here"));
      return refused;
    }

    @Override
    public Checkpoint save(long position) throws MachineException {
      mustRun();
      return run(
          from.mirror(),
          () -> {
            if (epoch(from.mirror()) != epoch) {
              throw new IOException("epoch " + epoch + " is over");
            }
            return FileMachineDriver.this.save(
                new Checkpoint(from.mirror(), from.phoneModel(), position, on), typed.toString());
          });
    }

    @Override
    public MachineUsage usage() throws MachineException {
      mustRun();
      return MachineUsage.NONE;
    }

    @Override
    public void close() {
      ended = true;
    }
  }
}
