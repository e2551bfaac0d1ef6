package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.Batch;

/** Mirrors that lose checkpoints, or are built again: by an older one and the journal. */
class RebuildTest {
  private static final String MIRROR = World.ALICE.uri();

  @TempDir Path directory;
  private World world;
  private FakePhone phone;

  @BeforeEach
  void start() throws IOException {
    world = new World(directory, 3, 1_000_000);
    phone = new FakePhone(directory.resolve("phone"), "reference");
    world.phoneOn();
    world.sendAccepted(phone.boot());
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aDamagedCheckpointIsMadeUpForByTheOneBeforeAndTheJournal() throws Exception {
    type(8);
    world.close();
    int before = world.driver.replayed().size();
    long lost = newest();
    world.driver.damageNewest(MIRROR, 1);
    long left = newest();
    assertThat(left).isLessThan(lost);
    world.open();
    assertThat(typeOne().diverged()).isZero();
    assertThat(world.driver.replayed()).hasSizeGreaterThan(before + 1);
    assertThat(world.status().orElseThrow().intervals()).isEqualTo(9);
  }

  @Test
  void withoutAnyCheckpointItBeginsAtTheFactoryIfTheJournalReachesBack() throws Exception {
    type(2);
    world.close();
    world.driver.damageNewest(MIRROR, world.driver.positions(MIRROR).size());
    world.open();
    MirrorStatus status = typeOne();
    assertThat(status.diverged()).isZero();
    assertThat(status.last().orElseThrow().identical()).isTrue();
  }

  @Test
  void withoutAnyAndAJournalThatBeginsLaterItSaysWhatToDo() throws Exception {
    typeUntilTheJournalIsCompacted();
    world.close();
    world.driver.damageNewest(MIRROR, world.driver.positions(MIRROR).size());
    world.open();
    world.sendAccepted(phone.type("on"));
    MirrorStatus failed = world.await(s -> s.phase() == MirrorStatus.Phase.FAILED);
    assertThat(failed.failure()).contains("no whole checkpoint", "remove the subscriber's profile");
    RebuildStatus rebuilt = world.rebuild();
    assertThat(rebuilt.phase()).isEqualTo(RebuildStatus.Phase.FAILED);
    assertThat(rebuilt.failure()).isEqualTo(failed.failure());
  }

  @Test
  void aMirrorIsBuiltAgainAndEqualsItsPhone() throws Exception {
    type(5);
    RebuildStatus first = world.rebuild();
    assertThat(first.phase()).isEqualTo(RebuildStatus.Phase.DONE);
    assertThat(first.base()).isZero();
    assertThat(first.position()).isEqualTo(6);
    assertThat(first.comparison().orElseThrow().identical()).isTrue();

    typeUntilTheJournalIsCompacted();
    long base = world.driver.positions(MIRROR).get(0);
    assertThat(base).isPositive();
    long last = world.status().orElseThrow().replayed();
    int before = world.driver.replayed().size();
    RebuildStatus second = world.rebuild();
    assertThat(second.base()).isEqualTo(base);
    assertThat(second.position()).isEqualTo(last);
    assertThat(second.comparison().orElseThrow().identical()).isTrue();
    assertThat(world.driver.replayed()).hasSize(before + (int) (last - base));
    assertThat(typeOne().diverged()).isZero();
  }

  @Test
  void aMirrorWhosePhoneIsOffIsBuiltAgainAndSaved() throws Exception {
    type(3);
    world.sendAccepted(phone.shutdown());
    world.mirrors().phoneOff(World.ALICE);
    world.await(status -> status.phase() == MirrorStatus.Phase.SAVED);
    RebuildStatus rebuilt = world.rebuild();
    assertThat(rebuilt.position()).isEqualTo(5);
    assertThat(rebuilt.comparison().orElseThrow().identical()).isTrue();
    world.await(status -> status.phase() == MirrorStatus.Phase.SAVED);
    assertThat(world.driver.positions(MIRROR)).containsExactly(0L, 5L);
  }

  @Test
  void aSubscriberWithoutMirrorHasNothingToBuild() throws Exception {
    var nobody = new org.phonemirror.core.subscriber.Impu("sip:nobody@ims.test");
    RebuildStatus status = world.mirrors().rebuild(nobody, true).toCompletableFuture().get();
    assertThat(status).isEqualTo(RebuildStatus.NONE);
  }

  @Test
  void tapesAreKeptAsLongAsTheyMayBeReplayedAgain() throws Exception {
    typeUntilTheJournalIsCompacted();
    world.close();
    assertThat(world.tapes.released).endsWith(world.driver.positions(MIRROR).get(0));
    world.open();
  }

  /** Snapshots are taken every 200 events, and two are kept: some 250 messages. */
  private void typeUntilTheJournalIsCompacted() throws Exception {
    for (int i = 0; i < 400 && oldestEvent() < 2; i++) {
      typeOne();
    }
    assertThat(oldestEvent()).isGreaterThan(1);
  }

  private long oldestEvent() throws Exception {
    try (var connection =
            DriverManager.getConnection(
                "jdbc:sqlite:" + directory.resolve("state/journal.sqlite"));
        var statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT MIN(\"sequence_number\") FROM \"event_journal\"")) {
      return row.getLong(1);
    }
  }

  private long newest() {
    var positions = world.driver.positions(MIRROR);
    return positions.get(positions.size() - 1);
  }

  private void type(int lines) throws IOException {
    for (int i = 0; i < lines; i++) {
      typeOne();
    }
  }

  private MirrorStatus typeOne() throws IOException {
    Batch batch = phone.type("line");
    world.sendAccepted(batch);
    return world.awaitReplayed(batch);
  }
}
