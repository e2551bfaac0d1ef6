package org.phonemirror.core.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A template's memory as all its clones map it: a copy that nobody can change any more.
 *
 * <p>QEMU 7.2 opens a memory backend for writing, also one that it maps privately ({@code
 * file_ram_open} of softmmu/physmem.c), and keeps it open: one guest that has taken over its
 * process could write into the memory of all mirrors, and a file that it may not write it does not
 * take. The kernel can refuse writing where it grants opening: for a memfd that is sealed
 * (memfd_create(2), F_SEAL_WRITE in fcntl(2)).
 *
 * <p>Java can't make one. A Perl process does, and keeps it until it ends with the server.
 */
final class SealedMemory implements AutoCloseable {
  /** Number of memfd_create in syscalls(2), which Perl does not know by name. */
  private static final Map<String, Integer> MEMFD_CREATE = Map.of("amd64", 319, "aarch64", 279);

  private static final String SCRIPT =
      """
      my ($call, $file) = @ARGV;
      my $name = 'mirror-ram';
      my $fd = syscall($call, $name, 3); # MFD_CLOEXEC | MFD_ALLOW_SEALING
      $fd >= 0 or die "memfd_create: $!\\n";
      open(my $memory, '+<&=', $fd) or die "memfd: $!\\n";
      open(my $in, '<:raw', $file) or die "$file: $!\\n";
      my $buffer;
      while (my $n = sysread($in, $buffer, 1 << 20) // die "$file: $!\\n") {
        for (my $at = 0; $at < $n; ) {
          $at += syswrite($memory, $buffer, $n - $at, $at) // die "memory: $!\\n";
        }
      }
      # F_ADD_SEALS: F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE
      fcntl($memory, 1033, 15) or die "F_ADD_SEALS: $!\\n";
      $| = 1;
      print "$fd\\n";
      <STDIN>;
      """;

  private final Process keeper;
  private final Path path;

  private SealedMemory(Process keeper, Path path) {
    this.keeper = keeper;
    this.path = path;
  }

  /** Starts a command, which ends with this process. */
  interface Starter {
    Process start(ProcessBuilder builder) throws IOException;
  }

  /**
   * Copies a file.
   *
   * @throws IOException naming the file, and what is missing
   */
  static SealedMemory of(Path file, Starter starter) throws IOException {
    Integer call = MEMFD_CREATE.get(System.getProperty("os.arch"));
    if (call == null) {
      throw new IOException("no mirrors on this processor: " + System.getProperty("os.arch"));
    }
    List<String> command =
        List.of(
            "setpriv",
            "--pdeathsig",
            "KILL",
            "perl",
            "-e",
            SCRIPT,
            call.toString(),
            file.toAbsolutePath().toString());
    Process keeper = starter.start(new ProcessBuilder(command).redirectErrorStream(true));
    try {
      // not closed: the keeper's output ends with it
      BufferedReader said =
          new BufferedReader(
              new InputStreamReader(keeper.getInputStream(), StandardCharsets.UTF_8));
      String answer = said.readLine();
      if (answer == null || !answer.matches("\\d{1,4}")) {
        throw new IOException(
            "can't keep the memory of the template " + file + " by perl: " + answer);
      }
      Path path = Path.of("/proc/" + keeper.pid() + "/fd/" + answer);
      if (Files.size(path) != Files.size(file)) {
        throw new IOException(file + " has changed while it was read");
      }
      return new SealedMemory(keeper, path);
    } catch (IOException e) {
      keeper.destroyForcibly();
      throw e;
    }
  }

  boolean isThere() {
    return keeper.isAlive();
  }

  /** Where it can be opened. */
  Path path() {
    return path;
  }

  /** Lets go of it; clones that have mapped it keep it. */
  @Override
  public void close() {
    keeper.destroyForcibly();
  }
}
