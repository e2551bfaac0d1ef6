package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.phonemirror.core.program.Program;
import org.phonemirror.core.program.ProgramFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the process of a guest is shut in. QEMU's own policy is that its translator (TCG) is no
 * security boundary (docs/system/security.rst), and a mirror may run what has infected the phone:
 * so a process that a guest has taken over must gain nothing by it.
 *
 * <p>A server with the rights to do so, for example root, gives each process a user of its own: it
 * then can't reach what is the server's, or another guest's. A server without runs them as itself,
 * in a user namespace each, from which neither the server nor another guest can be traced; files of
 * the server's user remain within reach. Both ways the process has no capabilities and can't get
 * any (PR_SET_NO_NEW_PRIVS), no network and no one else's System V IPC, and QEMU's sandbox lets it
 * start no program.
 */
public final class Confinement {
  private static final Logger LOG = LoggerFactory.getLogger(Confinement.class);

  /** For {@code -sandbox}: seccomp(2) with no exception. */
  public static final String SANDBOX =
      "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

  private static final int OPEN_FILES = 256;

  private static final int ULIMIT_FILE_BLOCK = 512;
  private static final Duration PROBE_TIME = Duration.ofSeconds(30);

  /** What it takes to run processes as other users, and to read and write their memory. */
  enum Capability {
    CAP_CHOWN(0),
    CAP_DAC_OVERRIDE(1),
    CAP_FOWNER(3),
    CAP_KILL(5),
    CAP_SETGID(6),
    CAP_SETUID(7),
    CAP_SETPCAP(8),
    CAP_SYS_PTRACE(19);

    private final int bit;

    Capability(int bit) {
      this.bit = bit;
    }

    private boolean isIn(long set) {
      return (set >> bit & 1) != 0;
    }
  }

  private final GuestLimits limits;
  private final Optional<GuestUsers> users;
  private final List<String> namespaces;

  private Confinement(GuestLimits limits, Optional<GuestUsers> users, List<String> namespaces) {
    this.limits = limits;
    this.users = users;
    this.namespaces = namespaces;
  }

  /**
   * Finds out what this process may do.
   *
   * @throws IOException if it is root, but can't run guests as anybody else
   */
  static Confinement here(GuestLimits limits) throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
    boolean root = field(status, "Uid:").split("\\s+", -1)[1].equals("0");
    // a program that another user starts has of its parent's capabilities those of the ambient set
    long capabilities = Long.parseUnsignedLong(field(status, root ? "CapEff:" : "CapAmb:"), 16);
    List<Capability> missing =
        Stream.of(Capability.values()).filter(c -> !c.isIn(capabilities)).toList();
    if (root && !missing.isEmpty()) {
      throw new IOException(
          "guests must not run as root, and this server can't run them as anybody else, as it lacks "
              + missing.stream().map(Enum::name).collect(Collectors.joining(", "))
              + ": add these capabilities, or run the server as another user");
    }
    boolean changesUsers = missing.isEmpty();
    Optional<GuestUsers> users =
        changesUsers
            ? Optional.of(new GuestUsers(limits.firstUser(), limits.users()))
            : Optional.empty();
    List<String> wanted = new ArrayList<>(List.of("unshare", "--net", "--ipc"));
    if (!changesUsers) {
      wanted.addAll(List.of("--user", "--map-current-user"));
    }
    Confinement confinement = new Confinement(limits, users, wanted);
    Optional<String> failure = confinement.probe();
    if (failure.isPresent()) {
      LOG.warn(
          "guests share namespaces with the server, as it can't make others: {}", failure.get());
      confinement = new Confinement(limits, users, List.of());
      failure = confinement.probe();
    }
    if (failure.isPresent()) {
      throw new IOException("can't run guests without rights: " + failure.get());
    }
    return confinement;
  }

  static String field(List<String> status, String name) throws IOException {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> line.substring(name.length()).strip())
        .orElseThrow(() -> new IOException("/proc/self/status has no " + name));
  }

  /** Runs a program that does nothing; tells what went wrong. */
  private Optional<String> probe() throws IOException {
    List<String> command = new ArrayList<>(prefix(users.map(u -> limits.firstUser())));
    command.add("true");
    try {
      Program.run(command, "", PROBE_TIME);
      return Optional.empty();
    } catch (ProgramFailedException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Takes a user for a process; none where guests run as the server's. */
  Optional<Integer> takeUser() throws IOException {
    return users.isPresent() ? Optional.of(users.get().take()) : Optional.empty();
  }

  /** Gives the user of a process back that has ended. */
  void releaseUser(int user) {
    users.ifPresent(u -> u.release(user));
  }

  /**
   * The command that becomes a guest's process: a shell opens the inputs and sets the limits, each
   * further program gives something up and becomes the next.
   *
   * @param cpus that it may use, as in cpuset(7)
   * @param group the process's control group, which it enters first
   */
  List<String> command(
      Optional<Integer> user, String cpus, Optional<Path> group, String binary, Launch launch) {
    Launch.Size size = launch.size();
    StringBuilder script = new StringBuilder();
    List<String> parameters = new ArrayList<>();
    if (group.isPresent()) {
      parameters.add(group.get().resolve(ControlGroups.PROCESSES).toString());
      script.append("echo $$ >\"$1\" || exit; shift; ");
    }
    script.append("ulimit -c 0; ulimit -n ").append(OPEN_FILES);
    script.append("; ulimit -f ").append(size.largestFileBytes() / ULIMIT_FILE_BLOCK);
    script.append("; ulimit -d ").append((limits.memoryMb() + size.memoryMb()) * 1024L);
    script.append("; exec");
    for (int i = 0; i < launch.inputs().size(); i++) {
      int descriptor = Launch.FIRST_DESCRIPTOR + i;
      script.append(' ').append(descriptor).append("<\"$").append(i + 1).append('"');
      parameters.add(launch.inputs().get(i).toString());
    }
    script.append("; shift ").append(launch.inputs().size()).append("; exec \"$@\"");
    List<String> command = new ArrayList<>(List.of("sh", "-c", script.toString(), "sh"));
    command.addAll(parameters);
    command.addAll(prefix(user));
    command.addAll(List.of("taskset", "-c", cpus, binary));
    command.addAll(launch.arguments());
    return command;
  }

  private List<String> prefix(Optional<Integer> user) {
    List<String> prefix = new ArrayList<>(namespaces);
    // to set other ids clears the parent's death signal: setpriv sets it after them
    prefix.addAll(List.of("setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--inh-caps=-all"));
    if (user.isPresent()) {
      String id = user.get().toString();
      prefix.addAll(List.of("--reuid", id, "--regid", id, "--clear-groups"));
      prefix.addAll(List.of("--ambient-caps=-all", "--bounding-set=-all"));
    }
    return prefix;
  }
}
