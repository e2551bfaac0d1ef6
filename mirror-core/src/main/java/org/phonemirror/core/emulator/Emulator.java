package org.phonemirror.core.emulator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.qemu.Deadline;
import org.phonemirror.core.qemu.ProcessUsage;
import org.phonemirror.core.qemu.RunningGuest;
import org.phonemirror.core.store.StateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An emulator that runs: its process, its services and its adb. */
final class Emulator implements RunningGuest {
  private static final Logger LOG = LoggerFactory.getLogger(Emulator.class);

  /** The AVD's name; each emulator has a home of its own. */
  private static final String AVD = "mirror";

  /** What others must not read: the token. */
  private static final String OWNER = "rwx------";

  private static final long LOOK_NANOS = 50_000_000;
  private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(10);
  private static final Duration SHORTEST_ATTEMPT = Duration.ofSeconds(1);

  private final EmulatorModel model;
  private final EmulatorSettings settings;
  private final EmulatorProcess process;
  private final Path working;
  private final Ports.Three ports;
  private final Host host;
  private final Adb adb;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Optional<EmulatorClient> client = Optional.empty();

  /** Whether the adb server has heard of it. */
  private volatile boolean connected;

  /**
   * What the emulators of a driver share.
   *
   * @param adbHome where adb keeps its key
   */
  record Host(EmulatorSettings settings, EmulatorLauncher launcher, Ports ports, Path adbHome) {}

  private Emulator(
      EmulatorModel model, EmulatorProcess process, Path working, Ports.Three ports, Host host) {
    this.model = model;
    this.settings = host.settings;
    this.host = host;
    this.process = process;
    this.working = working;
    this.ports = ports;
    this.adb =
        new Adb(
            model.adb().toString(),
            host.adbHome,
            settings.adbServerPort(),
            settings.address().getHostAddress() + ":" + ports.adb(),
            settings.commandTime());
  }

  /** Where a machine's working directory has its AVD. */
  static Path avd(Path working) {
    return working.resolve("avds").resolve(AVD + ".avd");
  }

