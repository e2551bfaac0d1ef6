package org.phonemirror.core.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.download.CacheWorld.ALICE;
import static org.phonemirror.core.download.CacheWorld.BOB;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.core.download.CacheWorld.View;
import org.phonemirror.core.download.fetch.Origin;
import org.phonemirror.core.machine.StorageWrite;

/** The phone has stored a file, and its mirror gets the same. */
class FetchedOrderTest {
  private static final byte[] CONTENT = new byte[2_500_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir Path directory;
  private Origin origin;
  private CacheWorld world;

  @BeforeEach
  void start() throws Exception {
    origin = new Origin(Origin.file(CONTENT, "\"v1\""));
    world = new CacheWorld(directory.resolve("cache"), Set.of(origin.port())).open();
  }

  @AfterEach
  void stop() throws Exception {
    world.close();
    origin.close();
  }

  @Test
  void theMirrorGetsWhatThePhoneHasStored() throws Exception {

    View mirror = mirror();
    world.order(mirror, 1, "action", "get", "url", origin.url("/x"));
    String digest = world.cached(ALICE).first("sha256").orElseThrow();
    for (int i = 0; i < 2; i++) { // the interval may come again
      mirror.written().clear();
      world.order(
          mirror, 2, "action", "fetched", "of", "1", "path", "home/got/x", "sha256", digest);
      assertThat(mirror.written().subList(0, 2))
          .containsExactly(
              new StorageWrite.Directory("home", 0755),
              new StorageWrite.Directory("home/got", 0755));
      byte[] written = new byte[CONTENT.length];
      long end = 0;
      for (StorageWrite write : mirror.written().subList(2, mirror.written().size())) {
        StorageWrite.FileRegion region = (StorageWrite.FileRegion) write;
        assertThat(region.path()).isEqualTo("home/got/x");
        assertThat(region.offset()).isEqualTo(end);
        System.arraycopy(region.data(), 0, written, (int) end, region.data().length);
        end += region.data().length;
        assertThat(region.length()).isEqualTo(end);
        assertThat(region.modifiedMicros()).isEqualTo(CacheWorld.END_MICROS);
      }
      assertThat(written).isEqualTo(CONTENT);
    }
    mirror.written().clear();
    world.order(mirror, 3, "action", "fetched", "of", "1", "path", "x", "sha256", "00");
    world.failed(ALICE, "wrong-content");
    world.order(
        new View(BOB, mirror.profile(), mirror.written()),
        3,
        "action",
        "fetched",
        "of",
        "1",
        "path",
        "x",
        "sha256",
        digest);
    assertThat(mirror.written()).isEmpty();
  }

  @Test
  void aMirrorThatIsBuiltAgainGetsTheFileAndNobodyFetchesOrTellsAnything() throws Exception {
    View mirror = mirror();
    world.order(mirror, true, 5, "action", "get", "url", origin.url("/long-ago"));
    world.order(mirror, true, 6, "action", "cancel");
    world.order(mirror, true, 7, "action", "dance");
    world.order(mirror, 8, "action", "get", "url", origin.url("/x"));
    String digest = world.cached(ALICE).first("sha256").orElseThrow();
    world.order(
        mirror, true, 9, "action", "fetched", "of", "8", "path", "home/x", "sha256", digest);
    assertThat(mirror.written()).hasSizeGreaterThan(1);
    world.order(mirror, true, 10, "action", "fetched", "of", "8", "path", "x", "sha256", "00");
    world.order(mirror, 11, "action", "get", "url", origin.url("/y"));
    assertThat(world.cached(ALICE).first("order")).as("the next that is told").contains("11");
    assertThat(origin.requests).extracting(Origin.Request::path).containsExactly("/x", "/y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/etc/passwd", "../x", "a/../x", "a//b", "a/", ".", "a\0b", "a\ufffdb"})
  void aPathOutOfTheMirrorIsRefused(String path) throws Exception {
    world.order(mirror(), 1, "action", "get", "url", origin.url("/x"));
    String digest = world.cached(ALICE).first("sha256").orElseThrow();
    View mirror = mirror();
    world.order(mirror, 2, "action", "fetched", "of", "1", "path", path, "sha256", digest);
    world.failed(ALICE, "bad-order");
    assertThat(mirror.written()).isEmpty();
  }

  private static View mirror() {
    return new View(ALICE, CacheWorld.profile(1L << 30, false), new ArrayList<>());
  }
}
