package org.phonemirror.core.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.download.CacheWorld.ALICE;
import static org.phonemirror.core.download.CacheWorld.BOB;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.download.CacheWorld.View;
import org.phonemirror.core.download.fetch.Origin;
import org.phonemirror.core.download.fetch.Origin.Request;
import org.phonemirror.core.download.serve.FileSource;
import org.phonemirror.core.download.store.StoreSettings;
import org.phonemirror.core.store.SmallDisk;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.NoticeText;

class DownloadServiceTest {
  private static final String TAG = "\"v1\"";
  private static final byte[] CONTENT = content(400_000);
  private static final byte[] BIG = content(3_000_000);

  @TempDir Path directory;
  private final CountDownLatch open = new CountDownLatch(1);
  private volatile Origin.Handler handler = Origin.file(CONTENT, TAG);
  private Origin origin;
  private CacheWorld world;

  @BeforeEach
  void start() throws Exception {
    origin = new Origin((request, out) -> handler.answer(request, out));
    world = new CacheWorld(directory.resolve("cache"), Set.of(origin.port()));
    world.open();
  }

  @AfterEach
  void stop() throws Exception {
    open.countDown();
    world.close();
    origin.close();
  }

  @Test
  void aFileIsFetchedKeptAndToldOnce() throws Exception {
    world.get(ALICE, Long.MAX_VALUE, origin.url("/a/film.mp4?x#y"));
    Notice notice = world.cached(ALICE);
    Instant expires = world.clock.instant().plus(CacheWorld.KEEP);
    assertThat(notice.first("order")).contains("" + Long.MAX_VALUE);
    assertThat(notice.first("url")).contains(origin.url("/a/film.mp4?x"));
    assertThat(notice.first("name")).contains("film.mp4");
    assertThat(notice.first("size")).contains("400000");
    assertThat(notice.first("sha256")).contains(sha256(CONTENT));
    assertThat(notice.first("expires")).contains(expires.toString());
    assertThat(notice.first("from").orElseThrow())
        .matches("http://mirror\\.test:8080/files/[0-9a-f]{32}");
    FileSource.Found found = (FileSource.Found) find(notice);
    assertThat(found.path()).hasBinaryContent(CONTENT);

    world.get(ALICE, Long.MAX_VALUE, origin.url("/a/film.mp4?x#y"));
    world.get(ALICE, 2, "http://127.0.0.1/");
    world.failed(ALICE, "not-allowed");
    assertThat(origin.requests).hasSize(1);
    assertThat(world.sent).isEmpty();
  }

  @Test
  void oneFetchServesAllWhoWait() throws Exception {
    hold();
    world.get(ALICE, 1, origin.url("/x"));
    world.await("request", () -> !origin.requests.isEmpty());
    world.get(BOB, 1, origin.url("/x"));
    world.get(BOB, 2, origin.url("/y"));
    world.await("second request", () -> origin.requests.size() == 2);
    open.countDown();
    List<CacheWorld.Told> all = List.of(world.next(), world.next(), world.next());
    assertThat(all).allMatch(told -> told.notice().topic().equals("file-cached"));
    assertThat(all).extracting(CacheWorld.Told::subscriber).containsOnlyOnce(ALICE).contains(BOB);
    assertThat(all.stream().map(told -> told.notice().first("from")).distinct()).hasSize(3);
    assertThat(origin.requests).extracting(Request::path).containsExactlyInAnyOrder("/x", "/y");
    assertThat(world.contents()).hasSize(1);
    assertThat(world.partials()).isEmpty();
  }

