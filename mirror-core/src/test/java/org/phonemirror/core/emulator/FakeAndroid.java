package org.phonemirror.core.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.core.machine.Typing;

/**
 * An Android for tests. Its user storage is a directory of this machine; its one program appends
 * each typed line to a file there, and loses an unfinished one at a power cut. It stands and runs
 * as its emulator says; its clock and adb's commands with it.
 *
 * <p>An AVD's image holds the name of the directory with its data. As the image may be copied while
 * it is in use, each start and each snapshot go on with a directory of their own.
 */
final class FakeAndroid {
  /** Where its user storage is, for adb. */
  static final String STORAGE = "/data/media/0";

  /** Where typed lines go, relative to user storage. */
  static final String TYPED = "home/typed.txt";

  static final String IMAGE = "userdata-qemu.img";

  private static final Pattern SET_TIME = Pattern.compile("cmd alarm set-time (\\d+)");
  private static final String READ_TIME = "date +%s%N";
  private static final String SHUT_DOWN = "svc power shutdown";

  private final Path disks;
  private final Path avd;
  private final Pace pace;
  private final Runnable atShutdown;
  private final Set<Integer> down = new HashSet<>();
  private StringBuilder line = new StringBuilder();
  private Path data;
  private boolean runs = true;
  private boolean ended;
  private long clock;
  private long since;

  /**
   * Boots.
   *
   * @param disks has a directory for each state of a data disk
   * @param atShutdown called when it has switched itself off
   */
  FakeAndroid(Path disks, Path avd, Pace pace, Runnable atShutdown) throws IOException {
    this.disks = disks;
    this.avd = avd;
    this.pace = pace;
    this.atShutdown = atShutdown;
    this.since = pace.micros();
    use(Files.readString(avd.resolve(IMAGE)));
  }

  private void use(String disk) throws IOException {
    data = copy(disk);
    Files.writeString(avd.resolve(IMAGE), data.getFileName().toString());
  }

  private Path copy(String disk) throws IOException {
    Path to = disks.resolve(UUID.randomUUID().toString());
    Process process =
        new ProcessBuilder("cp", "-a", disks.resolve(disk).toString(), to.toString()).start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(new String(process.getErrorStream().readAllBytes(), UTF_8));
      }
      return to;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Takes a key, as a keyboard gives it. */
  synchronized void key(int code, boolean pressed) throws IOException {
    mustRun();
    if (!pressed) {
      down.remove(code);
      return;
    }
    down.add(code);
    char c = Typing.character(code, down.stream().anyMatch(Typing::isShift));
    if (c == 0 || Typing.isShift(code)) {
      return;
    }
    line.append(c);
    if (c == '\n') {
      Files.writeString(
          data.resolve(TYPED), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      line = new StringBuilder();
    }
  }

  /** An exception if it stands: nobody should ask anything of it then. */
  synchronized void mustRun() {
    if (!runs) {
      throw new IllegalStateException("Android is asked for something while it stands");
    }
  }

  synchronized void run(boolean now) {
    if (runs != now) {
      clock = clock();
      since = pace.micros();
      runs = now;
      notifyAll();
    }
  }

  synchronized boolean runs() {
    return runs;
  }

  private long clock() {
    return runs ? clock + pace.micros() - since : clock;
  }

  synchronized void save(String snapshot) throws IOException {
    Path directory = Files.createDirectories(avd.resolve("snapshots").resolve(snapshot));
    List<String> state = List.of(copy(data.getFileName().toString()).getFileName() + "", line + "");
    Files.write(directory.resolve("ram.bin"), state);
  }

  /**
   * Goes on from a snapshot.
   *
   * @return why it can't, if so
   */
  synchronized Optional<String> load(String snapshot) throws IOException {
    Path ram = avd.resolve("snapshots").resolve(snapshot).resolve("ram.bin");
    if (!Files.exists(ram)) {
      return Optional.of("there is no snapshot " + snapshot);
    }
    List<String> state = Files.readAllLines(ram);
    use(state.get(0));
    line = new StringBuilder(state.get(1));
    return Optional.empty();
  }

  /** What of this machine's shell stands for a command of its own; waits while it stands. */
  synchronized String here(String command) throws InterruptedException {
    while (!runs && !ended) {
      wait();
    }
    Matcher time = SET_TIME.matcher(command);
    if (time.matches()) {
      clock = Long.parseLong(time.group(1)) * 1000;
      since = pace.micros();
      return "true";
    } else if (command.equals(READ_TIME)) {
      return "echo " + clock() + "000";
    } else if (command.equals(SHUT_DOWN)) {
      atShutdown.run();
      return "true";
    }
    return command.replace(STORAGE, data.toString());
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
