package org.phonemirror.testnet.phone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.phonemirror.core.qemu.QmpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reference phone that is used in real time: a QEMU guest with its user's storage, its Syn-Client
 * and a network, in which 10.0.2.2 is the mirror server and all other servers.
 *
 * <p>The storage stays in the phone's directory from one power cycle to the next. One thread uses
 * the phone at a time; what the phone tells its modem comes on a thread of its own.
 */
public final class PhoneGuest implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PhoneGuest.class);
  private static final Duration START_TIME = Duration.ofSeconds(30);
  private static final String HOME_SCREEN_IS_SHOWN = "UP";
  private static final String QEMU_LOG = "qemu.log";
  private static final int LOG_TAIL_CHARACTERS = 2000;

  /** VGA text memory: a character and its attribute a cell. */
  private static final int TEXT_MEMORY = 0xb8000;

  private static final int TEXT_MEMORY_BYTES = 0x8000;
  private static final int COLUMNS = 80;
  private static final int LOOK_MILLIS = 150;

  private final PhoneImages images;
  private final Path directory;
  private final PhoneNetwork network;
  private final Consumer<String> modemListener;
  private Run run;

  /**
   * A phone that is off; in factory state if its directory has no storage yet.
   *
   * @param directory the phone's own, for its storage and logs
   * @param network what its network device is plugged into
   * @param modemListener gets the lines that the phone says to its modem: {@code UP} when the home
   *     screen is shown, {@code DOWN} before it switches off
   */
  public PhoneGuest(
      PhoneImages images, Path directory, PhoneNetwork network, Consumer<String> modemListener)
      throws IOException {
    this.images = images;
    this.network = network;
    this.directory = Files.createDirectories(directory).toAbsolutePath();
    this.modemListener = modemListener;
    copyOnce(images.file("data.img"), dataImage());
    copyOnce(images.file("state.img"), this.directory.resolve(PhoneHardware.STATE_IMAGE));
  }

  /** The user storage; consistent while the phone is off. */
  public Path dataImage() {
    return directory.resolve(PhoneHardware.DATA_IMAGE);
  }

  /** What the kernel, the supervisor and the Syn-Client's log say. */
  public Path serialLog() {
    return directory.resolve(PhoneHardware.SERIAL_LOG);
  }

  /**
   * Switches the phone on and returns while it boots.
   *
   * @throws IOException if QEMU does not start; the message has what it says
   */
  public void powerOn() throws IOException {
    if (isOn()) {
      throw new IllegalStateException("the phone is on");
    }
    kill();
    for (String stale :
        List.of(
            PhoneHardware.QMP_SOCKET,
            PhoneHardware.MODEM_SOCKET,
            PhoneHardware.FRAME_SOCKET,
            PhoneHardware.SERIAL_LOG)) {
      Files.deleteIfExists(directory.resolve(stale));
    }
    run = new Run(command());
    try {
      run.started.get(START_TIME.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      IOException failure = explain("the phone does not start", e);
      kill();
      throw failure;
    }
  }

  /** Whether it is on, or still booting or going down. */
  public boolean isOn() {
    return run != null && run.process != null && run.process.isAlive();
  }

  /** Waits until the home screen is shown. */
  public void awaitHome(Duration time) throws IOException {
    try {
      running().home.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw explain("no home screen within " + time, e);
    }
  }

  /** Presses the power key, upon which the phone ends its session and switches off. */
  public void pressPowerKey() throws IOException {
    typist().key("power");
  }

  /** Waits until the phone is off. */
  public void awaitOff(Duration time) throws IOException {
    Process process = running().process;
    try {
      if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
        throw explain("the phone is not off within " + time, new TimeoutException());
      }
    } catch (InterruptedException e) {
      throw explain("the phone is not off", e);
    }
    if (process.exitValue() != 0) {
      throw explain("QEMU has ended with exit code " + process.exitValue(), new IOException());
    }
    kill();
  }

  /** Takes the battery out: what is not on the storage is lost. Safe to call again. */
  public void kill() {
    if (run != null) {
      run.end();
      run = null;
    }
  }

  /** As {@link #kill}. */
  @Override
  public void close() {
    kill();
  }

  /** Says a line to the phone from its modem, for example {@code SETTINGS ...}. */
  public void sendFromModem(String line) throws IOException {
    running().modem.send(line);
  }

  /** A hand on the phone's keyboard. */
  public Typist typist() {
    QmpClient qmp = running().qmp;
    return new Typist(
        (key, down) -> {
          Map<String, Object> code = Map.of("type", "qcode", "data", key);
          Map<String, Object> event =
              Map.of("type", "key", "data", Map.of("down", down, "key", code));
          qmp.execute("input-send-event", Map.of("events", List.of(event)));
        });
  }

  /**
   * Looks at the screen until it shows a text, as a user does before typing on.
   *
   * @throws IOException if it does not within the time; with what it shows
   */
  public void awaitText(String text, Duration time) throws IOException {
    long deadline = System.nanoTime() + time.toNanos();
    String screen = screenText();
    while (!screen.contains(text)) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "the screen does not show '" + text + "' within " + time + ", but:\n" + screen);
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        throw explain("not seen: " + text, e);
      }
      screen = screenText();
    }
  }

  /** The characters in the text console's memory: the screen, and what has scrolled out of it. */
  private String screenText() throws IOException {
    Path dump = directory.resolve("screen");
    running()
        .qmp
        .execute(
            "pmemsave",
            Map.of("val", TEXT_MEMORY, "size", TEXT_MEMORY_BYTES, "filename", "screen"));
    byte[] cells = Files.readAllBytes(dump);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i + 1 < cells.length; i += 2) {
      text.append(cells[i] >= ' ' ? (char) cells[i] : ' ');
      if ((i / 2 + 1) % COLUMNS == 0) {
        text.append('\n');
      }
    }
    return text.toString();
  }

  /** Writes what the screen shows to a PNG file. */
  public void screendump(Path png) throws IOException {
    running()
        .qmp
        .execute(
            "screendump", Map.of("filename", png.toAbsolutePath().toString(), "format", "png"));
  }

  private Run running() {
    if (run == null) {
      throw new IllegalStateException("the phone is off");
    }
    return run;
  }

  private List<String> command() throws IOException {
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64"));
    command.addAll(PhoneHardware.arguments(images, directory, network));
    return command;
  }

  private IOException explain(String what, Exception cause) {
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return new InterruptedIOException(what + ": interrupted");
    }
    Throwable reason = cause instanceof ExecutionException ? cause.getCause() : cause;
    String detail = reason.getMessage() == null ? "" : ": " + reason.getMessage();
    return new IOException(what + detail + tail(QEMU_LOG) + tail(PhoneHardware.SERIAL_LOG), reason);
  }

  private String tail(String name) {
    try {
      String text = new String(Files.readAllBytes(directory.resolve(name)), ISO_8859_1).strip();
      int begin = Math.max(0, text.length() - LOG_TAIL_CHARACTERS);
      return text.isEmpty() ? "" : "\n" + name + ": " + text.substring(begin);
    } catch (IOException e) {
      return "\n" + name + " can't be read: " + e.getMessage();
    }
  }

  private static void copyOnce(Path from, Path to) throws IOException {
    if (!Files.exists(to)) {
      Path partial = to.resolveSibling(to.getFileName() + ".new");
      SparseFile.copy(from, partial);
      Files.move(partial, to, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * One power cycle. Its thread starts QEMU, which is killed when that thread goes (prctl(2),
   * PR_SET_PDEATHSIG), and then reads the modem's port until the phone is off.
   */
  private final class Run {
    final CompletableFuture<Void> started = new CompletableFuture<>();
    final CompletableFuture<Void> home = new CompletableFuture<>();
    private final Thread thread;
    private volatile Process process;
    private volatile QmpClient qmp;
    private volatile Modem modem;
    private volatile FrameLink frames;
    private volatile Thread frameReader;

    Run(List<String> command) {
      thread = new Thread(() -> live(command), "phone-" + directory.getFileName());
      thread.setDaemon(true);
      thread.start();
    }

    private void live(List<String> command) {
      try {
        process =
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(QEMU_LOG).toFile())
                .start();
        // by way of the working directory, as the address of a socket has at most 107 bytes
        Path sockets = Path.of("/proc/" + process.pid() + "/cwd");
        qmp = QmpClient.connect(sockets.resolve(PhoneHardware.QMP_SOCKET), START_TIME);
        modem = Modem.connect(sockets.resolve(PhoneHardware.MODEM_SOCKET));
        frames = FrameLink.connect(sockets.resolve(PhoneHardware.FRAME_SOCKET));
        readFrames();
        started.complete(null);
        readModem();
        process.waitFor();
        home.completeExceptionally(new IOException("the phone has switched off"));
      } catch (IOException | RuntimeException e) {
        fail(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(e);
      }
    }

    private void fail(Exception failure) {
      if (!started.completeExceptionally(failure) && !home.completeExceptionally(failure)) {
        LOG.debug("the phone in {} has been ended", directory, failure);
      }
      if (process != null) {
        process.destroyForcibly();
      }
    }

    private void readFrames() throws IOException {
      PhoneNetwork.FramePort port =
          network instanceof PhoneNetwork.Cable cable
              ? cable.other()
              : ((PhoneNetwork.Nat) network).copies();
      port.up(frames);
      frameReader =
          new Thread(
              () -> {
                try {
                  frames.read(port::received);
                } catch (IOException e) {
                  LOG.debug("the frames of the phone in {} have ended", directory, e);
                } finally {
                  port.down();
                }
              },
              "phone-frames-" + directory.getFileName());
      frameReader.setDaemon(true);
      frameReader.start();
    }

    private void readModem() {
      try {
        modem.read(this::modemLine);
      } catch (IOException e) {
        // a QEMU that ends may reset the connection; whether it ended well, its exit code tells
        LOG.debug("the modem port of the phone in {} is closed", directory, e);
      }
    }

    private void modemLine(String line) {
      if (line.equals(HOME_SCREEN_IS_SHOWN)) {
        home.complete(null);
      }
      try {
        modemListener.accept(line);
      } catch (RuntimeException e) {
        LOG.error("the modem of the phone in {} fails at '{}'", directory, line, e);
      }
    }

    void end() {
      if (process != null) {
        process.destroyForcibly();
      }
      thread.interrupt();
      boolean interrupted = join(thread);
      closeQuietly(qmp);
      closeQuietly(modem);
      closeQuietly(frames);
      interrupted |= frameReader != null && join(frameReader);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean join(Thread other) {
      boolean interrupted = false;
      while (other.isAlive()) {
        try {
          other.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return interrupted;
    }

    private void closeQuietly(Closeable closeable) {
      if (closeable != null) {
        try {
          closeable.close();
        } catch (IOException e) {
          LOG.debug("closing a socket of the phone in {}", directory, e);
        }
      }
    }
  }
}
