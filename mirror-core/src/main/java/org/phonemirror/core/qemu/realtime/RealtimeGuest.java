package org.phonemirror.core.qemu.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.gateway.Gateway;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.qemu.Deadline;
import org.phonemirror.core.qemu.Launch;
import org.phonemirror.core.qemu.MirrorDirectory;
import org.phonemirror.core.qemu.QemuLauncher;
import org.phonemirror.core.qemu.QemuProcess;
import org.phonemirror.core.qemu.QmpClient;
import org.phonemirror.core.qemu.QmpException;
import org.phonemirror.core.qemu.RunningGuest;
import org.phonemirror.core.qemu.StateStream;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;

/**
 * A QEMU process with a phone model's machine, its monitor, and the gateway behind its network
 * device. Stopped except between {@link #resume} and {@link #stop}.
 *
 * <p>One thread at a time may use it; {@link #close} may come from any, and makes the user's call
 * fail.
 */
final class RealtimeGuest implements RunningGuest {
  private static final long LOOK_MILLIS = 500;
  private static final long STEPPED_MICROS = 1_000_000;
  private static final String SHUTDOWN = "shutdown";

  private final QemuProcess process;
  private final QmpClient qmp;
  private final Gateway gateway;
  private final RealtimeModel model;
  private final Instant rtc;
  private final GuestClock clock;
  private final InputTranslator translator;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final StringBuilder said = new StringBuilder();
  private long resumedAt;
  private long resumedNanos;

  private RealtimeGuest(
      QemuProcess process, QmpClient qmp, Gateway gateway, RealtimeModel model, Session session)
      throws IOException {
    this.process = process;
    this.qmp = qmp;
    this.gateway = gateway;
    this.model = model;
    this.rtc = session.rtc;
    this.clock = session.clock;
    try {
      this.translator = new InputTranslator(model.inputs(), hasContacts(qmp), session.screens);
    } catch (IllegalArgumentException e) {
      throw new IOException("what is saved of its touch screens is damaged", e);
    }
  }

  /**
   * What is to be known of a session besides its state in QEMU.
   *
   * @param rtc what the hardware clock showed when the machine was switched on; whole seconds
   * @param clock what the guest's clock shows now
   * @param screens what touch screens know, by their numbers
   */
  record Session(Instant rtc, GuestClock clock, Map<Integer, String> screens) {
    Session {
      screens = Map.copyOf(screens);
    }
  }

  /**
   * Starts QEMU; the guest is stopped.
   *
   * @param working holds the disk's overlay, and sockets
   * @param incoming whether its state is to be loaded next
   */
  static RealtimeGuest start(
      QemuLauncher launcher,
      RealtimeModel model,
      Path working,
      Session session,
      boolean incoming,
      Deadline deadline)
      throws IOException {
    Launch launch = RealtimeHardware.launch(model, session.rtc, incoming);
    Files.deleteIfExists(working.resolve(RealtimeHardware.NETWORK_SOCKET));
    Gateway gateway = openGateway(working, model);
    QemuProcess process = null;
    QmpClient qmp = null;
    try {
      process = launcher.start(working, launch);
      Files.writeString(working.resolve(MirrorDirectory.PID_FILE), process.pid() + "\n");
      qmp =
          QmpClient.connect(
              process.socket(RealtimeHardware.QMP_SOCKET), process::isAlive, deadline);
      RealtimeGuest guest = new RealtimeGuest(process, qmp, gateway, model, session);
      if (!incoming) {
        process.directory().close();
      }
      return guest;
    } catch (IOException e) {
      IOException explained = process == null ? e : process.explain(e);
      if (process != null) {
        process.kill();
      }
      if (qmp != null) {
        qmp.close();
      }
      gateway.close();
      throw explained;
    }
  }

  /**
   * Listens in the working directory. The address of a Unix domain socket has at most 107 bytes,
   * which a mirror's directory may exceed: it is bound by way of a link.
   */
  private static Gateway openGateway(Path working, RealtimeModel model) throws IOException {
    Path directory = Files.createTempDirectory("mirror");
    Path link = directory.resolve("w");
    try {
      Files.createSymbolicLink(link, working);
      return Gateway.open(
          link.resolve(RealtimeHardware.NETWORK_SOCKET), model.addresses(), System::nanoTime);
    } finally {
      Files.deleteIfExists(link);
      Files.deleteIfExists(directory);
    }
  }

