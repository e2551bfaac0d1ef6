package org.phonemirror.sync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeltaTest {
  private static final String[] WORDS = {
    "phone", "mirror", "the", "operator", "network", "of", "interval", "a", "digest", "is", "mail"
  };

  @Test
  void randomEditsComeOutAsTheyWere() {
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      byte[] base = bytes(random, random.nextInt(60_000), random.nextBoolean());
      byte[] changed = base;
      for (int n = random.nextInt(6); n > 0; n--) {
        changed = edit(random, changed);
      }
      Delta delta = Delta.of(Signature.of(base, 0), changed);
      assertThat(delta.apply(base)).as("seed %d", seed).hasValue(changed);
      // each edit spoils a few blocks at most
      assertThat(delta.cost()).as("seed %d", seed).isLessThanOrEqualTo(changed.length + 40);
    }
  }

  @Test
  void whatIsEqualCostsAFewBytes() {
    byte[] base = bytes(new Random(1), 300_000, false);
    Delta delta = Delta.of(Signature.of(base, 0), base);
    assertThat(delta.apply(base)).hasValue(base);
    assertThat(delta.cost()).isLessThan(30);
  }

  @Test
  void anInsertionAtTheFrontCostsWhatIsInserted() {
    byte[] base = bytes(new Random(2), 200_000, false);
    byte[] changed = join(bytes(new Random(3), 777, false), base);
    Delta delta = Delta.of(Signature.of(base, 0), changed);
    assertThat(delta.apply(base)).hasValue(changed);
    assertThat(delta.cost()).isLessThan(777 + 60);
  }

  @Test
  void anAppendedMailCostsTheMail() {
    byte[] base = bytes(new Random(4), 100_001, false);
    byte[] changed = join(base, bytes(new Random(5), 1_500, false));
    Delta delta = Delta.of(Signature.of(base, 0), changed);
    assertThat(delta.apply(base)).hasValue(changed);
    assertThat(delta.cost()).isLessThan(1_500 + 60);
  }

  @Test
  void truncatedAndEmptyFilesCostNextToNothing() {
    byte[] base = bytes(new Random(6), 65_536, false);
    byte[] half = Arrays.copyOf(base, 32_768);
    Delta delta = Delta.of(Signature.of(base, 0), half);
    assertThat(delta.apply(base)).hasValue(half);
    assertThat(delta.cost()).isLessThan(40);
    Delta nothing = Delta.of(Signature.of(base, 0), new byte[0]);
    assertThat(nothing.apply(base)).hasValue(new byte[0]);
    Delta whole = Delta.of(Signature.of(new byte[0], 0), half);
    assertThat(whole.apply(new byte[0])).hasValue(half);
  }

  @Test
  void aHugeRunCostsNextToNothing() {
    byte[] zeros = new byte[Signature.WINDOW];
    Delta fromNothing = Delta.of(Signature.none(0), zeros);
    assertThat(fromNothing.cost()).isLessThan(10_000);
    byte[] changed = zeros.clone();
    changed[1_234_567] = 1;
    Delta delta = Delta.of(Signature.of(zeros, 0), changed);
    assertThat(delta.apply(zeros)).hasValue(changed);
    assertThat(delta.cost()).isLessThan(200);
  }

  /** A page in the middle becomes like another one, which a rolling match follows out of step. */
  @Test
  void aChangedPageOfADatabaseCostsThePage() {
    Random random = new Random(7);
    byte[] base = bytes(random, 512 * 1024, false);
    byte[] changed = base.clone();
    byte[] page = bytes(random, 4096, false);
    System.arraycopy(page, 0, changed, 40 * 4096, 4096);
    Delta delta = Delta.of(Signature.of(base, 0), changed);
    assertThat(delta.apply(base)).hasValue(changed);
    assertThat(delta.cost()).isLessThan(4096 + 60);
    assertThat(Signature.of(base, 0).bits() / 8).isLessThan(4096);
  }

  @Test
  void aChangedLineIsToldByTheTextAroundIt() {
    byte[] base = text(new Random(8), 40_000);
    byte[] changed = base.clone();
    System.arraycopy("CHANGED".getBytes(StandardCharsets.UTF_8), 0, changed, 20_000, 7);
    Delta delta = Delta.of(Signature.of(base, 0), changed);
    assertThat(delta.apply(base)).hasValue(changed);
    assertThat(delta.literals()).isBetween(256, 1024);
    assertThat(delta.cost()).isLessThan(delta.literals() / 2);
  }

  @Test
  void aBudgetIsKeptAndWhatFitsIsTold() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      byte[] base = bytes(random, random.nextInt(100_000), random.nextBoolean());
      byte[] changed = edit(random, join(base, bytes(random, 20_000, random.nextBoolean())));
      int budget = 200 + random.nextInt(8_000);
      Delta full = Delta.of(Signature.of(base, 0), changed);
      Optional<Delta> first = Delta.first(budget, full, changed);
      assertThat(first).as("seed %d", seed).isPresent();
      assertThat(first.get().cost()).isLessThanOrEqualTo(budget);
      assertThat(first.get().apply(base)).hasValue(Arrays.copyOf(changed, first.get().length()));
      assertThat(first.get().length()).isGreaterThanOrEqualTo(Math.min(budget / 2, changed.length));
    }
  }

  @Test
  void anotherBaseIsNoticedOrMakesOtherBytes() {
    byte[] base = bytes(new Random(9), 50_000, false);
    byte[] changed = edit(new Random(10), base);
    Delta delta = Delta.of(Signature.of(base, 0), changed);
    assertThat(delta.apply(Arrays.copyOf(base, 20_000))).isEmpty();
    byte[] other = base.clone();
    other[10] ^= 1;
    assertThat(delta.apply(other)).isNotEqualTo(Optional.of(changed));
  }

  @Test
  void forgedDeltasAreRefusedOrComeToNothing() {
    assertThatThrownBy(() -> new Delta(64, 128, 10, List.of(new Part(0, 3, 1)), false, new byte[0]))
        .hasMessageContaining("beyond the last");
    assertThatThrownBy(
            () -> new Delta(64, 128, 10, List.of(new Part(11, 0, 0)), false, new byte[0]))
        .hasMessageContaining("parts for 11");
    byte[] bomb = Delta.of(Signature.none(0), new byte[1_000_000]).told();
    Delta shorter = new Delta(1, 0, 10, List.of(new Part(10, 0, 0)), true, bomb);
    assertThat(shorter.apply(new byte[0])).hasValue(new byte[10]);
    Delta garbage = new Delta(1, 0, 10, List.of(new Part(10, 0, 0)), true, new byte[] {-1, -1});
    assertThat(garbage.apply(new byte[0])).isEmpty();
    Delta less = new Delta(1, 0, 10, List.of(new Part(10, 0, 0)), false, new byte[3]);
    assertThat(less.apply(new byte[0])).isEmpty();
  }

  private static byte[] edit(Random random, byte[] base) {
    int at = random.nextInt(base.length + 1);
    int end = Math.min(base.length, at + random.nextInt(500));
    byte[] fresh = bytes(random, random.nextInt(500), random.nextBoolean());
    byte[] kept =
        switch (random.nextInt(3)) {
          case 0 -> fresh; // replaced
          case 1 -> join(fresh, Arrays.copyOfRange(base, at, end)); // inserted
          default -> new byte[0]; // removed
        };
    return join(join(Arrays.copyOf(base, at), kept), Arrays.copyOfRange(base, end, base.length));
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static byte[] bytes(Random random, int length, boolean text) {
    if (text) {
      return text(random, length);
    }
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] text(Random random, int length) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (out.size() < length) {
      byte[] word = WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8);
      out.write(word, 0, word.length);
      out.write(random.nextInt(10) == 0 ? '\n' : ' ');
    }
    return Arrays.copyOf(out.toByteArray(), length);
  }
}
