package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import org.phonemirror.core.subscriber.MirrorCondition;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.SyncMessage;

/** Mirrors that make room for each other, and what may happen meanwhile. */
class HibernationTest {
  private static final Impu ALICE = World.ALICE;
  private static final Impu BOB = new Impu("sip:+15550002@ims.test");
  private static final PlacementSettings NO_ROOM = PlacementSettings.defaults().withMemoryBytes(0);

  @TempDir Path directory;
  private World world;
  private FakePhone phone;

  @BeforeEach
  void start() throws Exception {
    world = new World(directory, NO_ROOM);
    phone = new FakePhone(directory.resolve("phone"), "reference");
    world.driver.setUsage(ALICE.uri(), new MachineUsage(0, 60));
    world.driver.setUsage(BOB.uri(), new MachineUsage(0, 60));
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private Batch sendLine(String line) throws Exception {
    Batch batch = phone.type(line);
    world.sendAccepted(batch);
    return batch;
  }

  /** A mirror with one interval, which has hibernated. */
  private Batch hibernated() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    Batch batch = sendLine("one");
    world.await(s -> s.replayed() == batch.sequence() && s.phase() == Phase.HIBERNATED);
    return batch;
  }

  private void assertEqualAndReplayedOnce(MirrorStatus status, int batches) {
    assertThat(status.diverged()).isZero();
    assertThat(status.last().map(Comparison::identical)).contains(true);
    assertThat(world.driver.replayed()).hasSize(batches);
  }

  @Test
  void aMirrorThatHibernatesAfterEveryIntervalFollowsItsPhone() throws Exception {
    hibernated();
    for (String line : List.of("two", "three", "four")) {
      Batch batch = sendLine(line);
      world.await(s -> s.replayed() == batch.sequence() && s.phase() == Phase.HIBERNATED);
    }
    assertEqualAndReplayedOnce(world.status().orElseThrow(), 4);
    assertThat(world.mirrors().placement().hibernations()).isGreaterThanOrEqualTo(4);
    assertThat(world.mirrors().placement().residents()).isZero();
    assertThat(world.driver.latest(ALICE.uri()).orElseThrow().position()).isEqualTo(5);
    assertThat(world.conditions)
        .as("where it is kept is nobody's business")
        .containsExactly(
            Optional.of(MirrorCondition.Phase.STARTING),
            Optional.of(MirrorCondition.Phase.RUNNING));
  }

  @Test
  void theOneThatIsDueLastMakesRoomAndComesBack() throws Exception {
    world.restart(NO_ROOM.withMemoryBytes(100));
    world.phoneOn();
    world.sendAccepted(phone.boot());
    world.awaitReplayed(sendLine("one"));
    FakePhone bobs = new FakePhone(directory.resolve("bob"), "reference");
    world.mirrors().phoneOn(BOB);
    world.awaitPhase(BOB, Phase.RUNNING);
    world.sendAccepted(BOB, bobs.boot());
    Batch longer =
        bobs.type("a line that takes longer than the ten seconds of the others ".repeat(20));
    world.sendAccepted(BOB, longer);
    world.await(BOB, s -> s.replayed() == longer.sequence() && s.phase() == Phase.HIBERNATED);
    assertThat(world.status().orElseThrow().phase()).isEqualTo(Phase.RUNNING);

    Batch again = bobs.type("again");
    world.sendAccepted(BOB, again);
    assertThat(world.awaitReplayed(BOB, again).diverged()).isZero();
    Batch two = sendLine("two");
    assertEqualAndReplayedOnce(world.awaitReplayed(two), 4);
  }

  @Test
  void mirrorsThatAllCatchUpDoNotAllWaitInMemory() throws Exception {
    world.restart(NO_ROOM.withParallelism(1));
    world.phoneOn();
    FakePhone bobs = new FakePhone(directory.resolve("bob"), "reference");
    world.mirrors().phoneOn(BOB);
    world.awaitPhase(BOB, Phase.RUNNING);
    Gate boot = world.driver.holdNext(Operation.POWER_ON);
    world.sendAccepted(phone.boot());
    boot.awaitReached();
    int starts = world.driver.calls(Operation.START);
    world.sendAccepted(BOB, bobs.boot());
    for (int i = 1; i <= 20; i++) {
      sendLine("line " + i);
      world.sendAccepted(BOB, bobs.type("line " + i));
    }
    boot.open();
    for (Impu each : List.of(ALICE, BOB)) {
      MirrorStatus status = world.await(each, s -> s.replayed() == 21);
      assertThat(status.last().map(Comparison::identical)).contains(true);
    }
    assertThat(world.driver.replayed()).hasSize(40);
    assertThat(world.driver.calls(Operation.START))
        .as("one of the two has left, though it had more to replay, and come back")
        .isGreaterThan(starts);
  }

  @Test
  void aMessageThatComesWhileItIsSavedBringsItBack() throws Exception {
    Gate save = world.driver.holdNext(Operation.SAVE);
    world.phoneOn();
    world.sendAccepted(phone.boot());
    save.awaitReached();
    List<SyncMessage> sent = List.of(sendLine("one"), sendLine("two"));
    save.open();
    assertEqualAndReplayedOnce(world.awaitReplayed(sent.get(1)), 2);
  }