  /** Whether this QEMU has events of contacts: InputEventKind has {@code mtt}. */
  private static boolean hasContacts(QmpClient qmp) throws IOException {
    for (JsonNode type : qmp.execute("query-qmp-schema")) {
      boolean keys = false;
      boolean contacts = false;
      for (JsonNode value : type.path("values")) {
        keys |= value.asText().equals("btn");
        contacts |= value.asText().equals("mtt");
      }
      if (keys && contacts) {
        return true;
      }
    }
    return false;
  }

  // ---- time

  void resume(Deadline deadline) throws IOException {
    qmp.takeTime("RESUME");
    qmp.takeTime("STOP");
    qmp.execute("cont", Map.of(), deadline);
    resumedNanos = System.nanoTime();
    resumedAt = qmp.awaitTime("RESUME", deadline);
    clock.resumed(resumedNanos);
  }

  /** Stops it, if it has not stopped itself; whatever it wrote to its disk is in the file then. */
  void stop(Deadline deadline) throws IOException {
    qmp.execute("stop", Map.of(), deadline);
    long nanos = System.nanoTime();
    long ran = qmp.awaitTime("STOP", deadline) - resumedAt;
    long seen = (nanos - resumedNanos) / 1000;
    boolean hasShutDown = hasShutDown();
    // QEMU tells times by the host's clock, which may have been set meanwhile
    boolean stepped = ran < 0 || ran - seen > STEPPED_MICROS;
    stepped |= !hasShutDown && seen - ran > STEPPED_MICROS;
    clock.stopped(stepped ? seen : ran);
  }

  /** Whether the guest has switched itself off, or reset itself. */
  boolean hasShutDown() throws IOException {
    return qmp.execute("query-status").path("status").asText().equals(SHUTDOWN);
  }

  /** Waits until the guest's clock has come to a time of the phone's. */
  private void awaitPhone(long phoneMicros) throws IOException {
    for (long left = left(phoneMicros); left > 0; left = left(phoneMicros)) {
      pause(Math.min(LOOK_MILLIS, (left + 999) / 1000));
    }
  }

  private long left(long phoneMicros) {
    return phoneMicros - clock.phoneMicros(System.nanoTime());
  }

