package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.FakeMachineDriver.Operation;
import org.phonemirror.core.repair.Cause;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.IpNetwork;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.PortRange;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncSettings;

class MirrorTest {
  @TempDir Path directory;
  private World world;
  private FakePhone phone;

  @BeforeEach
  void start() throws IOException {
    world = new World(directory);
    phone = new FakePhone(directory.resolve("phone"), "reference");
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void whatIsTypedOnThePhoneReappearsAcrossOffAndOn() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    world.sendAccepted(phone.type("one"));
    world.sendAccepted(phone.type("two"));
    Shutdown shutdown = phone.shutdown();
    world.sendAccepted(shutdown);
    world.mirrors().phoneOff(World.ALICE);
    MirrorStatus saved = world.await(status -> status.phase() == MirrorStatus.Phase.SAVED);
    assertThat(saved.replayed()).isEqualTo(shutdown.sequence());

    world.phoneOn();
    world.sendAccepted(phone.boot());
    Batch last = phone.type("three");
    world.sendAccepted(last);
    MirrorStatus status = world.awaitReplayed(last);
    assertThat(status.intervals()).isEqualTo(4);
    assertThat(status.diverged()).isZero();
    assertThat(status.last()).contains(new Comparison(true, 1, 14, 0));
  }

  @Test
  void thePhoneIsToldWhereToSynchronizeWithAKeyThatIsValid() {
    world.phoneOn();
    var settings = world.settingsSent.get(0);
    assertThat(settings.server()).hasToString("coaps://127.0.0.1:5684");
    assertThat(settings.interval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(world.keys.find(settings.identity()))
        .hasValueSatisfying(
            entry -> {
              assertThat(entry.subscriber()).isEqualTo(World.ALICE);
              assertThat(entry.key()).isEqualTo(settings.key());
            });
  }

  @Test
  void aNewKeyComesWithEveryBootOfThePhoneAndEndsTheOldOne() {
    world.phoneOn();
    world.mirrors().phoneOff(World.ALICE);
    world.await(status -> status.phase() == MirrorStatus.Phase.SAVED);
    world.phoneOn();
    assertThat(world.settingsSent).hasSize(2);
    assertThat(world.keys.find(world.settingsSent.get(0).identity())).isEmpty();
    assertThat(world.keys.find(world.settingsSent.get(1).identity())).isPresent();
  }

  @Test
  void settingsThatDidNotReachThePhoneAreSentAgain() {
    world.sendFailures.add(new IOException("408 Request Timeout"));
    world.sendFailures.add(new IOException("480 Temporarily Unavailable"));
    world.phoneOn();
    assertThat(world.sendFailures).isEmpty();
    assertThat(world.settingsSent).hasSize(1);
  }

  @Test
  void newerSettingsDoNotOvertakeOlderOnes() {
    world.answer = new CompletableFuture<>();
    world.phoneOn();
    for (int seconds : new int[] {20, 30}) {
      MirrorProfile changed = new MirrorProfile("reference", Duration.ofSeconds(seconds));
      world.mirrors().profileChanged(World.ALICE, Optional.of(changed));
    }
    world.await(status -> status.phase() == MirrorStatus.Phase.RUNNING);
    assertThat(world.settingsSent).hasSize(1);
    world.answer.complete(null);
    World.eventually(
        () -> {
          SyncSettings last = world.settingsSent.get(world.settingsSent.size() - 1);
          return last.interval().equals(Duration.ofSeconds(30));
        });
  }

  @Test
  void aSubscriberWithoutProfileGetsNoMirror() throws Exception {
    world.profile = Optional.empty();
    world.watchable = false; // an HSS has nothing to watch there
    world.mirrors().phoneOn(World.ALICE);
    world.await(status -> status.phase() == MirrorStatus.Phase.ABSENT);
    assertThat(world.settingsSent).isEmpty();
    Acknowledgement answer = world.send(phone.boot());
    assertThat(answer.status()).isEqualTo(Status.UNAVAILABLE);
    assertThat(answer.detail()).contains("no mirror");
    world.mirrors().phoneOff(World.ALICE);
    World.eventually(() -> world.status().isEmpty());
    assertThat(world.conditions).isEmpty();
  }

  @Test
  void aProfileThatIsMadeWhileThePhoneIsOnMakesAMirror() throws Exception {
    world.profile = Optional.empty();
    world.mirrors().phoneOn(World.ALICE);
    world.await(status -> status.phase() == MirrorStatus.Phase.ABSENT);
    world.profile = Optional.of(World.PROFILE);
    world.await(status -> status.phase() == MirrorStatus.Phase.RUNNING);
    World.eventually(() -> world.settingsSent.size() == 1);
    world.sendAccepted(phone.boot());
  }

  @Test
  void theNetworkIsToldOfEachPhaseOnce() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    Batch batch = phone.type("more");
    world.sendAccepted(batch);
    world.awaitReplayed(batch);
    world.mirrors().phoneOff(World.ALICE);
    World.eventually(() -> world.conditions.size() == 3);
    world.profile = Optional.empty();
    world.mirrors().profileChanged(World.ALICE, Optional.empty());
    World.eventually(() -> world.conditions.size() == 4);
    assertThat(world.conditions)
        .containsExactly(
            Optional.of(MirrorCondition.Phase.STARTING),
            Optional.of(MirrorCondition.Phase.RUNNING),
            Optional.of(MirrorCondition.Phase.SAVED),
            Optional.empty());
  }

