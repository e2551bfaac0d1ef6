package org.phonemirror.testnet.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.Batch;
import org.phonemirror.testnet.demo.Handset;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.ims.Ue;

/** What goes wrong around a phone and its mirror, in one network of real parts. */
class FaultStoriesTest {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration SHORTER = Duration.ofSeconds(3);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long MINUTE_MICROS = 60_000_000;

  @TempDir static Path directory;
  private static Stage stage;

  @BeforeAll
  static void raiseTheCurtain() throws Exception {
    stage = new Stage(directory);
  }

  @AfterAll
  static void dropTheCurtain() throws Exception {
    if (stage != null) {
      stage.close();
    }
  }

  @Test
  void aKilledServerLosesNothingThatItHasAcknowledged() throws Exception {
    String alice = "+15550001";
    try (Handset phone = stage.phone(alice, INTERVAL)) {
      Shell shell = Shell.open(phone.guest());
      shell.line("echo before > before.txt");
      stage.await(
          alice,
          "a message is acknowledged and not replayed",
          mirror -> mirror.get("accepted").asLong() > mirror.get("replayed").asLong());
      stage.server().kill();

      shell.line("echo meanwhile > meanwhile.txt");
      stage.provision(alice, SHORTER);
      stage.server().start();
      shell.line("echo after > after.txt");
      awaitBatches(alice, SHORTER);
      stage.awaitFollowed(alice);

      stage.switchOffAndCompare(alice, phone);
      assertThat(stage.file(alice, "home/before.txt")).isEqualTo("before\n");
      assertThat(stage.file(alice, "home/meanwhile.txt")).isEqualTo("meanwhile\n");
      assertThat(stage.file(alice, "home/after.txt")).isEqualTo("after\n");
      assertThat(stage.file(alice, "home/.bash_history"))
          .as("saved by the shell at the session's end")
          .endsWith("echo after > after.txt\n");
    }
  }

  @Test
  void aNewIntervalReachesThePhoneThatIsOn() throws Exception {
    String bob = "+15550002";
    try (Handset phone = stage.phone(bob, INTERVAL)) {
      Shell shell = Shell.open(phone.guest());
      shell.line("echo slowly > slowly.txt");
      awaitBatches(bob, INTERVAL);

      // from the integrator's Sh-Update to the phone by PNR and MESSAGE
      stage.provision(bob, SHORTER);
      shell.line("echo quickly > quickly.txt");
      awaitBatches(bob, SHORTER);
      stage.awaitFollowed(bob);

      stage.switchOffAndCompare(bob, phone);
      assertThat(stage.file(bob, "home/quickly.txt")).isEqualTo("quickly\n");
      List<Batch> batches = stage.batches(bob);
      for (int i = 1; i < batches.size(); i++) {
        assertThat(batches.get(i).startMicros())
            .as("intervals follow each other without a hole")
            .isEqualTo(batches.get(i - 1).endMicros());
      }
    }
  }

  @Test
  void aPhoneWhoseClockIsSetForthAndBackIsMirroredAllTheSame() throws Exception {
    String carol = "+15550003";
    try (Handset phone = stage.phone(carol, SHORTER)) {
      Shell shell = Shell.open(phone.guest());
      long ahead = Instant.now().getEpochSecond() + 7 * 60;
      shell.line("date -s @" + ahead + "; date +%s > ahead.txt");
      stage.awaitFollowed(carol);
      long behind = Instant.now().getEpochSecond() - 5 * 60;
      shell.line("date -s @" + behind + "; date +%s > behind.txt");
      shell.line("echo done > done.txt");
      stage.awaitFollowed(carol);

      stage.switchOffAndCompare(carol, phone);
      assertThat(stage.file(carol, "home/ahead.txt")).isEqualTo(ahead + "\n");
      assertThat(stage.file(carol, "home/behind.txt")).isEqualTo(behind + "\n");
      assertThat(stage.file(carol, "home/done.txt")).isEqualTo("done\n");
      assertThat(jumps(stage.batches(carol)))
          .as("minutes between an interval's end and the next one's start")
          .containsExactly(7L, -12L);
    }
  }