  @Test
  void aConnectionThatBreaksIsResumedAfterAPause() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    Origin.Handler whole = handler;
    handler =
        (request, out) -> {
          if (attempts.getAndIncrement() == 0) {
            Origin.head(out, "200 OK", "ETag: " + TAG, "Content-Length: " + CONTENT.length);
            out.write(CONTENT, 0, 150_000);
          } else {
            whole.answer(request, out);
          }
        };
    world.get(ALICE, 1, origin.url("/x"));
    advanceUntil(() -> origin.requests.size() == 2);
    world.cached(ALICE);
    assertThat(origin.requests.get(1).from()).isEqualTo(150_000);
    assertThat(world.contents())
        .singleElement()
        .satisfies(f -> assertThat(f).hasBinaryContent(CONTENT));
  }

  @Test
  void aServerThatAlwaysEndsEarlyIsGivenUp() throws Exception {
    handler =
        (request, out) -> {
          Origin.head(out, "200 OK", "Content-Length: 1000");
          out.write(new byte[500]);
        };
    world.get(ALICE, 1, origin.url("/x"));
    advanceUntil(() -> !world.told.isEmpty());
    world.failed(ALICE, "wrong-content");
    assertThat(origin.requests.size()).isBetween(3, 4);
    assertThat(world.partials()).isEmpty();
  }

  @Test
  void aKilledServerGoesOnWhereItWas() throws Exception {
    handler =
        (request, out) -> {
          if (request.from() == 0) {
            Origin.head(out, "200 OK", "ETag: " + TAG, "Content-Length: " + BIG.length);
            out.write(BIG, 0, BIG.length - 1);
            out.flush();
            open.await();
          } else {
            Origin.file(BIG, TAG).answer(request, out);
          }
        };
    world.order(bigQuota(), 1, "action", "get", "url", origin.url("/x"));
    world.await(
        "bytes",
        () ->
            world.partials().size() == 1 && Files.size(world.partials().get(0)) == BIG.length - 1);
    // what a power cut leaves: the files as they are, but nothing that was not synced is sure
    Path image = directory.resolve("image");
    copy(world.directory, image);
    try (CacheWorld again = new CacheWorld(image, world.ports)) {
      again.open();
      assertThat(again.cached(ALICE).first("sha256")).contains(sha256(BIG));
      assertThat(again.partials()).isEmpty();
      assertThat(again.contents()).hasSize(1);
    }
    int from = origin.requests.get(1).from();
    assertThat(from).isGreaterThanOrEqualTo(1 << 20).isLessThan(BIG.length);
  }

  @Test
  void aClosedServiceGoesOnWhenItIsOpenedAgain() throws Exception {
    hold();
    world.get(ALICE, 1, origin.url("/x"));
    world.await("request", () -> !origin.requests.isEmpty());
    world.close();
    open.countDown();
    assertThat(world.told).isEmpty();
    world.open();
    world.cached(ALICE);
  }

  @Test
  void aBoardThatFailsIsToldAgain() throws Exception {
    world.boardFails = true;
    world.order(
        new View(ALICE, CacheWorld.profile(CacheWorld.QUOTA, true), List.of()),
        1,
        "action",
        "get",
        "url",
        origin.url("/x"));
    world.await("content", () -> world.contents().size() == 1);
    world.close();
    world.boardFails = false;
    world.open();
    Notice notice = world.cached(ALICE);
    world.await("message", () -> !world.sent.isEmpty());
    CacheWorld.Sent message = world.sent.remove();
    assertThat(message.contentType()).isEqualTo("application/vnd.phonemirror.notice");
    assertThat(NoticeText.parse(message.body())).isEqualTo(notice);
    world.get(ALICE, 2, "nonsense");
    world.failed(ALICE, "not-allowed");
    assertThat(world.sent).isEmpty();
  }

  @Test
  void quotasAreKept() throws Exception {
    View small = new View(ALICE, CacheWorld.profile(900_000, false), List.of());
    world.order(small, 1, "action", "get", "url", origin.url("/1"));
    world.cached(ALICE);
    world.order(small, 2, "action", "get", "url", origin.url("/same"));
    world.cached(ALICE);
    handler = Origin.file(content(500_001), TAG);
    world.order(small, 3, "action", "get", "url", origin.url("/more"));
    world.failed(ALICE, "quota");
    handler = Origin.file(content(900_001), TAG);
    world.order(small, 4, "action", "get", "url", origin.url("/big"));
    world.failed(ALICE, "too-big");
    handler =
        (request, out) -> {
          Origin.head(out, "200 OK"); // without a length, and without an end
          while (true) {
            out.write(new byte[1000]);
          }
        };
    world.order(small, 5, "action", "get", "url", origin.url("/endless"));
    world.failed(ALICE, "quota");
    world.order(
        new View(BOB, CacheWorld.profile(0, false), List.of()),
        6,
        "action",
        "get",
        "url",
        origin.url("/1"));
    world.failed(BOB, "not-allowed");
    assertThat(world.contents()).hasSize(1);
    assertThat(world.partials()).isEmpty();

    handler = Origin.file(content(500_001), TAG);
    world.order(small, 7, "action", "cancel", "of", "1");
    world.failed(ALICE, "cancelled");
    world.order(small, 8, "action", "cancel", "of", "2");
    world.failed(ALICE, "cancelled");
    world.order(small, 9, "action", "get", "url", origin.url("/more"));
    world.cached(ALICE);
  }

  @Test
  void theCacheAsAWholeHasAQuota() throws Exception {
    reopen(
        s ->
            new StoreSettings(
                s.directory(), 700_000, s.maxFileBytes(), 0, s.fetchTime(), s.forgetAfter()));
    world.get(ALICE, 1, origin.url("/1"));
    world.cached(ALICE);
    handler = Origin.file(content(400_001), TAG);
    world.get(BOB, 1, origin.url("/2"));
    world.failed(BOB, "quota");
    reopen(world.store);
    world.get(BOB, 2, origin.url("/2"));
    world.failed(BOB, "quota");
    assertThat(world.partials()).isEmpty();
  }

  @Test
  void aFileExpires() throws Exception {
    world.get(ALICE, 1, origin.url("/x"));
    Notice notice = world.cached(ALICE);
    world.clock.advance(CacheWorld.KEEP.minusSeconds(1));
    world.get(BOB, 1, origin.url("/x"));
    Notice bobs = world.cached(BOB);
    assertThat(find(notice)).isInstanceOf(FileSource.Found.class);
    world.clock.advance(Duration.ofSeconds(1));
    assertThat(find(notice)).isInstanceOf(FileSource.Ended.class);
    Notice expired = world.nextOf(ALICE);
    assertThat(expired.topic()).isEqualTo("file-expired");
    assertThat(expired.first("order")).contains("1");
    assertThat(expired.first("name")).contains("x");
    assertThat(find(notice)).isInstanceOf(FileSource.Ended.class);
    assertThat(find(bobs)).isInstanceOf(FileSource.Found.class);
    assertThat(world.contents()).hasSize(1);
    world.clock.advance(CacheWorld.KEEP);
    assertThat(world.nextOf(BOB).topic()).isEqualTo("file-expired");
    assertThat(world.contents()).isEmpty();
    world.clock.advance(Duration.ofDays(40));
    world.await("forgotten", () -> find(notice) instanceof FileSource.Unknown);
  }

  @Test
  void aFullDiskIsTold() throws Exception {
    world.close();
    world.free = () -> (1L << 30) + 100_000;
    world.open();
    world.get(ALICE, 1, origin.url("/x"));
    world.failed(ALICE, "disk-full");
    assertThat(world.partials()).isEmpty();
  }

  @Test
  void aFileSystemWithoutSpaceIsTold() throws Exception {
    try (SmallDisk small = SmallDisk.at(directory.resolve("small"), 600)) {
      world.close();
      world.directory = small.top().resolve("cache");
      reopen(
          s ->
              new StoreSettings(
                  s.directory(),
                  s.quotaBytes(),
                  s.maxFileBytes(),
                  0,
                  s.fetchTime(),
                  s.forgetAfter()));
      handler = Origin.file(content(700_000), TAG);
      world.get(ALICE, 1, origin.url("/x"));
      world.failed(ALICE, "disk-full");
      assertThat(world.partials()).isEmpty();
      handler = Origin.file(content(10_000), TAG);
      world.get(ALICE, 2, origin.url("/y"));
      world.cached(ALICE);
      world.close();
    } finally {
      world.directory = directory.resolve("cache");
      world.open();
    }
  }

  @Test
  void whatIsCancelledIsGone() throws Exception {
    hold();
    world.get(ALICE, 1, origin.url("/x"));
    world.await("request", () -> !origin.requests.isEmpty());
    world.order(ALICE, 2, "action", "cancel", "of", "1");
    world.failed(ALICE, "cancelled");
    world.await("no partial", () -> world.partials().isEmpty());
    world.order(ALICE, 3, "action", "cancel", "of", "99");
    world.order(ALICE, 4, "action", "cancel", "of", "x");
    world.failed(ALICE, "bad-order");
    world.order(ALICE, 5, "action", "dance");
    world.failed(ALICE, "bad-order");
    open.countDown();
    world.get(ALICE, 6, origin.url("/x"));
    world.cached(ALICE);
  }

  @Test
  void aRemovedMirrorLeavesNothing() throws Exception {
    world.get(ALICE, 1, origin.url("/x"));
    Notice notice = world.cached(ALICE);
    hold();
    world.get(ALICE, 2, origin.url("/y"));
    world.await("request", () -> origin.requests.size() == 2);
    world.service.removed(ALICE);
    world.service.removed(ALICE);
    world.await("no partial", () -> world.partials().isEmpty());
    assertThat(world.contents()).isEmpty();
    assertThat(find(notice)).isInstanceOf(FileSource.Unknown.class);
    open.countDown();
    world.get(BOB, 1, origin.url("/y"));
    world.cached(BOB);
  }

  @Test
  void aSubscriberCantFillTheQueue() throws Exception {
    hold();
    for (int i = 0; i < 32; i++) {
      world.get(ALICE, i, origin.url("/" + i));
    }
    world.get(ALICE, 32, origin.url("/32"));
    world.failed(ALICE, "quota");
    world.get(BOB, 1, origin.url("/bob"));
    world.await("Bob's", () -> origin.requests.stream().anyMatch(r -> r.path().equals("/bob")));
    assertThat(origin.requests).hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void aHostileNameIsMadeHarmless() throws Exception {
    handler =
        (request, out) ->
            Origin.head(
                out,
                "200 OK",
                "Content-Disposition: attachment; filename=\"../../\u00e9"
                    + "a".repeat(300)
                    + "\0.sh\"",
                "Content-Length: 0");
    world.get(ALICE, 1, origin.url("/x"));
    String name = world.cached(ALICE).first("name").orElseThrow();
    assertThat(name).startsWith("éaaa").endsWith("a.sh");
    assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSize(120);
  }

  @Test
  void anOrderThatIsTooLongForAnythingIsTold() throws Exception {
    world.get(ALICE, 1, "http://h/" + "ü".repeat(2000));
    world.failed(ALICE, "not-allowed");
    world.order(ALICE, 2, "action", "get");
    world.failed(ALICE, "not-allowed");
  }

  // ---- helpers

  private static View bigQuota() {
    return new View(ALICE, CacheWorld.profile(1L << 30, false), new ArrayList<>());
  }

  private void hold() {
    Origin.Handler then = handler;
    handler =
        (request, out) -> {
          open.await();
          then.answer(request, out);
        };
  }

  private void reopen(UnaryOperator<StoreSettings> change) throws IOException {
    world.close();
    world.store = change;
    world.open();
  }

  /** Lets time go by, so that pauses end, until something holds. */
  private void advanceUntil(CacheWorld.Condition condition) throws Exception {
    world.await(
        "end of pauses",
        () -> {
          world.clock.advance(Duration.ofMillis(200));
          return condition.holds();
        });
  }

  private FileSource.Answer find(Notice cached) throws IOException {
    String from = cached.first("from").orElseThrow();
    return world
        .service
        .files()
        .find(from.substring(from.lastIndexOf('/') + 1), world.clock.instant());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (!path.toString().endsWith("-shm")) { // is of the process, and gone with it
          Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
      }
    }
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  private static String sha256(byte[] data) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
  }
}