  /**
   * Starts one on the AVD in a working directory. It answers when this returns; its Android begins
   * to boot.
   *
   * @throws IOException if it can't be started, with what it said
   */
  static Emulator start(Host host, EmulatorModel model, Path working) throws IOException {
    EmulatorSettings settings = host.settings;
    Path runtime = working.resolve("run");
    StateFiles.deleteTree(runtime);
    Files.createDirectory(
        runtime, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER)));
    Path home = Files.createDirectories(working.resolve("home"));
    Path avd = avd(working);
    Files.writeString(
        avd.resolveSibling(AVD + ".ini"), "avd.ini.encoding=UTF-8\npath=" + avd + "\n");
    Map<String, String> environment = new HashMap<>();
    environment.put("ANDROID_SDK_ROOT", model.sdk().toString());
    environment.put("ANDROID_HOME", model.sdk().toString());
    environment.put("ANDROID_AVD_HOME", avd.getParent().toString());
    environment.put("ANDROID_EMULATOR_HOME", home.toString());
    environment.put("ANDROID_ADB_SERVER_PORT", "" + settings.adbServerPort());
    environment.put("HOME", home.toString());
    environment.put("XDG_RUNTIME_DIR", runtime.toString());
    environment.put("TMPDIR", runtime.toString());
    Ports.Three ports = host.ports.take();
    Emulator emulator;
    try {
      EmulatorProcess process = host.launcher.start(working, command(model, ports), environment);
      emulator = new Emulator(model, process, working, ports, host);
    } catch (IOException e) {
      host.ports.give(ports);
      throw e;
    }
    try {
      emulator.awaitAnswer(runtime, Deadline.in(settings.startTime()));
      return emulator;
    } catch (IOException e) {
      throw emulator.failed(e);
    }
  }

  private static List<String> command(EmulatorModel model, Ports.Three ports) {
    List<String> command = new ArrayList<>(model.wrapper());
    command.add(model.emulator().toString());
    command.addAll(List.of("-avd", AVD));
    command.addAll(List.of("-ports", ports.console() + "," + ports.adb()));
    command.addAll(List.of("-grpc", "" + ports.grpc(), "-grpc-use-token"));
    command.addAll(model.arguments());
    return command;
  }

  private void awaitAnswer(Path runtime, Deadline deadline) throws IOException {
    Optional<Advertisement> advertisement = Advertisement.find(runtime, ports.grpc());
    while (advertisement.isEmpty()) {
      look(deadline, "tell where it listens");
      advertisement = Advertisement.find(runtime, ports.grpc());
    }
    InetSocketAddress address = new InetSocketAddress(settings.address(), ports.grpc());
    EmulatorClient speaking =
        EmulatorClient.at(
            address, advertisement.get().token(), settings.callTime(), settings.stateTime());
    client = Optional.of(speaking);
    while (speaking.status() == EmulatorClient.Answer.NONE) {
      look(deadline, "answer");
    }
  }

  private void look(Deadline deadline, String what) throws IOException {
    if (deadline.passed()) {
      throw new IOException("the emulator did not " + what + " in " + deadline.allowed());
    }
    process.live(LOOK_NANOS);
  }

  private EmulatorClient client() {
    return client.orElseThrow();
  }

  /** Returns when Android has booted, and has been told the time. */
  void boot(long timeMicros) throws IOException {
    Deadline deadline = Deadline.in(model.boot());
    while (client().status() != EmulatorClient.Answer.BOOTED) {
      look(deadline, "boot");
    }
    awaitAdb(deadline);
    setClock(timeMicros);
    pause();
  }

  /** Goes back to a snapshot, and stands. */
  void restore(String snapshot) throws IOException {
    client().loadSnapshot(snapshot);
    // Android is another one for adb, which still speaks to that which has just booted
    adb.disconnect();
    client().resume();
    awaitAdb(Deadline.in(settings.startTime()));
    pause();
  }

  private void awaitAdb(Deadline deadline) throws IOException {
    connected = true;
    while (true) {
      Adb attempt = adb.within(attemptTime(deadline));
      try {
        attempt.connect();
        attempt.shell("true", new byte[0]);
        return;
      } catch (IOException e) {
        if (deadline.passed()) {
          throw new IOException(
              "adb does not come through in " + deadline.allowed() + ": " + e.getMessage(), e);
        }
        adb.disconnect();
        process.live(LOOK_NANOS);
      }
    }
  }

  /** An Android that is about to come up leaves the first attempts without an answer. */
  private static Duration attemptTime(Deadline deadline) {
    Duration left = Duration.ofMillis(deadline.millisLeft());
    Duration most = left.compareTo(LONGEST_ATTEMPT) < 0 ? left : LONGEST_ATTEMPT;
    return most.compareTo(SHORTEST_ATTEMPT) < 0 ? SHORTEST_ATTEMPT : most;
  }

  /** Work with an Android that runs. */
  interface Work<T> {
    T run() throws IOException;
  }

  /** Does work while the machine, which stands otherwise, runs. */
  <T> T running(Work<T> work) throws IOException {
    client().resume();
    try {
      T result = work.run();
      pause();
      return result;
    } catch (Adb.RefusedException e) {
      pause();
      throw e;
    }
  }

  /** Returns when its processors stand, which they do a little after they are told. */
  private void pause() throws IOException {
    client().pause();
    Deadline deadline = Deadline.in(settings.callTime());
    while (!client().isPaused()) {
      look(deadline, "pause");
    }
  }

  /** Sets Android's clock, to milliseconds. */
  void setClock(long timeMicros) throws IOException {
    adb.shell("cmd alarm set-time " + timeMicros / 1_000, new byte[0]);
  }

  /** What Android's clock shows, in microseconds since the epoch. */
  long clock() throws IOException {
    String shown = adb.shell("date +%s%N", new byte[0]).strip();
    if (!shown.matches("\\d{10,20}")) {
      throw new IOException("Android's clock shows '" + shown + "'");
    }
    return Long.parseLong(shown.substring(0, shown.length() - 3));
  }

  /**
   * Gives it keys or touches.
   *
   * @return false if it knows no such event
   */
  boolean send(InputPlan.Step step) throws IOException {
    return client().send(step);
  }

  /** Lets a time of the settings' pace come. */
  void await(long micros) throws IOException {
    long nanos = settings.pace().nanosUntil(micros);
    if (nanos > 0) {
      process.live(nanos);
    }
  }

  /** Copies user storage; the machine must run. */
  StoredTree store(StoredTree to) throws IOException {
    storage().store(to);
    return to;
  }

  /** Changes user storage; the machine must run. */
  List<String> write(List<StorageWrite> changes) throws IOException {
    return storage().write(changes);
  }

  private AdbStorage storage() {
    EmulatorModel.Storage storage = model.storage();
    return new AdbStorage(
        adb.within(settings.storageTime()), storage.path(), storage.shell(), storage.maxBytes());
  }

  /** Saves the machine, which stands, in its AVD. */
  void save(String snapshot) throws IOException {
    client().saveSnapshot(snapshot);
    pause();
  }

  /**
   * Asks Android to switch itself off, by which its emulator ends.
   *
   * @return whether it did in time; if not, its power has been cut
   */
  boolean powerOff() throws IOException {
    client().resume();
    try {
      adb.shell("svc power shutdown", new byte[0]);
    } catch (IOException e) {
      // it may have gone before it could answer
      LOG.info("Android did not answer when it was switched off: {}", e.getMessage());
    }
    boolean off = process.endsWithin(model.powerOff());
    close();
    return off;
  }

  @Override
  public MachineUsage usage() throws IOException {
    return new MachineUsage(
        ProcessUsage.cpuMicros(process.pid()), ProcessUsage.residentBytes(process.pid()));
  }

  @Override
  public IOException explain(IOException failure) {
    return process.explain(failure);
  }

  /** Cuts its power. Safe to call again, and by any thread. */
  @Override
  public void close() {
    process.kill();
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    client.ifPresent(EmulatorClient::close);
    try {
      if (connected) {
        adb.within(LONGEST_ATTEMPT).disconnect();
      }
    } catch (IOException e) {
      LOG.warn("{} stays in adb's list: {}", working, e.getMessage());
    }
    host.ports.give(ports);
  }
}
