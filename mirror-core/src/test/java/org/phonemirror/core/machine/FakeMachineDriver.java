package org.phonemirror.core.machine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.StorageScope;

/**
 * A driver without virtual machines, for tests of what uses one. A phone's user storage is a
 * directory; its one program appends each typed line to {@link #TYPED} when Enter is pressed, and
 * loses an unfinished line at a power cut, as a terminal does.
 *
 * <p>Faults are ordered with {@link #failNext} and {@link #loseNextKey}. Safe for use by several
 * threads, each of which may be in the call of another mirror.
 */
public final class FakeMachineDriver implements MachineDriver {
  /** Where typed lines go, relative to user storage. */
  public static final String TYPED = "home/typed.txt";

  /** What can be made to fail. */
  public enum Operation {
    CREATE,
    START,
    POWER_ON,
    REPLAY,
    POWER_OFF,
    READ_STORAGE,
    WRITE,
    SAVE
  }

  /** A replay that was carried out. */
  public record Replayed(
      String mirror, long startMicros, long lengthMicros, List<InputEvent> events, Tape tape) {}

  private final Path directory;
  private final Set<String> models;
  private final AtomicLong copies = new AtomicLong();
  private final Map<String, Mirror> mirrors = new HashMap<>();
  private final Map<Operation, Deque<String>> faults = new EnumMap<>(Operation.class);
  private final List<Replayed> replayed = new ArrayList<>();
  private final Queue<NetworkReport> networks = new ConcurrentLinkedQueue<>();
  private int keysToLose;
  private volatile StorageScope scope = StorageScope.ALL;
  private volatile MachineUsage usage = MachineUsage.NONE;
  private volatile Optional<String> notWritable = Optional.empty();

  /** Keeps storage below a directory and knows the given phone models. */
  public FakeMachineDriver(Path directory, String... models) {
    this.directory = directory;
    this.models = Set.of(models);
  }

  /** Makes the next call of a kind fail; several queue up. */
  public synchronized void failNext(Operation operation, String reason) {
    faults.computeIfAbsent(operation, o -> new ArrayDeque<>()).add(reason);
  }

  /** Loses the next key that is replayed, on any mirror: it diverges from its phone. */
  public synchronized void loseNextKey() {
    keysToLose++;
  }

  /** Makes the next replay report what its network did; several queue up. */
  public void reportNext(NetworkReport network) {
    networks.add(network);
  }

  /** Replays so far, in the order in which they ended. */
  public synchronized List<Replayed> replayed() {
    return List.copyOf(replayed);
  }

  /** Ends all machines, as a crash of the server does; checkpoints stay. */
  public synchronized void crash() {
    mirrors.values().forEach(Mirror::endMachine);
  }

  @Override
  public void checkTemplate(String phoneModel) throws MachineException {
    if (!models.contains(phoneModel)) {
      throw new MachineException("there is no template of phone model '" + phoneModel + "'");
    }
  }

  @Override
  public StorageScope storageScope(String phoneModel) {
    return scope;
  }

  /** Changes what each machine uses of its host. */
  public void setUsage(MachineUsage changed) {
    usage = changed;
  }

  /** Makes all machines such as have no way into their storage. */
  public void refuseWrites(String reason) {
    notWritable = Optional.of(reason);
  }

  /** Changes what counts as user storage of all models. */
  public void setScope(StorageScope changed) {
    scope = changed;
  }

  @Override
  public synchronized Optional<Checkpoint> latest(String mirror) {
    Mirror state = mirrors.get(mirror);
    return state == null || state.saved.isEmpty()
        ? Optional.empty()
        : Optional.of(state.saved.getLast().checkpoint);
  }

  /** Loses the newest checkpoints of a mirror, as if they had been found damaged. */
  public synchronized void damageNewest(String mirror, int count) throws MachineException {
    for (int i = 0; i < count; i++) {
      delete(mirrors.get(mirror).saved.removeLast().storage);
    }
  }

  /** Where a mirror's checkpoints are, oldest first. */
  public synchronized List<Long> positions(String mirror) {
    return mirrors.get(mirror).saved.stream().map(s -> s.checkpoint.position()).toList();
  }

  @Override
  public synchronized long release(String mirror, long position) throws MachineException {
    Mirror state = mirrors.get(mirror);
    List<Saved> kept =
        Retention.kept(List.copyOf(state.saved), s -> s.checkpoint.position(), position);
    keepOnly(state, kept);
    return kept.get(0).checkpoint.position();
  }

  private static void keepOnly(Mirror state, List<Saved> kept) throws MachineException {
    for (Saved saved : List.copyOf(state.saved)) {
      if (!kept.contains(saved)) {
        state.saved.remove(saved);
        delete(saved.storage);
      }
    }
  }

