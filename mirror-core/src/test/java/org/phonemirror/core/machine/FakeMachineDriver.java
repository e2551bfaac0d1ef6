package org.phonemirror.core.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.StorageScope;

/**
 * A driver without virtual machines, for tests. A phone's user storage is a directory; its one
 * program appends each typed line to {@link #TYPED}, and loses an unfinished one at a power cut.
 *
 * <p>Faults are ordered with {@link #failNext} and {@link #loseNextKey}. Safe for use by several
 * threads, each of which may be in the call of another mirror.
 */
public final class FakeMachineDriver implements MachineDriver, FactoryStorage {
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

  private final Directories directories;
  private final Set<String> models;
  private final Map<String, Mirror> mirrors = new HashMap<>();
  private final Map<Operation, Deque<String>> faults = new EnumMap<>(Operation.class);
  private final List<Replayed> replayed = new ArrayList<>();
  private final Queue<NetworkReport> networks = new ConcurrentLinkedQueue<>();
  private int keysToLose;
  private final Map<String, byte[]> factory = new ConcurrentHashMap<>();
  private volatile String software = "";
  private volatile StorageScope scope = StorageScope.ALL;
  private volatile Optional<String> notWritable = Optional.empty();
  private final Map<String, MachineUsage> usages = new ConcurrentHashMap<>();
  private final Map<Operation, Integer> calls = new EnumMap<>(Operation.class);
  private final Map<Operation, Gate> gates = new EnumMap<>(Operation.class);

  /** Keeps storage below a directory and knows the given phone models. */
  public FakeMachineDriver(Path directory, String... models) {
    this.directories = new Directories(directory);
    this.models = Set.of(models);
  }

  /** Makes the next call of a kind fail; several queue up. */
  public synchronized void failNext(Operation operation, String reason) {
    faults.computeIfAbsent(operation, o -> new ArrayDeque<>()).add(reason);
  }

  /** Takes back the failures that were ordered of a kind. */
  public synchronized void mend(Operation operation) {
    faults.remove(operation);
  }

  /** Makes the next call of a kind wait. */
  public synchronized Gate holdNext(Operation operation) {
    Gate gate = new Gate();
    gates.put(operation, gate);
    return gate;
  }

