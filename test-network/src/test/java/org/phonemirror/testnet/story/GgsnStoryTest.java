package org.phonemirror.testnet.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.testnet.demo.Handset;
import org.phonemirror.testnet.demo.TestNetwork;
import org.phonemirror.testnet.packet.Access;

/** A phone whose packets go by a real GGSN. */
class GgsnStoryTest {
  private static final String NUMBER = "+15550071";
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  @TempDir Path directory;

  @Test
  void thePhoneIsSynchronizedByTheGgsnAndAgainAfterTheServersRestart() throws Exception {
    assumeTrue(
        Access.ofThisUser() == Access.GGSN, "needs root and osmo-ggsn, which has no other way");
    try (Stage stage = new Stage(directory, Access.GGSN);
        Handset phone = stage.phone(NUMBER, INTERVAL)) {
      Shell shell = Shell.open(phone.guest());
      shell.line("echo before > before");
      stage.await(NUMBER, "an interval is replayed", mirror -> intervals(mirror) >= 1);

      stage.server().kill();
      stage.server().start();
      shell.line("echo after > after");
      long told = intervals(stage.await(NUMBER, "the mirror is back", mirror -> true));
      JsonNode last = stage.await(NUMBER, "it goes on", mirror -> intervals(mirror) >= told + 2);

      assertThat(last.get("diverged").asLong()).isZero();
      phone.switchOff();
      assertThat(stage.network().packets().sgsn().contexts(TestNetwork.imsi(NUMBER))).isEmpty();
    }
  }

  private static long intervals(JsonNode mirror) {
    return mirror.get("intervals").asLong();
  }
}