  @Test
  void whoHasNoMirrorProfileRegistersWithoutAMirror() throws Exception {
    String dave = "+15550004";
    stage.network().subscribe(dave);
    try (Ue phone = stage.network().ue(dave)) {
      get(phone.register(HOUR));
      stage.awaitLogged(Stage.subscriber(dave) + ": registered, but has no mirror profile");
      assertNoMirror(dave);
      get(phone.deregister());
    }
  }

  @Test
  void whomTheHssDoesNotKnowHasNoMirror() throws Exception {
    String nobody = "+15550005";
    try (Ue phone = stage.network().ue(nobody)) {
      assertThatThrownBy(() -> get(phone.register(HOUR))).hasMessageContaining("403");
    }
    assertThat(stage.thirdPartyRegister(nobody)).isEqualTo(200);
    stage.awaitLogged(Stage.subscriber(nobody) + ": registered, but has no mirror profile");
    assertNoMirror(nobody);
  }

  @Test
  void theHssIsRestartedWhileAPhoneIsOn() throws Exception {
    String erin = "+15550006";
    try (Handset phone = stage.phone(erin, INTERVAL)) {
      Shell shell = Shell.open(phone.guest());
      stage.network().hss().stop();
      shell.line("echo without > without.txt");
      stage.awaitFollowed(erin);

      stage.network().restartHss();
      stage.provision(erin, SHORTER);
      shell.line("echo with > with.txt");
      awaitBatches(erin, SHORTER);
      stage.awaitFollowed(erin);

      stage.switchOffAndCompare(erin, phone);
      assertThat(stage.file(erin, "home/without.txt")).isEqualTo("without\n");
      assertThat(stage.file(erin, "home/with.txt")).isEqualTo("with\n");
    }
  }

  @Test
  void registrationsDoNotWaitForAnHssThatTheServerCannotReach() throws Exception {
    String frank = "+15550007";
    stage.network().subscribe(frank);
    stage.provision(frank, INTERVAL);
    stage.sh().silence(true);
    try (Ue phone = stage.network().ue(frank)) {
      stage.sh().cut();
      get(phone.register(HOUR));
      assertThat(stage.thirdPartyRegister(frank)).isEqualTo(200);
      stage.awaitLogged(Stage.subscriber(frank) + ": mirror profile is not to be had");
      assertThat(stage.server().mirror(Stage.subscriber(frank)))
          .as("no mirror without a profile")
          .map(mirror -> mirror.get("phase").asText())
          .hasValue("absent");

      stage.sh().silence(false);
      stage.sh().cut();
      stage.await(frank, "mirror runs", mirror -> mirror.get("phase").asText().equals("running"));
      get(phone.deregister());
    } finally {
      stage.sh().silence(false);
    }
  }

  /** Waits for two batches of a length, one after the other. */
  private static void awaitBatches(String number, Duration length) throws Exception {
    long micros = length.toNanos() / 1000;
    Story.await(
        "two batches of " + length,
        Duration.ofMinutes(2),
        () -> {
          List<Batch> batches = stage.batches(number);
          int size = batches.size();
          return size >= 2
              && batches.get(size - 1).lengthMicros() == micros
              && batches.get(size - 2).lengthMicros() == micros;
        });
  }

  private static void assertNoMirror(String number) throws Exception {
    List<JsonNode> mirrors = stage.server().mirrors().orElseThrow();
    assertThat(mirrors)
        .filteredOn(mirror -> mirror.get("subscriber").asText().equals(Stage.subscriber(number)))
        .extracting(mirror -> mirror.get("phase").asText())
        .isSubsetOf("absent");
    assertThatThrownBy(() -> stage.server().savedImage(Stage.subscriber(number)))
        .hasMessageContaining("has no checkpoint");
  }

  /** By how many minutes the clock was set between batches, where it was. */
  private static List<Long> jumps(List<Batch> batches) {
    List<Long> jumps = new java.util.ArrayList<>();
    for (int i = 1; i < batches.size(); i++) {
      long micros = batches.get(i).startMicros() - batches.get(i - 1).endMicros();
      if (micros != 0) {
        jumps.add(Math.round((double) micros / MINUTE_MICROS));
      }
    }
    return jumps;
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(40, TimeUnit.SECONDS);
  }
}
