package org.phonemirror.core.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.upload.UploadWorld.ALICE;
import static org.phonemirror.core.upload.UploadWorld.BOB;
import static org.phonemirror.core.upload.UploadWorld.cancel;
import static org.phonemirror.core.upload.UploadWorld.send;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.storage.UserFile;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Order;

class UploadServiceTest {
  private static final String BY_MAIL = "mailto:bob@mail.example";
  private static final String BY_MMS = "mms:+15550002";
  private static final String BY_WEB = "https://files.example/photo.jpg";

  @TempDir Path directory;
  private UploadWorld world;
  private final Script script = new Script();

  @BeforeEach
  void open() throws Exception {
    world = new UploadWorld(directory);
    for (Recipient.Kind kind : Recipient.Kind.values()) {
      world.carriers.put(kind, script);
    }
    world.open();
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void awaitTries(int count) {
    UploadWorld.await(() -> script.tried.size() >= count, () -> "tried " + script.tried);
  }

  /** What was tried is settled: when it is tried again was told by the clock of then. */
  private void awaitPause() {
    UploadWorld.await(() -> world.service().stats().sending() == 0, () -> "still sending");
  }

  private void awaitNoFiles() {
    UploadWorld.await(
        () -> world.service().stats().files() == 0, () -> world.service().stats().toString());
    assertThat(world.relayFiles()).isEmptyDirectory();
  }

  @Test
  void aFileGoesFromTheMirrorToEachRecipientAndIsForgotten() throws Exception {
    byte[] photo = world.write(ALICE, "dcim/photo.jpg", 5_000);
    world.settle(ALICE, send(1, "dcim/photo.jpg", photo, BY_MMS, BY_MAIL, BY_WEB, BY_MAIL));
    world.awaitNotices(1);
    assertThat(world.told("upload-sent")).as("one receipt for all").containsExactly("1 -");
    assertThat(world.notices.get(0).text()).isEqualTo("photo.jpg is sent to all 3 recipients");
    assertThat(script.got).containsExactlyInAnyOrder(BY_MMS, BY_MAIL, BY_WEB);
    assertThat(script.contents.get(BY_WEB)).isEqualTo(photo);
    assertThat(world.views).isEqualTo(1);
    awaitNoFiles();
    assertThat(world.service().stats().sent()).isEqualTo(3);
  }

  @Test
  void anOrderThatComesAgainIsNotCarriedOutAgain() throws Exception {
    byte[] photo = world.write(ALICE, "photo.jpg", 500);
    Order order = send(1, "photo.jpg", photo, BY_MAIL);
    world.settle(ALICE, order);
    world.settle(ALICE, order);
    world.awaitNotices(1);
    world.settle(ALICE, order, send(2, "photo.jpg", photo, BY_MMS));
    world.awaitNotices(2);
    assertThat(script.got).containsExactly(BY_MAIL, BY_MMS);
    assertThat(world.notices).hasSize(2);
  }

  @Test
  void aRecipientThatIsDownForAnHourGetsItOnce() throws Exception {
    Outcome down = Outcome.Later.unknown("down");
    script.answers(BY_MAIL, Collections.nCopies(6, down).toArray(Outcome[]::new));
    world.settle(ALICE, send(1, "p", world.write(ALICE, "p", 10), BY_MAIL, BY_WEB));
    world.awaitNotices(1);
    // after 1, 2, 4, 8, 16 and 32 minutes, not before
    for (int minutes = 1, tries = 2; minutes <= 32; minutes *= 2, tries++) {
      awaitTries(tries);
      awaitPause();
      world.clock.advance(Duration.ofMinutes(minutes).minusSeconds(1));
      world.settle(ALICE);
      assertThat(script.tried).hasSize(tries);
      world.clock.advance(Duration.ofSeconds(1));
    }
    world.awaitNotices(2);
    assertThat(script.got).containsExactly(BY_WEB, BY_MAIL);
    assertThat(world.service().stats().retries()).isEqualTo(6);
    awaitNoFiles();
  }

  @Test
  void receiptsThatComeTogetherAreOneNotice() throws Exception {
    script.answers(BY_WEB, Outcome.Later.unknown("down"));
    script.holds(BY_MMS);
    world.settle(ALICE, send(1, "p", world.write(ALICE, "p", 10), BY_MMS, BY_MAIL, BY_WEB));
    UploadWorld.await(() -> world.service().stats().sent() == 1, () -> "mail is not sent");
    assertThat(world.notices).as("as long as others are tried for the first time").isEmpty();
    script.goOn(BY_MMS);
    world.awaitNotices(1);
    assertThat(world.notices.get(0).all("to")).containsExactlyInAnyOrder(BY_MMS, BY_MAIL);
    assertThat(world.notices.get(0).text()).isEqualTo("p is sent to 2 of 3 recipients");
    awaitPause();
    world.clock.advance(Duration.ofMinutes(1));
    world.awaitNotices(2);
    assertThat(world.notices.get(1).all("to")).containsExactly(BY_WEB);
  }

  @Test
  void aReceiptDoesNotWaitForOthersForLong() throws Exception {
    script.holds(BY_MMS);
    world.settle(ALICE, send(1, "p", world.write(ALICE, "p", 10), BY_MMS, BY_MAIL));
    UploadWorld.await(() -> world.service().stats().sent() == 1, () -> "mail is not sent");
    world.clock.advance(Duration.ofMinutes(1));
    world.awaitNotices(1);
    assertThat(world.told("upload-sent")).containsExactly("1 " + BY_MAIL);
    script.goOn(BY_MMS);
    world.awaitNotices(2);
  }

  @Test
  void oneOfThreeThatRefusesDoesNotKeepTheOthers() throws Exception {
    script.answers(BY_MMS, new Outcome.Never(Reason.REFUSED, "no such number"));
    script.answers(BY_WEB, new Outcome.Later("busy", true, Optional.of(Duration.ofHours(3))));
    world.settle(ALICE, send(1, "p", world.write(ALICE, "p", 10), BY_MMS, BY_MAIL, BY_WEB));
    world.awaitNotices(2);
    assertThat(world.told("upload-failed")).containsExactly("1 " + BY_MMS + " refused");
    assertThat(world.told("upload-sent")).containsExactly("1 " + BY_MAIL);
    awaitTries(3);
    awaitPause();
    world.clock.advance(Duration.ofHours(2));
    world.settle(ALICE);
    assertThat(script.tried).hasSize(3);
    world.clock.advance(Duration.ofHours(1));
    world.awaitNotices(3);
    assertThat(world.told("upload-sent")).containsExactly("1 " + BY_WEB, "1 " + BY_MAIL);
  }

  @Test
  void whoIsDownForTooLongIsGivenUp() throws Exception {
    script.answers(
        BY_MAIL, Collections.nCopies(100, Outcome.Later.unknown("down")).toArray(Outcome[]::new));
    world.settle(ALICE, send(1, "p", world.write(ALICE, "p", 10), BY_MAIL));
    UploadWorld.await(
        () -> {
          world.clock.advance(Duration.ofMinutes(10));
          return !world.notices.isEmpty();
        },
        () -> "nothing is told");
    assertThat(world.told("upload-failed")).containsExactly("1 " + BY_MAIL + " unreachable");
    assertThat(world.notices.get(0).text()).isEqualTo("p is not sent to " + BY_MAIL + ": down");
    awaitNoFiles();
  }

  @Test
  void aMirrorThatHasAnotherVersionIsWaitedFor() throws Exception {
    byte[] meant = "as on the phone".getBytes(StandardCharsets.UTF_8);
    world.write(ALICE, "note", 15);
    world.settle(ALICE, send(1, "note", meant, BY_MAIL));
    world.settle(ALICE);
    assertThat(world.service().stats().awaited()).isEqualTo(1);
    Files.write(world.mirror(ALICE).resolve("note"), meant);
    world.settle(ALICE);
    world.awaitNotices(1);
    assertThat(script.contents.get(BY_MAIL)).isEqualTo(meant);

    // and of one that never comes the owner is told after a day
    world.settle(ALICE, send(2, "never", meant, BY_MAIL, BY_MMS));
    world.clock.advance(Duration.ofHours(25));
    world.settle(ALICE);
    world.awaitNotices(2);
    assertThat(world.told("upload-failed")).containsExactly("2 - not-on-mirror");
    assertThat(world.service().stats().failed()).isEqualTo(2);
  }

  @Test
  void linksOutOfTheMirrorLeadNowhere() throws Exception {
    byte[] secret = "of the server".getBytes(StandardCharsets.UTF_8);
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.write(outside.resolve("secret"), secret);
    Files.createSymbolicLink(world.mirror(ALICE).resolve("link"), outside.resolve("secret"));
    Files.createSymbolicLink(world.mirror(ALICE).resolve("dir"), outside);
    world.settle(
        ALICE,
        send(1, "link", secret, BY_MAIL),
        send(2, "dir/secret", secret, BY_MAIL),
        send(3, "../outside/secret", secret, BY_MAIL),
        send(4, "/etc/passwd", secret, BY_MAIL),
        send(5, "a//b", secret, BY_MAIL));
    world.awaitNotices(3);
    assertThat(world.told("upload-failed"))
        .containsExactly("3 - wrong-order", "4 - wrong-order", "5 - wrong-order");
    assertThat(UserFile.find(world.mirror(ALICE), "link")).isEmpty();
    assertThat(UserFile.find(world.mirror(ALICE), "dir/secret")).isEmpty();
    world.clock.advance(Duration.ofHours(25));
    world.settle(ALICE);
    world.awaitNotices(5);
    assertThat(world.told("upload-failed")).contains("1 - not-on-mirror", "2 - not-on-mirror");
    assertThat(script.tried).isEmpty();
  }

  @Test
  void strangeNamesAreNames() throws Exception {
    String name = "new\nline \uFFFD\u00e9 .. .txt";
    byte[] content = world.write(ALICE, name, 20);
    world.settle(ALICE, send(1, name, content, BY_MAIL));
    world.awaitNotices(1);
    assertThat(script.contents.get(BY_MAIL)).isEqualTo(content);
    assertThat(world.notices.get(0).text())
        .isEqualTo("new_line _\u00e9 .. .txt is sent to " + BY_MAIL);
  }

  @Test
  void aFileWhoseNameIsNotUtf8IsFound() throws Exception {
    Path odd = Path.of(URI.create(world.mirror(ALICE).toUri() + "d%FF"));
    Files.write(Files.createDirectory(odd).resolve("p"), new byte[] {1, 2, 3});
    world.settle(ALICE, send(1, "d\ufffd/p", new byte[] {1, 2, 3}, BY_MAIL));
    world.awaitNotices(1);
    assertThat(script.contents.get(BY_MAIL)).containsExactly(1, 2, 3);
  }

  @Test
  void whatCannotBeCarriedOutIsAnsweredWithItsReason() throws Exception {
    byte[] content = world.write(ALICE, "p", 10);
    Order nothing = new Order(9, "upload", List.of(new Field("action", "dance")));
    world.settle(
        ALICE,
        nothing,
        send(1, "p", content),
        send(2, "p", content, "fax:+15550002"),
        send(3, "p", content, "mailto:a@b,c@d"),
        send(4, "p", content, "http://user@host/"),
        send(5, "p", new byte[10_001], BY_MAIL));
    world.allowed = false;
    world.settle(ALICE, send(6, "p", content, BY_MAIL));
    world.awaitNotices(7);
    assertThat(world.told("upload-failed"))
        .containsExactly(
            "1 - wrong-order",
            "2 - wrong-order",
            "3 - wrong-order",
            "4 - wrong-order",
            "5 - too-big",
            "6 - not-allowed",
            "9 - wrong-order");
    assertThat(script.tried).isEmpty();
  }

  @Test
  void aSubscriberHasAQuota() throws Exception {
    Outcome down = Outcome.Later.unknown("down");
    script.answers(BY_MAIL, Collections.nCopies(100, down).toArray(Outcome[]::new));
    for (int i = 1; i <= 6; i++) {
      world.settle(ALICE, send(i, i + "p", world.write(ALICE, i + "p", 9_000), BY_MAIL));
    }
    world.awaitNotices(1);
    assertThat(world.told("upload-failed")).containsExactly("6 - quota");
    for (int i = 7; i <= 10; i++) {
      world.settle(ALICE, send(i, "later" + i, new byte[i], BY_MAIL));
    }
    world.awaitNotices(2);
    assertThat(world.told("upload-failed")).containsExactly("10 - quota", "6 - quota");
    world.settle(BOB, send(1, "p", world.write(BOB, "p", 9_000), BY_WEB));
    world.awaitNotices(3);
    assertThat(world.told("upload-sent")).containsExactly("1 " + BY_WEB);
  }

  @Test
  void withoutRoomAnOrderWaitsAndIsThenGivenUp() throws Exception {
    world.close();
    world.limits = new UploadSettings.Limits(100, 10_000, 50_000, 8, 100_000, Long.MAX_VALUE / 2);
    world.open();
    world.settle(ALICE, send(1, "p", world.write(ALICE, "p", 10), BY_MAIL));
    world.settle(ALICE);
    assertThat(world.service().stats().awaited()).isEqualTo(1);
    world.clock.advance(Duration.ofHours(25));
    world.settle(ALICE);
    world.awaitNotices(1);
    assertThat(world.told("upload-failed")).containsExactly("1 - disk-full");
    assertThat(world.relayFiles()).isEmptyDirectory();
  }

  @Test
  void whatHasNotLeftIsCancelled() throws Exception {
    byte[] content = world.write(ALICE, "p", 10);
    script.answers(BY_MAIL, Outcome.Later.unknown("down"));
    world.settle(ALICE, send(1, "p", content, BY_MAIL, BY_WEB));
    world.awaitNotices(1);
    awaitTries(2);
    awaitPause();
    Order cancel = cancel(7, 1);
    world.settle(ALICE, cancel);
    world.settle(ALICE, cancel, cancel(8, 1), cancel(9, 5));
    world.awaitNotices(4);
    assertThat(world.told("upload-cancelled")).containsExactly("1 -");
    assertThat(world.told("upload-failed")).containsExactly("8 - too-late", "9 - unknown-order");
    world.clock.advance(Duration.ofHours(1));
    world.settle(ALICE);
    awaitNoFiles();
    assertThat(script.got).containsExactly(BY_WEB);
    assertThat(world.service().stats().cancelled()).isEqualTo(1);

    // nor is what the mirror has not got yet
    world.settle(ALICE, send(2, "later", content, BY_MAIL));
    world.settle(ALICE, cancel(10, 2));
    Files.write(world.mirror(ALICE).resolve("later"), content);
    world.settle(ALICE);
    world.awaitNotices(5);
    assertThat(world.told("upload-cancelled")).containsExactly("1 -", "2 -");
    assertThat(world.service().stats().waiting()).isZero();
  }

  @Test
  void oneCopyServesSeveralOrdersAndStaysUntilTheLast() throws Exception {
    script.answers(BY_MAIL, Outcome.Later.unknown("down"));
    byte[] content = world.write(ALICE, "p", 100);
    Files.write(world.mirror(BOB).resolve("same"), content);
    world.settle(ALICE, send(1, "p", content, BY_MAIL));
    world.settle(BOB, send(1, "same", content, BY_WEB));
    world.awaitNotices(1);
    assertThat(world.views).isEqualTo(1);
    assertThat(world.service().stats().bytes()).isEqualTo(100);
    awaitTries(2);
    awaitPause();
    world.clock.advance(Duration.ofMinutes(1));
    world.awaitNotices(2);
    awaitNoFiles();
  }

  @Test
  void withItsMirrorASubscribersUploadsAreGone() throws Exception {
    script.answers(BY_MAIL, Outcome.Later.unknown("down"));
    byte[] content = world.write(ALICE, "p", 10);
    world.settle(ALICE, send(1, "p", content, BY_MAIL), send(2, "other", content, BY_WEB));
    awaitTries(1);
    world.service().removed(ALICE);
    world.service().removed(ALICE);
    world.clock.advance(Duration.ofDays(3));
    awaitNoFiles();
    UploadStats stats = world.service().stats();
    assertThat(stats.awaited() + stats.waiting() + stats.sending()).isZero();
    assertThat(script.got).isEmpty();
    assertThat(world.notices).isEmpty();
  }

  @Test
  void aNoticeWaitsUntilTheBoardHasIt() throws Exception {
    world.boardWorks = false;
    world.settle(ALICE, send(1, "p", world.write(ALICE, "p", 10), BY_MAIL));
    UploadWorld.await(() -> world.service().stats().sent() == 1, () -> "nothing is sent");
    world.open(); // as after a crash
    world.boardWorks = true;
    world.awaitNotices(1);
    assertThat(world.told("upload-sent")).contains("1 " + BY_MAIL);
    assertThat(script.got).hasSize(1);
  }
}
