package org.phonemirror.testnet.packet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.phonemirror.testnet.gtp.Addresses;
import org.phonemirror.testnet.program.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two network namespaces, one for a GGSN and one for servers, and the links between them and this
 * process's network:
 *
 * <pre>
 *   this process      Gn      ggsn       Gi       gi
 *   SGSN .1 --------------- .2     .5 --------- .6   10.0.2.2, 10.0.2.3
 *   server, relay .9 ------------------------- .10
 * </pre>
 *
 * <p>Addresses are 198.18.N.x (RFC 2544), names {@code pmN-ggsn} and {@code pmN-gi}, where N is the
 * first number that no other process holds the lock of: several test networks may be there at once.
 * Whoever gets a lock removes what the one before has left, which was killed if it has left
 * anything.
 */
final class Namespaces implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Namespaces.class);
  private static final Path LOCKS = Path.of("/run/phone-mirror");
  private static final int NUMBERS = 250;

  /** Numbers that this process has. */
  private static final Set<Integer> HELD = new HashSet<>();

  /** A user's packet of 1500 octets in GTP-U, UDP and IP, in one piece. */
  private static final int MTU = 1600;

  private final int number;
  private final FileChannel file;
  private boolean closed;

  private Namespaces(int number, FileChannel file) {
    this.number = number;
    this.file = file;
  }

  /**
   * Makes them.
   *
   * @throws IOException if that is not allowed, or the kernel cannot; nothing is left then
   */
  static Namespaces create() throws IOException {
    Namespaces namespaces = claim();
    try {
      namespaces.make();
      return namespaces;
    } catch (IOException | RuntimeException e) {
      namespaces.close();
      throw e;
    }
  }

  /** Gets the first lock that is free, and removes what is left behind under all free ones. */
  private static Namespaces claim() throws IOException {
    synchronized (HELD) {
      return claimAlone();
    }
  }

  private static Namespaces claimAlone() throws IOException {
    Files.createDirectories(LOCKS);
    Optional<Namespaces> claimed = Optional.empty();
    List<String> present = namesOfAll();
    for (int i = 0; i < NUMBERS; i++) {
      boolean isStale = present.contains(ggsn(i)) || present.contains(gi(i));
      if (claimed.isEmpty() || isStale) {
        Optional<Namespaces> free = lock(i);
        if (free.isPresent() && isStale) {
          LOG.info("removing namespaces that a process has left: {}, {}", ggsn(i), gi(i));
          free.get().remove();
        }
        if (claimed.isEmpty()) {
          claimed = free;
        } else if (free.isPresent()) {
          free.get().unlock();
        }
      }
    }
    return claimed.orElseThrow(
        () -> new IOException("all " + NUMBERS + " locks in " + LOCKS + " are held"));
  }

  private static Optional<Namespaces> lock(int number) throws IOException {
    if (HELD.contains(number)) {
      // to open the file and close it again would give the lock up (fcntl(2), F_SETLK)
      return Optional.empty();
    }
    FileChannel file =
        FileChannel.open(
            LOCKS.resolve(Integer.toString(number)),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    FileLock lock = file.tryLock();
    if (lock == null) {
      file.close();
      return Optional.empty();
    }
    HELD.add(number);
    return Optional.of(new Namespaces(number, file));
  }

  private void make() throws IOException {
    for (String name : List.of(ggsn(), gi())) {
      ip("netns", "add", name);
      ip("-n", name, "link", "set", "lo", "up");
      run(name, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
    }
    ip("link", "add", gnLink(), "type", "veth", "peer", "name", "gn", "netns", ggsn());
    ip("link", "add", hostLink(), "type", "veth", "peer", "name", "host", "netns", gi());
    ip("-n", ggsn(), "link", "add", "gi", "type", "veth", "peer", "name", "gi", "netns", gi());
    here(gnLink(), 1);
    inside(ggsn(), "gn", 2);
    inside(ggsn(), "gi", 5);
    inside(gi(), "gi", 6);
    here(hostLink(), 9);
    inside(gi(), "host", 10);
  }

  private String gnLink() {
    return "pm" + number + "gn";
  }

  private String hostLink() {
    return "pm" + number + "host";
  }

  private void here(String link, int host) throws IOException {
    ip("addr", "add", address(host) + "/30", "dev", link);
    ip("link", "set", link, "mtu", Integer.toString(MTU), "up");
  }

  private void inside(String name, String link, int host) throws IOException {
    ip("-n", name, "addr", "add", address(host) + "/30", "dev", link);
    ip("-n", name, "link", "set", link, "mtu", Integer.toString(MTU), "up");
  }

  /** Name of the GGSN's. */
  String ggsn() {
    return ggsn(number);
  }

  /** Name of the servers'. */
  String gi() {
    return gi(number);
  }

  private static String ggsn(int number) {
    return "pm" + number + "-ggsn";
  }

  private static String gi(int number) {
    return "pm" + number + "-gi";
  }

  /** The address of a host in the picture. */
  Inet4Address host(int host) {
    return Addresses.of(address(host));
  }

  private String address(int host) {
    return "198.18." + number + "." + host;
  }

  /** What starts a program in a namespace. */
  static List<String> runner(String name) {
    return List.of("ip", "netns", "exec", name);
  }

  /** Runs a program in a namespace. */
  static String run(String name, String... command) throws IOException {
    return Command.run(Stream.concat(runner(name).stream(), List.of(command).stream()).toList());
  }

  /** Runs ip(8). */
  static String ip(String... arguments) throws IOException {
    return Command.run(Stream.concat(Stream.of("ip"), List.of(arguments).stream()).toList());
  }

  private static List<String> namesOfAll() throws IOException {
    return ip("netns", "list").lines().map(line -> line.split(" ", 2)[0]).toList();
  }

  /**
   * Kills what still runs in them, and removes them. The kernel removes links with their namespaces
   * only some time later, when others may want their names; so those here go first.
   */
  private void remove() throws IOException {
    for (String link : List.of(gnLink(), hostLink())) {
      if (NetworkInterface.getByName(link) != null) {
        ip("link", "delete", link);
      }
    }
    List<String> present = namesOfAll();
    for (String name : List.of(ggsn(), gi())) {
      if (present.contains(name)) {
        ip("netns", "pids", name)
            .lines()
            .map(Long::parseLong)
            .flatMap(pid -> ProcessHandle.of(pid).stream())
            .forEach(ProcessHandle::destroyForcibly);
        ip("netns", "delete", name);
      }
    }
  }

  /** Removes them; safe to call again. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      remove();
    } catch (IOException e) {
      throw new UncheckedIOException("namespaces are left behind: " + e.getMessage(), e);
    } finally {
      unlock();
    }
  }

  private void unlock() {
    synchronized (HELD) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException("lock " + number + " is not given up", e);
      } finally {
        HELD.remove(number);
      }
    }
  }
}
