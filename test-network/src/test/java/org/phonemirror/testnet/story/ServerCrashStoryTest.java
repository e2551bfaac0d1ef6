package org.phonemirror.testnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.testnet.demo.Handset;

/** The main job, with the mirror server's process killed in its middle. */
class ServerCrashStoryTest {
  private static final String ALICE = "+15550001";

  @TempDir Path directory;

  @Test
  void aKilledServerLosesNothingThatItHasAcknowledged() throws Exception {
    try (Stage stage = new Stage(directory);
        Handset phone = stage.phone(ALICE, Duration.ofSeconds(5))) {
      Shell shell = Shell.open(phone.guest().typist());
      shell.line("echo before > before.txt");
      stage.await(
          ALICE,
          "a message is acknowledged and not replayed",
          mirror -> mirror.get("accepted").asLong() > mirror.get("replayed").asLong());
      stage.server().kill();

      shell.line("echo meanwhile > meanwhile.txt");
      stage.server().start();
      shell.line("echo after > after.txt");
      stage.awaitFollowed(ALICE);

      stage.switchOffAndCompare(ALICE, phone);
      assertThat(stage.file(ALICE, "home/before.txt")).isEqualTo("before\n");
      assertThat(stage.file(ALICE, "home/meanwhile.txt")).isEqualTo("meanwhile\n");
      assertThat(stage.file(ALICE, "home/after.txt")).isEqualTo("after\n");
    }
  }
}