  @Test
  void aPhoneThatIsSwitchedOffMeanwhileNeedsNoMachineButForWhatItHasSent() throws Exception {
    hibernated();
    int starts = world.driver.calls(Operation.START);
    world.mirrors().phoneOff(ALICE);
    world.awaitPhase(ALICE, Phase.SAVED);
    assertThat(world.driver.calls(Operation.START)).isEqualTo(starts);

    Shutdown shutdown = phone.shutdown();
    world.sendAccepted(shutdown);
    MirrorStatus saved =
        world.await(s -> s.replayed() == shutdown.sequence() && s.phase() == Phase.SAVED);
    assertEqualAndReplayedOnce(saved, 1);
    assertThat(world.driver.calls(Operation.START)).isEqualTo(starts + 1);
    assertThat(world.mirrors().placement().placed()).isZero();
  }

  @Test
  void aSubscriptionThatEndsWhileItIsSavedLeavesNothing() throws Exception {
    Gate save = world.driver.holdNext(Operation.SAVE);
    world.phoneOn();
    world.sendAccepted(phone.boot());
    save.awaitReached();
    world.profile = Optional.empty();
    world.mirrors().profileChanged(ALICE, Optional.empty());
    save.open();
    World.eventually(() -> world.driver.latest(ALICE.uri()).isEmpty());
    world.awaitPhase(ALICE, Phase.ABSENT);
    assertThat(world.mirrors().placement().residents()).isZero();
  }

  @Test
  void aSubscriptionThatEndsWhileItHibernatesLeavesNothing() throws Exception {
    hibernated();
    int starts = world.driver.calls(Operation.START);
    world.profile = Optional.empty();
    world.mirrors().profileChanged(ALICE, Optional.empty());
    World.eventually(() -> world.driver.latest(ALICE.uri()).isEmpty());
    assertThat(world.driver.calls(Operation.START)).isEqualTo(starts);
  }

  @Test
  void aServerThatStopsAndStartsLeavesItWhereItIsUntilThereIsSomethingToReplay() throws Exception {
    hibernated();
    int starts = world.driver.calls(Operation.START);
    world.restart(PlacementSettings.defaults());
    world.awaitPhase(ALICE, Phase.HIBERNATED);
    assertThat(world.driver.calls(Operation.START)).isEqualTo(starts);
    Batch two = sendLine("two");
    assertEqualAndReplayedOnce(world.awaitReplayed(two), 2);
    assertThat(world.driver.calls(Operation.START)).isEqualTo(starts + 1);
  }

  @Test
  void aServerThatStopsInMidSaveLosesNothing() throws Exception {
    Gate save = world.driver.holdNext(Operation.SAVE);
    world.phoneOn();
    world.sendAccepted(phone.boot());
    save.awaitReached();
    Batch one = sendLine("one");
    Thread opener = new Thread(save::open);
    opener.start();
    world.restart(NO_ROOM);
    opener.join();
    assertEqualAndReplayedOnce(world.awaitReplayed(one), 1);
  }

  @Test
  void oneThatCanNotBeSavedStaysAndGoesLater() throws Exception {
    world.driver.failNext(Operation.SAVE, "No space left on device");
    world.phoneOn();
    world.sendAccepted(phone.boot());
    world.awaitPhase(ALICE, Phase.HIBERNATED);
    assertThat(world.driver.calls(Operation.SAVE)).isEqualTo(2);
    assertThat(world.driver.calls(Operation.START)).as("it was not thrown away").isEqualTo(1);
    assertEqualAndReplayedOnce(world.awaitReplayed(sendLine("one")), 1);
  }

  @Test
  void oneThatCanNotBeSavedForLongSaysSoAndFollowsItsPhone() throws Exception {
    for (int i = 0; i < 1000; i++) {
      world.driver.failNext(Operation.SAVE, "No space left on device");
    }
    world.phoneOn();
    world.sendAccepted(phone.boot());
    MirrorStatus failed = world.await(s -> s.failure().contains("No space left"));
    assertThat(failed.phase()).isEqualTo(Phase.FAILED);
    Batch one = sendLine("one");
    world.awaitReplayed(one);
    world.driver.mend(Operation.SAVE);
    MirrorStatus saved = world.awaitPhase(ALICE, Phase.HIBERNATED);
    assertThat(saved.failure()).isEmpty();
    assertThat(world.driver.calls(Operation.START)).isEqualTo(1);
    assertEqualAndReplayedOnce(saved, 1);
  }

  @Test
  void ofManyOnlyThoseThatHaveSomethingToReplayAreStartedAfterTheServer() throws Exception {
    List<Impu> subscribers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Impu subscriber = new Impu("sip:+1555100" + i + "@ims.test");
      subscribers.add(subscriber);
      world.driver.setUsage(subscriber.uri(), new MachineUsage(0, 60));
      FakePhone its = new FakePhone(directory.resolve("phone-" + i), "reference");
      world.mirrors().phoneOn(subscriber);
      world.awaitPhase(subscriber, Phase.RUNNING);
      world.sendAccepted(subscriber, its.boot());
    }
    for (Impu subscriber : subscribers) {
      world.awaitPhase(subscriber, Phase.HIBERNATED);
    }
    int starts = world.driver.calls(Operation.START);
    world.restart(NO_ROOM);
    for (Impu subscriber : subscribers) {
      world.awaitPhase(subscriber, Phase.HIBERNATED);
    }
    assertThat(world.driver.calls(Operation.START)).isEqualTo(starts);
    assertThat(world.mirrors().placement().placed()).isEqualTo(30);
  }
}