  @Override
  public synchronized Optional<Checkpoint> rewind(String mirror, String phoneModel, long from)
      throws MachineException {
    Mirror state = mirrors.get(mirror);
    Optional<Saved> base =
        state == null
            ? Optional.empty()
            : state.saved.stream().filter(s -> s.checkpoint.position() >= from).findFirst();
    if (base.isPresent()) {
      keepOnly(state, List.of(base.get()));
    }
    return base.map(Saved::checkpoint);
  }

  @Override
  public synchronized Checkpoint create(String mirror, String phoneModel) throws MachineException {
    failIfOrdered(Operation.CREATE);
    checkTemplate(phoneModel);
    if (latest(mirror).isPresent()) {
      throw new MachineException("mirror '" + mirror + "' exists already");
    }
    Checkpoint checkpoint = new Checkpoint(mirror, phoneModel, 0, false);
    Path storage = newDirectory();
    try {
      Path home = Files.createDirectories(storage.resolve("home"));
      Files.setLastModifiedTime(home, FileTime.fromMillis(0));
      Files.setLastModifiedTime(storage, FileTime.fromMillis(0));
    } catch (IOException e) {
      throw new MachineException("can't create mirror '" + mirror + "': " + e, e);
    }
    Mirror state = mirrors.computeIfAbsent(mirror, name -> new Mirror());
    state.saved.add(new Saved(checkpoint, storage, ""));
    return checkpoint;
  }

  @Override
  public synchronized Machine start(Checkpoint checkpoint, long epoch) throws MachineException {
    failIfOrdered(Operation.START);
    Mirror state = mirrors.get(checkpoint.mirror());
    if (state == null) {
      throw new MachineException("there is no mirror '" + checkpoint.mirror() + "'");
    }
    if (epoch <= state.epoch) {
      throw new MachineException(
          "epoch "
              + epoch
              + " of mirror '"
              + checkpoint.mirror()
              + "' is not above "
              + state.epoch);
    }
    Saved from =
        state.saved.stream()
            .filter(s -> s.checkpoint.equals(checkpoint))
            .reduce((older, newer) -> newer)
            .orElseThrow(() -> new MachineException("there is no " + checkpoint));
    state.endMachine();
    state.epoch = epoch;
    FakeMachine machine = new FakeMachine(state, checkpoint, copy(from.storage), from.line);
    state.machine = Optional.of(machine);
    return machine;
  }

  @Override
  public synchronized void remove(String mirror) throws MachineException {
    Mirror state = mirrors.remove(mirror);
    if (state != null) {
      state.endMachine();
      for (Saved saved : state.saved) {
        delete(saved.storage);
      }
    }
  }

  private synchronized void failIfOrdered(Operation operation) throws MachineException {
    Deque<String> reasons = faults.get(operation);
    if (reasons != null && !reasons.isEmpty()) {
      throw new MachineException(reasons.removeFirst());
    }
  }

  private synchronized boolean losesKey() {
    if (keysToLose == 0) {
      return false;
    }
    keysToLose--;
    return true;
  }

  private Path newDirectory() {
    return directory.resolve("storage-" + copies.incrementAndGet());
  }

