package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;

/** What the process of a reference phone's mirror may do on its host. */
class ConfinementTest extends OnReferencePhone {
  private static final long BOOT = 1_767_600_000_000_000L;
  private static final String NOBODY = "65534";

  @Test
  void itHasNoRightsAndNoNetwork() throws Exception {
    Machine one = on("one");
    Machine two = on("two");
    List<String> status = status(pid("one"));
    assertThat(Confinement.field(status, "NoNewPrivs:")).isEqualTo("1");
    assertThat(Confinement.field(status, "Seccomp:")).as("filtered").isEqualTo("2");
    for (String set : List.of("CapInh:", "CapPrm:", "CapEff:", "CapAmb:")) {
      assertThat(Confinement.field(status, set)).as(set).containsOnlyOnce("0000000000000000");
    }
    assertThat(user(pid("one"))).isNotEqualTo("0");
    if (isRoot()) {
      assertThat(Confinement.field(status, "Groups:")).isEmpty();
      assertThat(user(pid("one"))).isNotEqualTo(user(pid("two")));
    }
    for (String space : List.of("net", "ipc")) {
      Path own = Files.readSymbolicLink(Path.of("/proc/" + pid("one") + "/ns/" + space));
      assertThat(own).isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/" + space)));
    }
    List<String> limits = Files.readAllLines(Path.of("/proc/" + pid("one") + "/limits"));
    assertThat(limits).anyMatch(line -> line.matches("Max core file size +0 +0 .*"));
    assertThat(limits).anyMatch(line -> line.matches("Max file size +16777216 +16777216 .*"));
    assertThat(limits).anyMatch(line -> line.matches("Max open files +256 +256 .*"));
    assertThat(limits).anyMatch(line -> line.matches("Max data size +536870912 +536870912 .*"));
    one.close();
    two.close();
  }

  @Test
  void nothingIsOpenButItsOwnFiles() throws Exception {
    on("one");
    Path working = working("one");
    Path system = templates.resolve(TestTemplate.MODEL).resolve(PhoneModel.SYSTEM).toRealPath();
    List<String> foreign = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid("one") + "/fd"))) {
      for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
        String open = Files.readSymbolicLink(descriptor).toString();
        boolean own =
            open.matches("(socket|anon_inode|pipe):.*")
                || open.equals("/dev/null")
                || open.equals("/memfd:mirror-ram (deleted)")
                || open.equals(working.resolve(Guest.DATA).toString())
                || open.equals(working.resolve(QemuProcess.LOG).toString())
                || (open.equals(system.toString()) && isReadOnly(descriptor));
        if (!own) {
          foreign.add(open);
        }
      }
    }
    assertThat(foreign).isEmpty();
  }

  @Test
  void whatItCouldOpenForWritingItCannotWrite() throws Exception {
    on("one");
    Path ram = null;
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid("one") + "/fd"))) {
      for (Path descriptor : (Iterable<Path>) descriptors::iterator) {
        if (Files.readSymbolicLink(descriptor).toString().startsWith("/memfd:")) {
          ram = descriptor;
        }
      }
    }
    // QEMU has it open so, and another process can't do more
    try (RandomAccessFile memory = new RandomAccessFile(ram.toString(), "rw")) {
      assertThatThrownBy(() -> memory.write(1))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Operation not permitted");
      assertThatThrownBy(() -> memory.setLength(0)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void itCanMakeNoFilesAndNobodyElseReadsIts() throws Exception {
    Machine machine = on("one");
    Path working = working("one");
    Path data = working.resolve(Guest.DATA);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(working)))
        .endsWith("---")
        .doesNotContain("w---");
    if (isRoot()) {
      String user = user(pid("one"));
      assertThat(Files.getAttribute(data, "unix:uid").toString()).isEqualTo(user);
      assertThat(as(user, working, "head", "-c", "1", Guest.DATA)).isZero();
      assertThat(as(user, working, "touch", "made")).isNotZero();
      assertThat(as(user, working, "touch", GuestDirectory.SOCKETS + "/made")).isNotZero();
      assertThat(as(user, working, "mv", Guest.DATA, "moved")).isNotZero();
      assertThat(as(NOBODY, working, "head", "-c", "1", Guest.DATA)).isNotZero();
    }
    Checkpoint saved = machine.save(1);
    machine.close();
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        assertThat(Files.getOwner(file, LinkOption.NOFOLLOW_LINKS))
            .as("%s", file)
            .isEqualTo(Files.getOwner(state));
      }
    }
    driver.start(saved, 2).close();
  }

  /** A mirror's whole life under a server that is nobody. */
  @Test
  void aServerWithoutRightsRunsMirrorsAsItself() throws Exception {
    Assumptions.assumeTrue(isRoot(), "only root can start a server as another user");
    Path place = Files.createTempDirectory("confinement-");
    try {
      List<String> classpath = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        if (entry.matches(
                ".*(classes|main|test|jackson-[a-z]+-[0-9.]+jar|slf4j-[^/]*jar|"
                    + "sync-protocol[^/]*jar|tools.jackson[^/]*)/?$")
            || entry.contains("jackson-")) {
          Path copy = place.resolve("lib" + classpath.size());
          run("cp", "-r", entry, copy.toString());
          classpath.add(copy + (Files.isDirectory(copy) ? "/" : ""));
        }
      }
      run("cp", "-r", templates.toString(), place.resolve("templates").toString());
      run("chown", "-R", NOBODY + ":" + NOBODY, place.toString());
      run("chmod", "-R", "u+rwX", place.toString());
      String[] command = {
        "setpriv",
        "--reuid=" + NOBODY,
        "--regid=" + NOBODY,
        "--clear-groups",
        "--inh-caps=-all",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        String.join(File.pathSeparator, classpath),
        ServerWithoutRights.class.getName(),
        place.resolve("templates").toString(),
        place.resolve("state").toString()
      };
      assertThat(run(command)).endsWith(ServerWithoutRights.DONE);
    } finally {
      StateFiles.deleteTree(place);
    }
  }

  private Machine on(String mirror) throws MachineException {
    Machine machine = driver.start(driver.create(mirror, TestTemplate.MODEL), 1);
    machine.powerOn(BOOT);
    return machine;
  }

  private Path working(String mirror) throws IOException {
    return new MirrorDirectory(state.resolve("mirrors"), mirror).working(1).toRealPath();
  }

  private long pid(String mirror) throws IOException {
    return Long.parseLong(Files.readString(working(mirror).resolve(Guest.PID_FILE)).strip());
  }

  private static List<String> status(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status"));
  }

  private static String user(long pid) throws IOException {
    return Confinement.field(status(pid), "Uid:").split("\\s", 2)[0];
  }

  private static boolean isRoot() throws IOException {
    return user(ProcessHandle.current().pid()).equals("0");
  }

  /** Whether a descriptor is open for reading only. */
  private static boolean isReadOnly(Path descriptor) throws IOException {
    Path info = descriptor.getParent().resolveSibling("fdinfo").resolve(descriptor.getFileName());
    String flags = Confinement.field(Files.readAllLines(info), "flags:");
    return (Integer.parseInt(flags, 8) & 3) == 0;
  }

  /** The exit code of a command that another user runs in a directory. */
  private static int as(String user, Path directory, String... command) throws Exception {
    List<String> whole =
        new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"));
    whole.addAll(List.of(command));
    Process process =
        new ProcessBuilder(whole)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(process.waitFor()).as("%s: %s", command[0], output).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
