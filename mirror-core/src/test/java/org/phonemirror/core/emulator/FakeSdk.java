package org.phonemirror.core.emulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.phonemirror.core.qemu.PropertyFile;

/**
 * An Android SDK for tests: Debian's adb, and an emulator whose process is a shell script that
 * lives as long as it should, while its services are in this JVM.
 */
final class FakeSdk implements AutoCloseable {
  static final String MODEL = "pixel";

  /** How many times faster than outside time goes. */
  static final Pace PACE = new Pace(20);

  private final Path directory;
  private final int seconds;
  private final ServerSocket listener;
  private final List<FakeEmulator> emulators = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicReference<Optional<FakeEmulator.Fault>> next =
      new AtomicReference<>(Optional.empty());

  /**
   * Makes one below a directory, with the template of a phone model.
   *
   * @param seconds how long its boot may take, and its switching off
   */
  FakeSdk(Path directory, int seconds) throws IOException {
    this.seconds = seconds;
    this.directory = directory.toRealPath();
    this.listener = new ServerSocket(0, 50, address());
    makePrograms();
    makeTemplate();
    Thread thread = new Thread(this::accept, "fake-emulators");
    thread.setDaemon(true);
    thread.start();
  }

  static boolean isPossible() {
    return Files.isExecutable(Path.of("/usr/bin/adb"));
  }

  static InetAddress address() {
    try {
      return InetAddress.getByName("127.41.0.1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Settings for emulators of this SDK.
   *
   * @param callTime how long a call may take
   * @param startTime how long an emulator may take until it answers
   */
  static EmulatorSettings settings(Duration callTime, Duration startTime) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Duration minute = Duration.ofMinutes(1);
      return new EmulatorSettings(
          address(), socket.getLocalPort(), callTime, minute, startTime, minute, minute, PACE);
    }
  }

  Path templates() {
    return directory.resolve("templates");
  }

  Path template() {
    return templates().resolve(MODEL);
  }

  private void makePrograms() throws IOException {
    Path emulator = directory.resolve("sdk/emulator/emulator");
    Files.createDirectories(emulator.getParent());
    // says how it was started and lives on; ends as it is told, or with who would tell it
    Files.writeString(
        emulator,
        """
        #!/bin/bash
        [ "$WRAPPED" = yes ] || exit 2
        exec 3<>/dev/tcp/%s/%d || exit 1
        printf '%%s\\n' "$#" "$ANDROID_AVD_HOME" "$XDG_RUNTIME_DIR" "$@" >&3
        read -r -u 3 code message || exit 1
        echo "$message"
        exit "$code"
        """
            .formatted(listener.getInetAddress().getHostAddress(), listener.getLocalPort()));
    Files.setPosixFilePermissions(emulator, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path tools = Files.createDirectories(directory.resolve("sdk/platform-tools"));
    Files.createSymbolicLink(tools.resolve("adb"), Path.of("/usr/bin/adb"));
  }

  private void makeTemplate() throws IOException {
    Path factory = directory.resolve("disks/factory");
    Files.createDirectories(factory.resolve("home"));
    Path avd = Files.createDirectories(template().resolve("avd"));
    Files.writeString(avd.resolve(FakeAndroid.IMAGE), "factory");
    Files.writeString(avd.resolve("config.ini"), "hw.lcd.width = 1080\nhw.lcd.height = 2160\n");
    run(template(), "tar", "-C", factory.toString(), "-cf", "storage.tar", ".");
    run(template(), "sh", "-c", "cd avd && sha256sum $(find . -type f) >../avd.sha256");
    Files.writeString(
        template().resolve(EmulatorModel.PROPERTIES),
        """
        driver=android-emulator
        model=%s
        sdk=%s
        emulator.wrapper=env WRAPPED=yes
        input.0=keyboard
        input.1=touchscreen
        input.1.x=0..4095
        input.1.y=0..4095
        power.off.seconds=%d
        boot.limit.seconds=%d
        storage.path=%s
        storage.shell=
        sha256.storage.tar=%s
        sha256.avd.sha256=%s
        """
            .formatted(
                MODEL,
                directory.resolve("sdk"),
                seconds,
                seconds,
                FakeAndroid.STORAGE,
                PropertyFile.sha256(template().resolve("storage.tar")),
                PropertyFile.sha256(template().resolve("avd.sha256"))));
  }

  private static void run(Path in, String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(output);
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Makes emulators that are started from now on have a fault. */
  void breakNext(FakeEmulator.Fault fault) {
    next.set(Optional.of(fault));
  }

  /** Makes emulators that are started from now on work. */
  void mend() {
    next.set(Optional.empty());
  }

  /** The emulator that was started last. */
  FakeEmulator last() {
    return emulators.get(emulators.size() - 1);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        Thread thread = new Thread(() -> serve(socket), "fake-emulator");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // it is closed
    }
  }

  private void serve(Socket socket) {
    Optional<FakeEmulator.Fault> fault = next.get();
    try (socket;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      int count = Integer.parseInt(in.readLine());
      Path avd = Path.of(in.readLine()).resolve("mirror.avd");
      Path runtime = Path.of(in.readLine());
      List<String> arguments = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        arguments.add(in.readLine());
      }
      if (fault.equals(Optional.of(FakeEmulator.Fault.PANICS))) {
        tell(socket, "3 PANIC: broken AVD system path");
      }
      boolean stays = fault.equals(Optional.of(FakeEmulator.Fault.STAYS_ON));
      FakeAndroid android =
          new FakeAndroid(
              directory.resolve("disks"), avd, PACE, () -> tell(socket, stays ? "" : "0 off"));
      String[] ports = after("-ports", arguments).split(",", -1);
      try (FakeEmulator emulator =
          new FakeEmulator(
              android,
              address(),
              Integer.parseInt(after("-grpc", arguments)),
              Integer.parseInt(ports[1]),
              runtime,
              fault,
              () -> tell(socket, "134 abort"))) {
        emulators.add(emulator);
        emulator.start();
        in.readLine(); // until its process has ended
      }
    } catch (IOException e) {
      // its process has ended
    }
  }

  private static void tell(Socket socket, String text) {
    if (text.isEmpty()) {
      return;
    }
    try {
      socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it has ended by itself
    }
  }

  private static String after(String option, List<String> arguments) {
    return arguments.get(arguments.indexOf(option) + 1);
  }

  /** Ends all emulators that still run. */
  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
