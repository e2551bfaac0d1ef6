package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.FakeMachineDriver.Operation;
import org.phonemirror.core.machine.Gate;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.mirror.MirrorStatus.Phase;
import org.phonemirror.core.placement.PlacementSettings;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Batch;

/** When there is no room for another mirror, and when one takes more than its share. */
class RoomTest {
  private static final Impu ALICE = World.ALICE;
  private static final Impu BOB = new Impu("sip:+15550002@ims.test");

  /** Room for one that needs 4 s in an interval of 10 s, and not for two. */
  private static final PlacementSettings SMALL =
      new PlacementSettings(
          2,
          1L << 30,
          1,
          0.6,
          Duration.ofMillis(100),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          0);

  @TempDir Path directory;
  private World world;
  private FakePhone alices;
  private FakePhone bobs;

  @BeforeEach
  void start() throws Exception {
    world = new World(directory, SMALL);
    alices = new FakePhone(directory.resolve("alice"), "reference");
    bobs = new FakePhone(directory.resolve("bob"), "reference");
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private void uses(Impu subscriber, Duration cpu) {
    world.driver.setUsage(subscriber.uri(), new MachineUsage(cpu.toMillis() * 1000, 60));
  }

  /** Alice's mirror has needed 4 s in its first interval. */
  private void aliceFillsTheServer() throws Exception {
    world.phoneOn();
    world.sendAccepted(alices.boot());
    world.await(status -> status.replayed() == 1);
    uses(ALICE, Duration.ofSeconds(4));
    Batch batch = alices.type("one");
    world.sendAccepted(batch);
    world.awaitReplayed(batch);
  }

  @Test
  void oneThatDoesNotFitWaitsWithWhatItsPhoneSendsUntilItDoes() throws Exception {
    aliceFillsTheServer();
    world.mirrors().phoneOn(BOB);
    MirrorStatus refused = world.awaitPhase(BOB, Phase.REFUSED);
    assertThat(refused.failure()).startsWith("no room: 1 mirrors need").contains("more CPUs");
    assertThat(world.mirrors().placement().refused()).isEqualTo(1);
    world.sendAccepted(BOB, bobs.boot());
    world.sendAccepted(BOB, bobs.type("one"));
    Batch two = bobs.type("two");
    world.sendAccepted(BOB, two);
    assertThat(world.awaitPhase(BOB, Phase.REFUSED).replayed()).isZero();

    world.sendAccepted(alices.shutdown());
    world.mirrors().phoneOff(ALICE);
    world.awaitPhase(ALICE, Phase.SAVED);
    MirrorStatus status = world.awaitReplayed(BOB, two);
    assertThat(status.diverged()).isZero();
    assertThat(status.intervals()).isEqualTo(2);
    assertThat(status.failure()).isEmpty();
    assertThat(world.mirrors().placement().refused()).isZero();
  }

  @Test
  void oneThatHasItsPlaceKeepsItAcrossARestartAndANewOneGetsNone() throws Exception {
    aliceFillsTheServer();
    world.restart(SMALL.withCpuShare(0.001));
    Batch two = alices.type("two");
    world.sendAccepted(two);
    assertThat(world.awaitReplayed(two).diverged()).isZero();
    world.mirrors().phoneOn(BOB);
    world.awaitPhase(BOB, Phase.REFUSED);
    assertThat(world.driver.latest(BOB.uri())).isEmpty();
  }

  @Test
  void oneThatWaitsGoesWithItsPhone() throws Exception {
    aliceFillsTheServer();
    world.mirrors().phoneOn(BOB);
    world.awaitPhase(BOB, Phase.REFUSED);
    world.mirrors().phoneOff(BOB);
    world.awaitPhase(BOB, Phase.SAVED);
    assertThat(world.mirrors().placement().refused()).isZero();
  }

  @Test
  void oneThatUsesTooMuchIsStoppedAndSaysSoAndTheOthersGoOn() throws Exception {
    world.restart(
        PlacementSettings.defaults().withParallelism(2).withCpuPerInterval(Duration.ofMillis(200)));
    world.phoneOn();
    world.mirrors().phoneOn(BOB);
    world.awaitPhase(BOB, Phase.RUNNING);
    world.sendAccepted(alices.boot());
    world.sendAccepted(BOB, bobs.boot());
    world.await(status -> status.replayed() == 1);
    world.await(BOB, status -> status.replayed() == 1);

    Gate spinning = world.driver.holdNext(Operation.REPLAY);
    Batch endless = alices.type("endless");
    world.sendAccepted(endless);
    spinning.awaitReached();
    Batch beside = bobs.type("beside");
    world.sendAccepted(BOB, beside);
    assertThat(world.awaitReplayed(BOB, beside).diverged()).isZero();
    uses(ALICE, Duration.ofSeconds(5));
    MirrorStatus failed = world.awaitPhase(ALICE, Phase.FAILED);
    assertThat(failed.failure()).contains("used 5.0 s of CPU", "mirrors.cpu-seconds-per-interval");

    uses(ALICE, Duration.ZERO);
    MirrorStatus status = world.awaitReplayed(endless);
    assertThat(status.diverged()).isZero();
    world.awaitPhase(ALICE, Phase.RUNNING);
    assertThat(world.driver.replayed()).hasSize(2);
  }

  @Test
  void howLateReplaysAreIsCounted() throws Exception {
    world.phoneOn();
    world.sendAccepted(alices.boot());
    Gate slow = world.driver.holdNext(Operation.REPLAY);
    Batch batch = alices.type("one");
    world.sendAccepted(batch);
    slow.awaitReached();
    slow.open();
    world.awaitReplayed(batch);
    assertThat(world.mirrors().placement().replays()).isEqualTo(2);
    assertThat(world.mirrors().placement().ended().max())
        .isGreaterThanOrEqualTo(world.mirrors().placement().begun().p50());
    assertThat(world.mirrors().placement().depth()).isZero();
  }
}
