package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.FakeMachineDriver.Operation;
import org.phonemirror.core.repair.Cause;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;

/** A mirror that diverges and the real code of a phone, with their asks and answers. */
class MirrorRepairTest {
  /** Found, asked, told, asked, told. */
  private static final int INTERVALS = 6;

  @TempDir Path directory;
  private World world;
  private FakePhone phone;
  private int mostAsked;
  private int mostAnswered;

  @BeforeEach
  void start() throws IOException {
    world = new World(directory);
    phone = new FakePhone(directory.resolve("phone"), "reference");
    world.phoneOn();
    exchange(phone.boot());
  }

  @AfterEach
  void stop() {
    world.close();
  }

  /** Sends a message, lets the mirror replay it, and the phone know what came back. */
  private MirrorStatus exchange(SyncMessage message) {
    Acknowledgement answer = world.send(message);
    assertThat(answer.status()).as(answer.detail()).isEqualTo(Acknowledgement.Status.ACCEPTED);
    int asked = answer.asks().stream().mapToInt(SyncCodec::length).sum();
    mostAsked = Math.max(mostAsked, asked);
    if (message instanceof Batch batch) {
      int answered = batch.answers().stream().mapToInt(SyncCodec::length).sum();
      mostAnswered = Math.max(mostAnswered, answered);
    }
    phone.acknowledged(answer);
    return world.awaitReplayed(message);
  }

  private MirrorStatus repairWithin(int intervals) throws IOException {
    MirrorStatus status = exchange(phone.idle());
    for (int i = 1; i < intervals && !identical(status); i++) {
      status = exchange(phone.idle());
    }
    assertThat(identical(status)).as("%s", status).isTrue();
    return status;
  }

  private static boolean identical(MirrorStatus status) {
    return status.last().filter(Comparison::identical).isPresent();
  }

  private static byte[] random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void aLostKeyIsRepairedAndCountedOnce() throws Exception {
    exchange(phone.type("before"));
    world.driver.loseNextKey();
    MirrorStatus diverged = exchange(phone.type("abc"));
    assertThat(identical(diverged)).isFalse();
    MirrorStatus repaired = repairWithin(INTERVALS);
    assertThat(repaired.diverged()).isEqualTo(1);
    assertThat(repaired.repairs().diverged(Cause.RANDOM)).isEqualTo(1);
    assertThat(repaired.repairs().files()).isEqualTo(1);
    assertThat(repaired.repairs().wireBytes()).isBetween(50L, 400L);
    assertThat(repaired.divergedPer1000()).isGreaterThan(100);
    // and the user goes on in it
    assertThat(identical(exchange(phone.type("after")))).isTrue();
    world.driver.loseNextKey();
    exchange(phone.type("again"));
    assertThat(repairWithin(INTERVALS).diverged()).isEqualTo(2);
  }

  @Test
  void aMirrorThatCantBeWrittenToDivergesOpenlyAndAsksNothing() throws Exception {
    world.driver.refuseWrites("no agent");
    exchange(phone.type("before"));
    world.driver.loseNextKey();
    MirrorStatus diverged = exchange(phone.type("abc"));
    assertThat(identical(diverged)).isFalse();
    MirrorStatus still = diverged;
    for (int i = 0; i < INTERVALS; i++) {
      still = exchange(phone.idle());
    }
    assertThat(identical(still)).isFalse();
    assertThat(still.diverged()).isEqualTo(1);
    assertThat(still.beyondRepair()).isEqualTo(1);
    assertThat(still.repairs().files()).isZero();
    assertThat(mostAsked).isZero();
    // the mirror goes on: another line is replayed
    exchange(phone.type("after"));
    assertThat(world.driver.replayed()).hasSize(INTERVALS + 3);
  }