  private Path copy(Path from) throws MachineException {
    Path to = newDirectory();
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.copy(path, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
      }
      copyTimesOfDirectories(from, to);
      return to;
    } catch (IOException e) {
      throw new MachineException("can't copy " + from + " to " + to + ": " + e, e);
    }
  }

  /** Each file that came into a copy has changed its directory's time. */
  private static void copyTimesOfDirectories(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths.filter(Files::isDirectory)::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.setLastModifiedTime(target, Files.getLastModifiedTime(path));
      }
    }
  }

  private static void delete(Path top) throws MachineException {
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new MachineException("can't delete " + top + ": " + e, e);
    }
  }

  private record Saved(Checkpoint checkpoint, Path storage, String line) {}

  private static final class Mirror {
    final Deque<Saved> saved = new ArrayDeque<>();
    Optional<FakeMachine> machine = Optional.empty();
    long epoch;

    void endMachine() {
      machine.ifPresent(m -> m.ended = true);
      machine = Optional.empty();
    }
  }

  private final class FakeMachine implements Machine {
    private final Mirror state;
    private final Checkpoint from;
    private final Path storage;
    private final Set<Integer> down = new HashSet<>();
    private StringBuilder line;
    private boolean on;
    private volatile boolean ended;

    FakeMachine(Mirror state, Checkpoint from, Path storage, String line) {
      this.state = state;
      this.from = from;
      this.storage = storage;
      this.line = new StringBuilder(line);
      this.on = from.poweredOn();
    }

    @Override
    public void powerOn(long timeMicros) throws MachineException {
      begin(Operation.POWER_ON);
      line = new StringBuilder();
      on = true;
    }

    @Override
    public ReplayReport replay(
        long startMicros, long lengthMicros, List<InputEvent> events, Tape tape)
        throws MachineException {
      begin(Operation.REPLAY);
      mustBeOn();
      for (InputEvent event : events) {
        if (event.type() == InputEvent.EV_KEY && event.device() == 0) {
          key(event);
        }
      }
      synchronized (FakeMachineDriver.this) {
        mustRun();
        replayed.add(
            new Replayed(from.mirror(), startMicros, lengthMicros, List.copyOf(events), tape));
      }
      NetworkReport network = Optional.ofNullable(networks.poll()).orElseGet(NetworkReport::silent);
      return new ReplayReport(events.size(), 0, 0, 0, 0, network);
    }

    private void key(InputEvent event) throws MachineException {
      if (event.value() == 0) {
        down.remove(event.code());
        return;
      }
      down.add(event.code());
      char c = Typing.character(event.code(), down.stream().anyMatch(Typing::isShift));
      if (c == 0 || Typing.isShift(event.code()) || losesKey()) {
        return;
      }
      line.append(c);
      if (c == '\n') {
        try {
          Path file = storage.resolve(TYPED);
          FileTime time = FileTime.from(event.timeMicros(), TimeUnit.MICROSECONDS);
          if (!Files.exists(file)) {
            Files.createFile(file);
            Files.setLastModifiedTime(file.getParent(), time);
          }
          Files.writeString(file, line, StandardOpenOption.APPEND);
          Files.setLastModifiedTime(file, time);
        } catch (IOException e) {
          throw new MachineException("can't write in " + storage + ": " + e, e);
        }
        line = new StringBuilder();
      }
    }

    @Override
    public void powerOff(long timeMicros) throws MachineException {
      begin(Operation.POWER_OFF);
      mustBeOn();
      line = new StringBuilder();
      on = false;
    }

    @Override
    public MachineUsage usage() {
      return usage;
    }

    @Override
    public <T> T readStorage(StorageReader<T> reader) throws MachineException {
      begin(Operation.READ_STORAGE);
      Path view = copy(storage);
      try {
        return reader.read(view);
      } catch (IOException e) {
        throw new MachineException("can't read storage of '" + from.mirror() + "': " + e, e);
      } finally {
        delete(view);
      }
    }

    @Override
    public Optional<String> whyNotWritable() {
      return notWritable;
    }

    @Override
    public List<String> write(List<StorageWrite> changes) throws MachineException {
      begin(Operation.WRITE);
      mustBeOn();
      List<String> refused = new ArrayList<>();
      for (StorageWrite change : changes) {
        if (notWritable.isPresent()) {
          refused.add(change + ": " + notWritable.get());
          continue;
        }
        try {
          write(storage.resolve(change.path()), change);
        } catch (IOException e) {
          refused.add(change + ": " + e);
        }
      }
      return refused;
    }

    private void write(Path path, StorageWrite change) throws IOException {
      if (!path.getParent().toRealPath().equals(path.getParent().toAbsolutePath())) {
        throw new IOException("symbolic link on the way");
      }
      if (change instanceof StorageWrite.FileRegion region) {
        try (FileChannel file =
            FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
          file.write(ByteBuffer.wrap(region.data()), region.offset());
          file.truncate(region.length());
          if (file.size() < region.length()) {
            file.write(ByteBuffer.allocate(1), region.length() - 1);
          }
        }
        FileTime time = FileTime.from(region.modifiedMicros(), TimeUnit.MICROSECONDS);
        Files.setLastModifiedTime(path, time);
      } else if (change instanceof StorageWrite.Directory) {
        Files.createDirectory(path);
      } else if (change instanceof StorageWrite.SymbolicLink link) {
        Files.createSymbolicLink(path, Path.of(link.target()));
      } else {
        Files.delete(path);
      }
    }

    @Override
    public Checkpoint save(long position) throws MachineException {
      begin(Operation.SAVE);
      synchronized (FakeMachineDriver.this) {
        mustRun();
        Checkpoint checkpoint = new Checkpoint(from.mirror(), from.phoneModel(), position, on);
        state.saved.add(new Saved(checkpoint, copy(storage), line.toString()));
        return checkpoint;
      }
    }

    @Override
    public void close() {
      ended = true;
    }

    private void begin(Operation operation) throws MachineException {
      mustRun();
      failIfOrdered(operation);
    }

    private void mustRun() throws MachineException {
      if (ended) {
        throw new MachineException("the machine of '" + from.mirror() + "' has ended");
      }
    }

    private void mustBeOn() throws MachineException {
      if (!on) {
        throw new MachineException("the phone of '" + from.mirror() + "' is switched off");
      }
    }
  }
}