  private void pause(long millis) throws IOException {
    try {
      if (closed.await(millis, TimeUnit.MILLISECONDS)) {
        throw new IOException("it has been closed meanwhile");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (!process.isAlive()) {
      throw new IOException("QEMU has ended");
    }
  }

  // ---- a phone's life

  /** Boots, until the phone is ready, and its clock shows when the phone's was; then stops. */
  void boot(long readyMicros, Deadline deadline) throws IOException {
    resume(deadline);
    RealtimeModel.Boot boot = model.boot();
    while (boot.serialText().isPresent() && !serial().contains(boot.serialText().get())) {
      if (deadline.passed()) {
        throw new IOException(
            "the guest did not say '"
                + boot.serialText().get()
                + "' on its serial port in "
                + deadline.allowed()
                + ", but at last '"
                + tail()
                + "'");
      }
      if (hasShutDown()) {
        throw new IOException("the guest has switched itself off, saying at last '" + tail() + "'");
      }
      // the network is up while the guest looks for it
      long now = clock.micros(System.nanoTime());
      network(Tape.silent(now, now + LOOK_MILLIS * 1000), now, LOOK_MILLIS * 1000);
    }
    awaitPhone(readyMicros);
    stop(deadline);
    clock.begin(readyMicros);
  }

  /** The latest that the guest has said since its boot; QEMU tells each part once. */
  private String serial() throws IOException {
    said.append(
        qmp.execute(
                "ringbuf-read",
                Map.of("device", RealtimeHardware.SERIAL, "size", RealtimeHardware.SERIAL_BYTES))
            .asText());
    said.delete(0, Math.max(0, said.length() - RealtimeHardware.SERIAL_BYTES));
    return said.toString();
  }

  private String tail() throws IOException {
    String text = serial().replaceAll("\\p{Cntrl}", " ").strip();
    return text.substring(Math.max(0, text.length() - 300));
  }

  private NetworkReport network(Tape tape, long startMicros, long lengthMicros) throws IOException {
    return gateway.play(tape, startMicros, lengthMicros);
  }

  /** Replays an interval, and makes the guest write its storage out; it is stopped then. */
  ReplayReport replay(
      long startMicros, long lengthMicros, List<InputEvent> events, Tape tape, Deadline deadline)
      throws IOException {
    clock.begin(startMicros);
    long begin = clock.phoneMicros(System.nanoTime());
    long end = startMicros + lengthMicros;
    InputSchedule schedule = new InputSchedule(translator, events);
    resume(deadline);
    FutureTask<NetworkReport> network =
        new FutureTask<>(() -> network(tape, begin, Math.max(0, end - begin)));
    Thread thread = new Thread(network, "network-of-" + process.pid());
    thread.setDaemon(true);
    thread.start();
    schedule.play(new Devices());
    awaitPhone(end);
    long error = clock.micros(System.nanoTime()) - end;
    NetworkReport played = result(network);
    sync(deadline);
    stop(deadline);
    // to a guest that has switched itself off QEMU takes no input, and says so
    return schedule.report(error, played);
  }

  /** Makes the guest write to its disk what it has in memory only, if it can. */
  private void sync(Deadline deadline) throws IOException {
    if (!model.storage().sync() || hasShutDown()) {
      return;
    }
    try {
      new GuestSync(process, qmp, this::pause).run(deadline);
    } catch (QmpException e) {
      if (!hasShutDown()) {
        throw e;
      }
    }
  }

  private static NetworkReport result(FutureTask<NetworkReport> network) throws IOException {
    try {
      return network.get();
    } catch (ExecutionException e) {
      throw new IOException("its network has failed: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private final class Devices implements InputSchedule.Guest {
    @Override
    public long phoneMicros() {
      return clock.phoneMicros(System.nanoTime());
    }

    @Override
    public void await(long phoneMicros) throws IOException {
      awaitPhone(phoneMicros);
    }

    @Override
    public void send(List<Map<String, Object>> report) throws IOException {
      if (!report.isEmpty()) {
        qmp.execute("input-send-event", Map.of("events", report));
      }
    }
  }

  /**
   * Switches it off as its user would, and ends it; its disk is in the file then.
   *
   * @return whether it went off by itself in its time
   */
  boolean powerOff(Deadline deadline) throws IOException {
    boolean off = hasShutDown();
    if (!off) {
      resume(deadline);
      RealtimeModel.PowerOff way = model.powerOff();
      Deadline limit = Deadline.in(way.limit());
      switch (way.way()) {
        case ACPI -> qmp.execute("system_powerdown");
        case KEY -> {
          for (boolean down : new boolean[] {true, false}) {
            qmp.execute("input-send-event", Map.of("events", List.of(QmpInput.key("power", down))));
            pause(100);
          }
        }
        case CUT -> limit = Deadline.in(java.time.Duration.ZERO);
      }
      off = hasShutDown();
      while (!off && !limit.passed()) {
        pause(50);
        off = hasShutDown();
      }
      sync(deadline);
      stop(deadline);
      off |= hasShutDown();
    }
    close();
    return off || model.powerOff().way() == RealtimeModel.PowerOff.Way.CUT;
  }

  // ---- state

  void save(Path file, Deadline deadline) throws IOException {
    new StateStream(process, qmp).save(file, RealtimeHardware.mostStateBytes(model), deadline);
  }

  /** Loads a file that {@link #save} made; it has been started to wait for that. */
  void load(Path file, Deadline deadline) throws IOException {
    new StateStream(process, qmp).load(file, deadline);
    process.directory().close();
  }

  /** What is to be known of its session now. */
  Session session() {
    return new Session(rtc, clock, translator.states());
  }

  /** QEMU's version with its package's, which a saved state depends on. */
  String qemuVersion(Deadline deadline) throws IOException {
    return qmp.qemuVersion(deadline);
  }

  /** Lets it run on the CPU of the calling thread. */
  void takeOver(QemuLauncher launcher) throws IOException {
    launcher.takeOver(process);
  }

  @Override
  public MachineUsage usage() throws IOException {
    return process.usage();
  }

  @Override
  public IOException explain(IOException failure) {
    return process.explain(failure);
  }

  @Override
  public void close() {
    closed.countDown();
    process.kill();
    try (gateway;
        qmp) {
      // closed in turn
    } catch (IOException e) {
      // the process at the other end of both is dead; there is nothing left that could be lost
    }
  }
}