  /** How many calls of a kind there were, those that failed included. */
  public synchronized int calls(Operation operation) {
    return calls.getOrDefault(operation, 0);
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
  public <T> T readFactory(String phoneModel, Machine.StorageReader<T> reader)
      throws MachineException {
    checkTemplate(phoneModel);
    Path view = directories.fresh();
    try {
      makeFactory(view);
      return reader.read(view);
    } catch (IOException e) {
      throw new MachineException("can't read the factory state: " + e, e);
    } finally {
      Directories.delete(view);
    }
  }

  private void makeFactory(Path storage) throws IOException {
    Files.createDirectories(storage.resolve("home"));
    for (Map.Entry<String, byte[]> file : factory.entrySet()) {
      Files.write(storage.resolve(file.getKey()), file.getValue());
    }
  }

  @Override
  public String software(String phoneModel) {
    return software;
  }

  /** Changes what new mirrors run. */
  public void setSoftware(String changed) {
    software = changed;
  }

  /** Adds a file to the factory state. */
  public void addFactory(String path, byte[] content) {
    factory.put(path, content);
  }

  @Override
  public StorageScope storageScope(String phoneModel) {
    return scope;
  }

  /** Changes what a mirror's machines use of their host. */
  public void setUsage(String mirror, MachineUsage changed) {
    usages.put(mirror, changed);
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
      Directories.delete(mirrors.get(mirror).saved.removeLast().storage);
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
        Directories.delete(saved.storage);
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
    Path storage = directories.fresh();
    try {
      makeFactory(storage);
      Files.setLastModifiedTime(storage.resolve("home"), FileTime.fromMillis(0));
      Files.setLastModifiedTime(storage, FileTime.fromMillis(0));
    } catch (IOException e) {
      throw new MachineException("can't create mirror '" + mirror + "': " + e, e);
    }
    Mirror state = mirrors.computeIfAbsent(mirror, name -> new Mirror());
    state.saved.add(new Saved(checkpoint, storage, ""));
    return checkpoint;
  }

  @Override
  public Machine start(Checkpoint checkpoint, long epoch) throws MachineException {
    Optional<Gate> gate = gate(Operation.START);
    if (gate.isPresent()) {
      gate.get().pass();
    }
    return begin(checkpoint, epoch);
  }

  private synchronized Machine begin(Checkpoint checkpoint, long epoch) throws MachineException {
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
    FakeMachine machine =
        new FakeMachine(state, checkpoint, directories.copy(from.storage), from.line);
    state.machine = Optional.of(machine);
    return machine;
  }

  @Override
  public synchronized Map<String, DiskUse> diskUse(Collection<String> names)
      throws MachineException {
    Map<String, DiskUse> use = new HashMap<>();
    for (String name : names) {
      Mirror mirror = mirrors.get(name);
      if (mirror != null) {
        long all = 0;
        for (Saved saved : mirror.saved) {
          all += Directories.length(saved.storage);
        }
        use.put(name, new DiskUse(Directories.length(mirror.saved.getLast().storage), all));
      }
    }
    return use;
  }

  @Override
  public synchronized void remove(String mirror) throws MachineException {
    Mirror state = mirrors.remove(mirror);
    if (state != null) {
      state.endMachine();
      for (Saved saved : state.saved) {
        Directories.delete(saved.storage);
      }
    }
  }

  private synchronized Optional<Gate> gate(Operation operation) {
    return Optional.ofNullable(gates.remove(operation));
  }

  private synchronized void failIfOrdered(Operation operation) throws MachineException {
    calls.merge(operation, 1, Integer::sum);
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
    private final TypingProgram program;
    private volatile boolean on;
    private volatile boolean ended;
    private volatile Optional<Gate> waitsAt = Optional.empty();

    FakeMachine(Mirror state, Checkpoint from, Path storage, String line) {
      this.state = state;
      this.from = from;
      this.storage = storage;
      this.program =
          new TypingProgram(storage.resolve(TYPED), line, FakeMachineDriver.this::losesKey);
      this.on = from.poweredOn();
    }

    @Override
    public void powerOn(long timeMicros) throws MachineException {
      begin(Operation.POWER_ON);
      program.cut();
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
          program.key(event);
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

    @Override
    public void powerOff(long timeMicros) throws MachineException {
      begin(Operation.POWER_OFF);
      mustBeOn();
      program.cut();
      on = false;
    }

    @Override
    public MachineUsage usage() throws MachineException {
      mustRun();
      return on ? usages.getOrDefault(from.mirror(), MachineUsage.NONE) : MachineUsage.NONE;
    }

    @Override
    public <T> T readStorage(StorageReader<T> reader) throws MachineException {
      begin(Operation.READ_STORAGE);
      Path view = directories.copy(storage);
      try {
        return reader.read(view);
      } catch (IOException e) {
        throw new MachineException("can't read storage of '" + from.mirror() + "': " + e, e);
      } finally {
        Directories.delete(view);
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
          Directories.write(storage.resolve(change.path()), change);
        } catch (IOException e) {
          refused.add(change + ": " + e);
        }
      }
      return refused;
    }

    @Override
    public Checkpoint save(long position) throws MachineException {
      begin(Operation.SAVE);
      synchronized (FakeMachineDriver.this) {
        mustRun();
        Checkpoint checkpoint = new Checkpoint(from.mirror(), from.phoneModel(), position, on);
        state.saved.add(new Saved(checkpoint, directories.copy(storage), program.line()));
        return checkpoint;
      }
    }

    @Override
    public void close() {
      ended = true;
      waitsAt.ifPresent(Gate::open);
    }

    private void begin(Operation operation) throws MachineException {
      mustRun();
      waitsAt = gate(operation);
      if (waitsAt.isPresent()) {
        waitsAt.get().pass();
      }
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