  @Test
  void anHssThatDoesNotTellOfChangesCostsNoMirror() {
    world.watchable = false;
    world.phoneOn();
    assertThat(world.settingsSent).hasSize(1);
  }

  @Test
  void aProfileThatCannotBeHadIsAskedForUntilItCan() {
    for (int i = 0; i < 4; i++) {
      world.lookUpFailures.add(World.unreachable());
    }
    world.phoneOn();
    assertThat(world.lookUpFailures).isEmpty();
  }

  @Test
  void aMessageSentAgainIsAcknowledgedAndReplayedOnce() throws Exception {
    world.phoneOn();
    Boot boot = phone.boot();
    world.sendAccepted(boot);
    Batch batch = phone.type("once");
    world.sendAccepted(batch);
    world.awaitReplayed(batch);
    assertThat(world.send(batch).status()).isEqualTo(Status.ACCEPTED);
    assertThat(world.send(boot).status()).isEqualTo(Status.ACCEPTED);
    Batch next = phone.type("more");
    world.sendAccepted(next);
    assertThat(world.awaitReplayed(next).diverged()).isZero();
    assertThat(world.driver.replayed()).hasSize(2);
  }

  @Test
  void aMessageThatSkipsOneIsRefusedWithTheNumberThatIsNext() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    Batch skipped = phone.type("one");
    Batch tooEarly = phone.type("two");
    Acknowledgement answer = world.send(tooEarly);
    assertThat(answer.status()).isEqualTo(Status.OUT_OF_ORDER);
    assertThat(answer.expected()).isEqualTo(skipped.sequence());
    world.sendAccepted(skipped);
    world.sendAccepted(tooEarly);
    assertThat(world.awaitReplayed(tooEarly).diverged()).isZero();
  }

  @Test
  void anotherPhonesBatchIsRefusedAndNothingIsReplayed() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    FakePhone other = new FakePhone(directory.resolve("other"), "reference");
    other.boot();
    other.boot(); // another boot id than the phone's
    Batch foreign = other.type("foreign");
    other.takeBack(foreign);
    Batch withNextNumber =
        new Batch(
            2,
            foreign.bootId(),
            foreign.startMicros(),
            foreign.lengthMicros(),
            foreign.events(),
            0,
            foreign.digest());
    assertThat(world.send(withNextNumber).status()).isEqualTo(Status.UNKNOWN_BOOT);
    Batch own = phone.type("own");
    world.sendAccepted(own);
    assertThat(world.awaitReplayed(own).diverged()).isZero();
    assertThat(world.driver.replayed()).hasSize(1);
  }

  @Test
  void aPhoneThatForgotItsNumberIsToldTheNextOneAndNothingIsTakenForItsOldMessages()
      throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    world.sendAccepted(phone.type("one"));
    Boot afterReset = new Boot(1, 4711, 0, "reference");
    Acknowledgement answer = world.send(afterReset);
    assertThat(answer.status()).isEqualTo(Status.OUT_OF_ORDER);
    assertThat(answer.expected()).isEqualTo(3);
  }

  @Test
  void aBatchAfterTheShutdownNeedsABoot() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    world.sendAccepted(phone.shutdown());
    assertThat(world.send(phone.type("late")).status()).isEqualTo(Status.UNKNOWN_BOOT);
  }

  @Test
  void aPhoneOfAnotherModelIsRefusedByName() {
    world.phoneOn();
    Acknowledgement answer = world.send(new Boot(1, 1, 0, "other"));
    assertThat(answer.status()).isEqualTo(Status.MALFORMED);
    assertThat(answer.detail()).contains("'other'").contains("'reference'");
  }

  @Test
  void aMachineThatDiesInAReplayIsRebuiltAndEqualAgain() throws Exception {
    world.close();
    world = new World(directory.resolve("frequent"), 2, 1_000_000);
    world.phoneOn();
    world.sendAccepted(phone.boot());
    world.sendAccepted(phone.type("one"));
    Batch third = phone.type("two");
    world.sendAccepted(third);
    world.awaitReplayed(third);
    world.driver.failNext(Operation.REPLAY, "guest was killed");
    world.driver.failNext(Operation.READ_STORAGE, "guest was killed again");
    Batch last = phone.type("three");
    world.sendAccepted(last);
    MirrorStatus status = world.awaitReplayed(last);
    assertThat(status.intervals()).isEqualTo(3);
    assertThat(status.diverged()).isZero();
    assertThat(status.last()).contains(new Comparison(true, 1, 14, 0));
  }

  @Test
  void aMirrorThatKeepsFailingSaysWhyAndRecoversByItself() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    for (int i = 0; i < 6; i++) {
      world.driver.failNext(Operation.START, "template is damaged: ram");
    }
    world.driver.failNext(Operation.REPLAY, "guest was killed");
    Batch batch = phone.type("one");
    world.sendAccepted(batch);
    MirrorStatus failed = world.await(s -> s.phase() == MirrorStatus.Phase.FAILED);
    assertThat(failed.failure()).isEqualTo("template is damaged: ram");
    world.awaitReplayed(batch);
    MirrorStatus recovered = world.await(s -> s.phase() == MirrorStatus.Phase.RUNNING);
    assertThat(recovered.diverged()).isZero();
    assertThat(recovered.failure()).isEmpty();
  }

  @Test
  void aDivergenceIsCountedAndThePhoneIsTold() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    world.driver.loseNextKey();
    Batch lost = phone.type("abc");
    world.sendAccepted(lost);
    assertThat(world.awaitReplayed(lost).diverged()).isEqualTo(1);
    assertThat(world.send(phone.type("def")).notices())
        .containsExactly(new Notice("storage-diverged", "as of message 2"));
  }

  @Test
  void aMirrorThatIsFarBehindAsksThePhoneToWait() throws Exception {
    world.close();
    world = new World(directory.resolve("small"), 10, 1500);
    world.phoneOn();
    world.sendAccepted(phone.boot());
    for (int i = 0; i < 50; i++) {
      world.driver.failNext(Operation.START, "no room");
    }
    world.driver.failNext(Operation.POWER_ON, "no room");
    Acknowledgement answer = world.send(phone.type("line"));
    for (int i = 0; i < 8 && answer.status() == Status.ACCEPTED; i++) {
      answer = world.send(phone.type("line"));
    }
    assertThat(answer.status()).isEqualTo(Status.UNAVAILABLE);
    assertThat(answer.detail()).contains("try later");
  }

  @Test
  void aRestartOfTheServerGoesOnWhereItWas() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    world.sendAccepted(phone.type("one"));
    world.close();
    world.keys.removeAll(World.ALICE);
    world.open();
    World.eventually(() -> world.keys.find(world.settingsSent.get(0).identity()).isPresent());
    assertThat(world.keys.find(world.settingsSent.get(0).identity())).isPresent();
    Batch two = phone.type("two");
    world.sendAccepted(two);
    MirrorStatus status = world.awaitReplayed(two);
    assertThat(status.intervals()).isEqualTo(2);
    assertThat(status.diverged()).isZero();
  }

  @Test
  void whatChangedWhileTheServerWasDownReachesThePhone() throws Exception {
    world.phoneOn();
    world.close();
    world.profile = Optional.of(new MirrorProfile("reference", Duration.ofSeconds(30)));
    world.open();
    World.eventually(
        () ->
            world.settingsSent.stream()
                .anyMatch(settings -> settings.interval().equals(Duration.ofSeconds(30))));
    assertThat(world.settingsSent)
        .extracting(SyncSettings::identity)
        .as("one key")
        .hasSizeGreaterThan(1)
        .containsOnly(world.settingsSent.get(0).identity());
  }

  @Test
  void settingsThatDidNotLeaveBeforeTheServerWentDownAreSentAfterwards() throws Exception {
    for (int i = 0; i < 100; i++) {
      world.sendFailures.add(new IOException("480 Temporarily Unavailable"));
    }
    world.mirrors().phoneOn(World.ALICE);
    world.await(status -> status.phase() == MirrorStatus.Phase.RUNNING);
    world.close();
    assertThat(world.settingsSent).isEmpty();
    world.sendFailures.clear();
    world.open();
    World.eventually(() -> !world.settingsSent.isEmpty());
  }

  @Test
  void aSecondServerOnTheSameStateIsRefused() {
    assertThatThrownBy(() -> world.open())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use by another mirror server");
  }

  @Test
  void aSubscriptionThatEndsRemovesTheMirrorAndItsKey() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    world.profile = Optional.empty();
    world.mirrors().profileChanged(World.ALICE, Optional.empty());
    world.await(status -> status.phase() == MirrorStatus.Phase.ABSENT);
    World.eventually(() -> world.driver.latest(World.ALICE.uri()).isEmpty());
    assertThat(world.keys.find(world.settingsSent.get(0).identity())).isEmpty();
    World.eventually(() -> world.tapes.forgotten.contains(World.ALICE));
  }

  @Test
  void aPhoneOfANewModelBeginsAnew() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    world.sendAccepted(phone.type("old phone"));
    MirrorProfile changed = new MirrorProfile("other", Duration.ofSeconds(10));
    world.profile = Optional.of(changed);
    world.mirrors().profileChanged(World.ALICE, world.profile);
    world.await(s -> s.phoneModel().equals("other") && s.phase() == MirrorStatus.Phase.RUNNING);
    FakePhone other = new FakePhone(directory.resolve("other"), "other");
    world.sendAccepted(other.boot());
    Batch batch = other.type("new phone");
    world.sendAccepted(batch);
    assertThat(world.awaitReplayed(batch).last()).contains(new Comparison(true, 1, 10, 0));
  }

  @Test
  void aChangedIntervalReachesThePhone() {
    world.phoneOn();
    world
        .mirrors()
        .profileChanged(
            World.ALICE, Optional.of(new MirrorProfile("reference", Duration.ofSeconds(60))));
    World.eventually(() -> world.settingsSent.size() == 2);
    assertThat(world.settingsSent.get(1).interval()).isEqualTo(Duration.ofSeconds(60));
    assertThat(world.settingsSent.get(1).identity())
        .isEqualTo(world.settingsSent.get(0).identity());
  }

  private static final ServicePolicies SERVICES =
      new ServicePolicies(
          new ServicePolicies.Download(1, Duration.ofHours(2), true),
          new ServicePolicies.Upload(false, 3),
          new ServicePolicies.Antivirus(false),
          new ServicePolicies.Firewall(
              List.of(
                  new FirewallRule(
                      "r",
                      FirewallRule.Action.BLOCK,
                      FirewallRule.Protocol.UDP,
                      List.of(IpNetwork.parse("10.0.0.0/8"), IpNetwork.parse("2001:db8::1")),
                      List.of(new PortRange(1, 2)),
                      List.of("example.com"),
                      true))));

  @Test
  void whatTheJournalHoldsComesBackAsItWas() throws Exception {
    MirrorSerializer serializer = new MirrorSerializer();
    MirrorState state =
        MirrorState.empty()
            .apply(new MirrorEvent.Subscribed(World.PROFILE.withServices(SERVICES)))
            .apply(new MirrorEvent.PhoneTurnedOn("identity", new byte[16]))
            .apply(new MirrorEvent.MessageAccepted(SyncCodec.encode(phone.boot())))
            .apply(new MirrorEvent.MachineStarting(7))
            .apply(
                new MirrorEvent.Replayed(
                    1,
                    Optional.of(new Comparison(false, 1, 2, 3)),
                    new RepairCounts(Map.of(Cause.TLS, 1L), 2, 3, 4)))
            .apply(new MirrorEvent.Failed("reason"));
    MirrorState back =
        (MirrorState) serializer.fromBinary(serializer.toBinary(state), serializer.manifest(state));
    assertThat(back).usingRecursiveComparison().isEqualTo(state);
  }
}
