package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.delta.Delta;
import org.phonemirror.sync.delta.Signature;

class RepairCodecTest {
  private static final StorageDigest DIGEST =
      new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 9, 14_200, List.of("home/note.txt"));
  private static final byte[] HASH = new byte[StorageTree.SHORT_HASH_BYTES];

  @TempDir Path directory;

  @Test
  void asksComeBackAsTheyWere() throws Exception {
    Acknowledgement answer =
        Acknowledgement.accepted(5, List.of(new Notice("n", "t"))).withAsks(asks());
    assertThat(SyncCodec.decodeAcknowledgement(SyncCodec.encode(answer))).isEqualTo(answer);
  }

  @Test
  void answersComeBackAsTheyWere() throws Exception {
    Batch batch = new Batch(2, 7, 1000, 10_000_000, List.of(), 3, DIGEST).withAnswers(answers());
    assertThat(SyncCodec.decode(SyncCodec.encode(batch))).isEqualTo(batch);
  }

  @Test
  void withoutAsksAndAnswersNothingIsOnTheWire() {
    Batch batch = new Batch(2, 7, 1000, 10_000_000, List.of(), 3, DIGEST);
    assertThat(SyncCodec.encode(batch)[0]).isEqualTo((byte) 0x12);
    assertThat(SyncCodec.encode(Acknowledgement.accepted(5, List.of()))).hasSize(5);
  }

  @Test
  void damagedAsksAndAnswersAreRefusedAndNothingElseHappens() {
    byte[] batch =
        SyncCodec.encode(
            new Batch(2, 7, 1000, 10_000_000, List.of(), 3, DIGEST).withAnswers(answers()));
    byte[] answer = SyncCodec.encode(Acknowledgement.accepted(5, List.of()).withAsks(asks()));
    Random random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      try {
        SyncMessage message = SyncCodec.decode(damaged(random, batch));
        ((Batch) message)
            .answers().stream()
                .filter(Answer.Content.class::isInstance)
                .forEach(content -> ((Answer.Content) content).delta().apply(new byte[3000]));
      } catch (MalformedMessageException e) {
        assertThat(e).hasMessageMatching("\\S.+");
      }
      try {
        SyncCodec.decodeAcknowledgement(damaged(random, answer));
      } catch (MalformedMessageException e) {
        assertThat(e).hasMessageMatching("\\S.+");
      }
    }
  }

  @Test
  void pathsThatLeadElsewhereAreRefused() {
    for (String path : List.of("/etc", "..", "a/../b", "a//b", "a/", "./a", "a\0b")) {
      assertThatThrownBy(() -> new Answer.None(path, Answer.Reason.GONE))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> entry(path)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aSetTellsWhatTheOtherSideDoesNotHave() throws Exception {
    for (int i = 0; i < 500; i++) {
      Path file = directory.resolve("d" + i % 20 + "/e/f" + i);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "content " + i);
    }
    StorageTree mirror = tree();
    EntrySet set = EntrySet.of(1, "", mirror, 100_000);
    assertThat(set.depth()).isEqualTo(EntrySet.ALL_LEVELS);
    assertThat(SyncCodec.length(new Ask.Compare("", set))).isLessThan(540 * 19 / 8 + 10);
    Files.writeString(directory.resolve("d3/e/f3"), "changed");
    StorageTree phone = tree();
    List<String> others = new ArrayList<>();
    collect("", phone, set, others);
    assertThat(others).containsExactly("d3", "d3/e", "d3/e/f3");

    EntrySet small = EntrySet.of(1, "", mirror, 50);
    assertThat(small.depth()).isEqualTo(1);
    EntrySet crowded = EntrySet.of(1, "", mirror, 20);
    assertThat(SyncCodec.length(new Ask.Compare("", crowded))).isLessThanOrEqualTo(28);
  }

  private StorageTree tree() throws Exception {
    StorageScanner scanner = new StorageScanner(directory);
    scanner.scan(List.of());
    return scanner.tree();
  }

  private static void collect(String path, StorageTree at, EntrySet set, List<String> others) {
    at.children()
        .forEach(
            (name, child) -> {
              String full = path.isEmpty() ? name : path + "/" + name;
              if (!set.contains(full, child)) {
                others.add(full);
                collect(full, child, set, others);
              }
            });
  }

  private static byte[] damaged(Random random, byte[] good) {
    byte[] bad =
        random.nextInt(10) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
    for (int n = 1 + random.nextInt(4); n > 0 && bad.length > 0; n--) {
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bad;
  }

  static List<Ask> asks() {
    byte[] content = new byte[3000];
    new Random(1).nextBytes(content);
    return List.of(
        new Ask.Compare("", new EntrySet(7, 2, 16, new long[] {1, 1, 70_000, 200_000})),
        new Ask.Fetch("home/mail box", Signature.of(content, 4096)),
        new Ask.Fetch("é", Signature.none(0)));
  }

  static List<Answer> answers() {
    byte[] content = new byte[3000];
    new Random(1).nextBytes(content);
    byte[] changed = content.clone();
    changed[1500]++;
    Answer.Directory home =
        new Answer.Directory(
            "home",
            true,
            List.of(
                entry("a \"b\"\n'c'"),
                new Answer.Entry("l", StorageTree.Kind.LINK, 0, 0, new byte[0], "/etc/passwd"),
                new Answer.Entry("o", StorageTree.Kind.OTHER, 0600, 0, new byte[0], "")),
            List.of(3, 3, 40_000));
    return List.of(
        new Answer.Differences("", 7, List.of(home)),
        new Answer.Content(
            "home/x",
            0644,
            1_790_000_000_123_456L,
            3000,
            new byte[Answer.HASH_BYTES],
            0,
            new byte[0],
            Delta.of(Signature.of(content, 0), changed)),
        new Answer.Content(
            "home/y",
            0600,
            0,
            9000,
            new byte[Answer.HASH_BYTES],
            4096,
            new byte[Answer.CHECK_BYTES],
            Delta.of(Signature.none(4096), changed)),
        new Answer.None("z", Answer.Reason.POSTPONED));
  }

  private static Answer.Entry entry(String name) {
    return new Answer.Entry(name, StorageTree.Kind.FILE, 0644, 12, HASH, "");
  }
}
