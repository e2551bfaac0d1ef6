package org.phonemirror.testnet.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.testnet.program.Command;
import org.phonemirror.testnet.program.Daemon;
import org.phonemirror.testnet.program.Program;

/**
 * Linux' own TCP/IP as a guest: a network namespace with one device, whose other end is QEMU's
 * stream to a gateway, as of a virtual machine; QEMU has no machine here, just the two ends on a
 * hub.
 */
final class LinuxGuest implements AutoCloseable {
  static final String DEVICE = "tap0";
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;
  private static final String QEMU = "qemu-system-x86_64";
  private static final String PREFIX = "pm-gateway-";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 50;

  private final String name = PREFIX + ProcessHandle.current().pid();
  private Optional<Daemon> qemu = Optional.empty();

  /** Whether this process may make one, and has what it is made of. */
  static boolean isPossible() throws IOException {
    return mayMakeNamespaces()
        && Files.exists(Path.of("/dev/net/tun"))
        && Program.find(QEMU).isPresent()
        && Program.find("curl").isPresent();
  }

  /** By its effective capabilities (proc(5), capabilities(7)); root in a container has fewer. */
  private static boolean mayMakeNamespaces() throws IOException {
    long needed = 1L << CAP_NET_ADMIN | 1L << CAP_SYS_ADMIN;
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("CapEff:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(held -> (held & needed) == needed);
  }

  /**
   * Makes one, whose device has no address yet.
   *
   * @param socket the gateway's
   * @param directory for QEMU's output
   */
  static LinuxGuest create(Path socket, Path directory) throws IOException {
    removeWhatIsLeft();
    LinuxGuest guest = new LinuxGuest();
    try {
      guest.make(socket, directory);
      return guest;
    } catch (IOException | RuntimeException e) {
      guest.close();
      throw e;
    }
  }

  /** Namespaces of processes that were killed. */
  private static void removeWhatIsLeft() throws IOException {
    for (String line : Command.run(List.of("ip", "netns", "list")).lines().toList()) {
      String name = line.split(" ", 2)[0];
      if (name.startsWith(PREFIX)
          && ProcessHandle.of(Long.parseLong(name.substring(PREFIX.length()))).isEmpty()) {
        Command.run(List.of("ip", "netns", "delete", name));
      }
    }
  }

  private void make(Path socket, Path directory) throws IOException {
    Command.run(List.of("ip", "netns", "add", name));
    ip("link", "set", "lo", "up");
    ip("tuntap", "add", "dev", DEVICE, "mode", "tap");
    ip("link", "set", DEVICE, "up");
    List<String> command =
        List.of(
            QEMU,
            "-machine",
            "none",
            "-nodefaults",
            "-display",
            "none",
            "-netdev",
            "tap,id=tap,ifname=" + DEVICE + ",script=no,downscript=no",
            "-netdev",
            "stream,id=stream,server=off,addr.type=unix,addr.path=" + socket,
            "-netdev",
            "hubport,id=left,hubid=0,netdev=tap",
            "-netdev",
            "hubport,id=right,hubid=0,netdev=stream");
    qemu =
        Optional.of(Daemon.start("qemu", List.of("ip", "netns", "exec", name), command, directory));
    awaitOutput("LOWER_UP", "ip", "link", "show", DEVICE);
  }

  /** Gives it the phone's address, by hand. */
  void address() throws IOException {
    ip("addr", "add", "10.0.2.15/24", "dev", DEVICE);
    ip("route", "add", "default", "via", "10.0.2.2");
  }

  private void ip(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name));
    command.addAll(List.of(arguments));
    Command.run(command);
  }

  /** Runs a shell script in it; gives what that says. */
  String run(String script) throws IOException {
    return Command.run(List.of("ip", "netns", "exec", name, "bash", "-c", script));
  }

  /** Waits until a command says something. */
  void awaitOutput(String text, String... command) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    String said = run(String.join(" ", command));
    while (!said.contains(text)) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "%s says no '%s' but '%s'".formatted(String.join(" ", command), text, said));
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      said = run(String.join(" ", command));
    }
  }

  @Override
  public void close() throws IOException {
    qemu.ifPresent(Daemon::close);
    if (Command.run(List.of("ip", "netns", "list")).contains(name)) {
      Command.run(List.of("ip", "netns", "delete", name));
    }
  }
}