  @Test
  void filesDirectoriesLinksAndChangesOfKindAreRepaired() throws Exception {
    Path top = phone.storage();
    String deep = "a/b/c/d/e/f/g/h/i/j/k";
    Files.createDirectories(top.resolve(deep));
    Files.write(top.resolve(deep + "/deep"), random(1, 100));
    Files.createDirectories(top.resolve("kinds/will be a file/with/content"));
    Files.writeString(top.resolve("kinds/will be a file/with/content/x"), "x");
    Files.writeString(top.resolve("kinds/will be a directory"), "file");
    Files.createSymbolicLink(top.resolve("kinds/link"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(top.resolve("kinds/will be a link too"), Path.of(".."));
    Files.writeString(top.resolve("kinds/empty"), "");
    for (String odd :
        List.of("new\nline", "quo\"te'", "back\\slash", " ", "-rf", "ünï", "%s", "日本")) {
      Files.writeString(top.resolve("kinds/" + odd), odd);
    }
    repairWithin(12);
    for (String gone : List.of("/with/content/x", "/with/content", "/with", "")) {
      Files.delete(top.resolve("kinds/will be a file" + gone));
    }
    Files.writeString(top.resolve("kinds/will be a file"), "now");
    Files.delete(top.resolve("kinds/will be a directory"));
    Files.createDirectory(top.resolve("kinds/will be a directory"));
    Files.writeString(top.resolve("kinds/will be a directory/in it"), "content");
    Files.delete(top.resolve("kinds/link"));
    Files.createSymbolicLink(top.resolve("kinds/link"), Path.of("elsewhere"));
    Files.delete(top.resolve("kinds/empty"));
    Files.delete(top.resolve(deep + "/deep"));
    repairWithin(12);
  }

  @Test
  void aFileOfManyIntervalsWaitsForAWhileAndKeepsToTheBudget() throws Exception {
    byte[] content = random(2, 50_000);
    Files.write(phone.storage().resolve("home/big"), content);
    MirrorStatus status = repairWithin(40);
    int budget = World.PROFILE.repairBudget();
    assertThat(mostAsked + mostAnswered).isLessThanOrEqualTo(budget + mostAsked);
    assertThat(mostAnswered).isBetween(budget / 2, budget);
    assertThat(mostAsked).isLessThanOrEqualTo(budget / 2);
    assertThat(status.repairs().wireBytes()).isBetween(50_000L, 52_000L);
    assertThat(status.diverged()).isEqualTo(1);
  }

  @Test
  void onWifiABigFileIsRepairedAtOnce() throws Exception {
    Files.write(phone.storage().resolve("home/big"), random(3, 150_000));
    phone.setOnWifi(true);
    repairWithin(INTERVALS);
  }

  @Test
  void aPostponedFileGoesOutWhenThePhoneComesToWifi() throws Exception {
    Files.write(phone.storage().resolve("home/big"), random(3, 150_000));
    List<Batch> sent = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      sent.add(phone.idle());
      exchange(sent.get(i));
    }
    assertThat(sent)
        .flatExtracting(Batch::answers)
        .contains(new Answer.None("home/big", Answer.Reason.POSTPONED));
    phone.setOnWifi(true);
    repairWithin(2);
  }

  @Test
  void aSmallerBudgetOfTheProfileReachesThePhone() throws Exception {
    MirrorProfile changed = new MirrorProfile("reference", Duration.ofSeconds(10), 2048);
    world.profile = Optional.of(changed);
    world.mirrors().profileChanged(World.ALICE, world.profile);
    World.eventually(
        () -> world.settingsSent.get(world.settingsSent.size() - 1).repairBudget() == 2048);
  }

  @Test
  void aFileThatGoesOnChangingIsRepairedInTheEnd() throws Exception {
    Path file = phone.storage().resolve("home/log");
    Files.write(file, random(4, 30_000));
    phone.setOnWifi(true);
    for (int i = 0; i < 10; i++) {
      Files.writeString(file, "line " + i + "\n", StandardOpenOption.APPEND);
      exchange(phone.idle());
    }
    MirrorStatus status = repairWithin(INTERVALS);
    // after the first time only what was appended was told
    assertThat(status.repairs().wireBytes()).isLessThan(36_000);
    assertThat(status.beyondRepair()).isZero();
  }

  @Test
  void aRestartInTheMiddleOfARepairLosesNothing() throws Exception {
    Files.write(phone.storage().resolve("home/big"), random(5, 40_000));
    for (int i = 0; i < 13; i++) {
      exchange(phone.idle());
    }
    world.close();
    world.open();
    MirrorStatus status = repairWithin(40);
    assertThat(status.diverged()).isEqualTo(1);
  }

  @Test
  void aMachineThatDiesWhileItIsWrittenToIsRebuiltAndRepaired() throws Exception {
    world.driver.failNext(Operation.WRITE, "guest was killed");
    Files.write(phone.storage().resolve("home/file"), random(6, 4_000));
    MirrorStatus status = repairWithin(INTERVALS);
    assertThat(status.failure()).isEmpty();
    exchange(phone.shutdown());
    assertThat(world.status().orElseThrow().diverged()).isEqualTo(1);
  }

  @Test
  void whatIsBeingWrittenIsNotCalledDiverged() throws Exception {
    Files.writeString(phone.storage().resolve("home/writing"), "half");
    assertThat(exchange(phone.idleButWriting("home/writing")).diverged()).isZero();
    assertThat(identical(exchange(phone.idleButWriting("home")))).isTrue();
    assertThat(exchange(phone.idle()).diverged()).isEqualTo(1);
  }

  @Test
  void aPhoneThatCannotReadItsStorageIsNotCompared() throws Exception {
    Files.writeString(phone.storage().resolve("home/file"), "there");
    MirrorStatus status = exchange(phone.idleButWriting(""));
    assertThat(status.diverged()).isZero();
    assertThat(identical(status)).isTrue();
  }

  @Test
  void lostEventsAreTheCause() throws Exception {
    Files.writeString(phone.storage().resolve("home/typed too fast"), "lost");
    MirrorStatus status = exchange(phone.idleButLost(3));
    assertThat(status.repairs().diverged(Cause.LOSS)).isEqualTo(1);
  }

  @Test
  void whatIsOutOfScopeIsNeitherComparedNorRepaired() throws Exception {
    StorageScope scope = StorageScope.parse("", "home/.cache");
    world.driver.setScope(scope);
    phone.setScope(scope);
    world.close();
    world.open();
    Files.createDirectories(phone.storage().resolve("home/.cache"));
    Files.writeString(phone.storage().resolve("home/.cache/x"), "phone's own");
    assertThat(exchange(phone.idle()).diverged()).isZero();
    Files.writeString(phone.storage().resolve("home/.cached"), "counts");
    exchange(phone.idle());
    repairWithin(INTERVALS);
    World.eventually(
        () -> world.settingsSent.get(world.settingsSent.size() - 1).scope().equals(scope));
  }

  @Test
  void whatCannotBeRepairedIsReportedAndAskedForMoreAndMoreRarely() throws Exception {
    new ProcessBuilder("mkfifo", phone.storage().resolve("home/pipe").toString()).start().waitFor();
    Files.writeString(phone.storage().resolve("home/file"), "repaired all the same");
    int asks = 0;
    MirrorStatus status = exchange(phone.idle());
    for (int i = 0; i < 40; i++) {
      Batch batch = phone.idle();
      status = exchange(batch);
      asks += batch.answers().isEmpty() ? 0 : 1;
    }
    assertThat(status.beyondRepair()).isEqualTo(1);
    assertThat(status.repairs().files()).isEqualTo(1);
    assertThat(status.diverged()).isEqualTo(1);
    assertThat(asks).isBetween(3, 8);
    assertThat(mostAnswered).isLessThan(Limits.MIN_REPAIR_BUDGET);
  }
}
