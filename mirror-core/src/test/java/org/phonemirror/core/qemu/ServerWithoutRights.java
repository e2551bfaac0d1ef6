package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.tape.Tape;

/** A program that runs a mirror as whoever starts it, for {@link ConfinementTest}. */
final class ServerWithoutRights {
  static final String DONE = "the mirror has lived";
  private static final long BOOT = 1_767_600_000_000_000L;
  private static final long SECOND = 1_000_000;

  private ServerWithoutRights() {}

  public static void main(String[] args) throws Exception {
    try (QemuDriver driver =
        new QemuDriver(Path.of(args[0]), Path.of(args[1]), QemuSettings.defaults())) {
      Checkpoint saved;
      try (Machine machine = driver.start(driver.create("m", TestTemplate.MODEL), 1)) {
        machine.powerOn(BOOT);
        machine.replay(BOOT, SECOND, List.of(), Tape.silent(BOOT, BOOT + SECOND));
        saved = machine.save(1);
      }
      long next = BOOT + SECOND;
      try (Machine machine = driver.start(saved, 2)) {
        machine.replay(next, SECOND, List.of(), Tape.silent(next, next + SECOND));
        boolean home = machine.readStorage(top -> Files.isDirectory(top.resolve("home")));
        Path working = new MirrorDirectory(Path.of(args[1], "mirrors"), "m").working(2);
        String pid = Files.readString(working.resolve(Guest.PID_FILE)).strip();
        boolean apart = !userNamespace(pid).equals(userNamespace("self"));
        machine.powerOff(next + SECOND);
        boolean couldBe =
            succeeds("unshare", "--user", "--map-current-user", "--net", "--ipc", "true");
        System.out.println(home && apart == couldBe ? DONE : home + " " + apart + " " + couldBe);
      }
    }
  }

  private static Path userNamespace(String pid) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc", pid, "ns/user"));
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }
}
