package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the journal is worth: the server's process ends the hard way, and another goes on. */
class CrashTest {
  @TempDir Path directory;

  @Test
  void killedBetweenAcknowledgementAndReplayItLosesNothingAndReplaysNothingTwice()
      throws Exception {
    long acknowledged = 0;
    Process server = start("exec \"$@\"");
    try (BufferedReader out = server.inputReader(StandardCharsets.UTF_8)) {
      while (acknowledged < 40) {
        acknowledged = acknowledged(out.readLine());
      }
      server.toHandle().destroyForcibly();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        acknowledged = acknowledged(line);
      }
    } finally {
      server.destroyForcibly().waitFor();
    }
    goesOnEqual(acknowledged);
  }

  @Test
  void withTheDiskFullItAcknowledgesNoMoreAndLosesNothing() throws Exception {
    // files that may not grow stand for a disk that is full
    Process server = start("ulimit -f 6000; exec \"$@\"");
    long acknowledged = 0;
    try (BufferedReader out = server.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      for (; line != null && !line.equals("refused"); line = out.readLine()) {
        acknowledged = acknowledged(line);
      }
      assertThat(line).isEqualTo("refused");
    } finally {
      server.destroyForcibly().waitFor();
    }
    assertThat(acknowledged).isPositive();
    goesOnEqual(acknowledged);
  }

  private void goesOnEqual(long acknowledged) throws IOException {
    try (World world = new World(directory)) {
      MirrorStatus status = world.await(s -> s.replayed() >= acknowledged);
      // what was written but not yet acknowledged when the end came may be there, once
      assertThat(status.accepted()).isBetween(acknowledged, acknowledged + 1);
      assertThat(status.diverged()).isZero();
      assertThat(world.driver.replayed()).hasSize((int) status.accepted() - 1);
    }
  }

  private static long acknowledged(String line) {
    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
  }

  private Process start(String shell) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", "-c", shell, "bash"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(CrashingServer.class.getName(), directory.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
