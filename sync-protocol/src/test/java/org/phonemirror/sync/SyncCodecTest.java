package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SyncCodecTest {
  private static final long T0 = 1_790_000_000_123_456L;
  private static final StorageDigest DIGEST =
      new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 9, 14_200, List.of("home/note.txt"));

  private static final Order ORDER =
      new Order(
          Long.MAX_VALUE,
          "upload",
          List.of(new Field("to", "a@h"), new Field("to", "b@h"), new Field("path", "p\nq")));

  @Test
  void everyKindOfMessageComesBackAsItWas() throws Exception {
    for (SyncMessage message :
        List.of(
            new Boot(1, 0xfedc_ba98L, T0, "reference"),
            new Boot(1, 0xfedc_ba98L, T0, "reference", "7.1.2/é"),
            new Batch(2, 7, T0, 10_000_000, taps(new Random(1), 20, 10_000_000), 3, DIGEST),
            new Batch(3, 7, T0, 0, List.of(), 0, DIGEST),
            new Batch(4, 7, T0, 0, List.of(), 0, DIGEST).withOrders(List.of(ORDER, ORDER)),
            new Shutdown(4, 7, T0, DIGEST))) {
      assertThat(SyncCodec.decode(SyncCodec.encode(message))).isEqualTo(message);
    }
  }

  @Test
  void aPhoneThatDoesNotTellItsSoftwareSendsTheBootThatItAlwaysDid() throws Exception {
    byte[] untold = SyncCodec.encode(new Boot(1, 7, T0, "reference", ""));
    assertThat(untold).isEqualTo(SyncCodec.encode(new Boot(1, 7, T0, "reference")));
    assertThat(untold[0]).as("version 1, kind 1").isEqualTo((byte) 0x11);
    assertThat(((Boot) SyncCodec.decode(untold)).software()).isEmpty();
    byte[] told = SyncCodec.encode(new Boot(1, 7, T0, "reference", "2"));
    assertThat(told[0]).as("version 1, kind 7").isEqualTo((byte) 0x17);
    assertThat(told).hasSize(untold.length + 2);
  }

  @Test
  void everyAnswerComesBackAsItWas() throws Exception {
    for (Acknowledgement.Status status : Acknowledgement.Status.values()) {
      Acknowledgement answer =
          new Acknowledgement(status, 12, "é", List.of(new Notice("scan", "clean")));
      assertThat(SyncCodec.decodeAcknowledgement(SyncCodec.encode(answer))).isEqualTo(answer);
    }
  }

  @Test
  void fieldsAreFoundByName() {
    assertThat(ORDER.all("to")).containsExactly("a@h", "b@h");
    assertThat(ORDER.first("path")).contains("p\nq");
    assertThat(ORDER.first("subject")).isEmpty();
  }

  @Test
  void anOrderBeyondItsLimitsIsRefused() {
    Field field = new Field("to", "x".repeat(4096));
    assertThatThrownBy(() -> new Order(1, "upload", List.of(field, field, field)))
        .hasMessageContaining("length of an order");
    assertThatThrownBy(() -> new Order(-1, "upload", List.of())).hasMessageContaining("order id");
  }

  @Test
  void anyOrderOfEventsIsKept() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<InputEvent> events = anything(random, random.nextInt(60));
      Batch batch = new Batch(1, 0, T0, 60_000_000, events, 0, DIGEST);
      assertThat(SyncCodec.decode(SyncCodec.encode(batch))).as("seed %d", seed).isEqualTo(batch);
    }
  }

  @Test
  void ninetyTapsTakeLessThanSixBytesEach() {
    Batch idle = new Batch(1000, 7, T0, 180_000_000, List.of(), 0, DIGEST);
    Batch busy =
        new Batch(1000, 7, T0, 180_000_000, taps(new Random(3), 90, 180_000_000), 0, DIGEST);
    assertThat(SyncCodec.encode(busy).length - SyncCodec.encode(idle).length).isLessThan(90 * 6);
  }

  @Test
  void damagedBytesAreRefusedAndNothingElseHappens() {
    byte[] good =
        SyncCodec.encode(
            new Batch(2, 7, T0, 10_000_000, taps(new Random(1), 20, 10_000_000), 0, DIGEST));
    Random random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      byte[] bad = good.clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        SyncMessage message = SyncCodec.decode(bad);
        assertThat(SyncCodec.decode(SyncCodec.encode(message))).isEqualTo(message);
      } catch (MalformedMessageException e) {
        assertThat(e).hasMessageMatching("\\S.+");
      }
    }
  }

  @Test
  void everyCutIsRefused() {
    byte[] good =
        SyncCodec.encode(
            new Batch(2, 7, T0, 10_000_000, taps(new Random(1), 20, 10_000_000), 0, DIGEST));
    for (int length = 0; length < good.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(good, length);
      assertThatThrownBy(() -> SyncCodec.decode(cut)).isInstanceOf(MalformedMessageException.class);
    }
    byte[] longer = java.util.Arrays.copyOf(good, good.length + 1);
    assertThatThrownBy(() -> SyncCodec.decode(longer)).hasMessageContaining("too many");
  }

  @Test
  void anotherVersionIsRefusedByName() {
    assertThatThrownBy(() -> SyncCodec.decode(new byte[] {0x21, 0, 0}))
        .hasMessageContaining("protocol version is 2");
  }

  @Test
  void moreThanTheLongestMessageIsRefusedUnread() {
    assertThatThrownBy(() -> SyncCodec.decode(new byte[Limits.MAX_MESSAGE_BYTES + 1]))
        .hasMessageContaining("at most " + Limits.MAX_MESSAGE_BYTES);
  }

  /**
   * Typing as a person does it: exponential pauses, holds of 60 to 120 ms, now and then rollover.
   */
  static List<InputEvent> taps(Random random, int count, long lengthMicros) {
    double mean = (double) lengthMicros / count;
    double[] gaps = random.doubles(count + 1).map(u -> -Math.log(1 - u) * mean).toArray();
    double scale = (lengthMicros - 200_000) / java.util.Arrays.stream(gaps).sum();
    List<InputEvent> events = new ArrayList<>();
    double at = T0;
    for (int i = 0; i < count; i++) {
      at += gaps[i] * scale;
      int code = 16 + random.nextInt(25);
      events.add(new InputEvent((long) at, 0, InputEvent.EV_KEY, code, 1));
      long held = 60_000L + random.nextInt(60_000);
      events.add(new InputEvent((long) at + held, 0, InputEvent.EV_KEY, code, 0));
    }
    events.sort(Comparator.comparingLong(InputEvent::timeMicros));
    return events;
  }

  private static List<InputEvent> anything(Random random, int count) {
    List<InputEvent> events = new ArrayList<>();
    long at = T0;
    for (int i = 0; i < count; i++) {
      at += random.nextInt(3) == 0 ? 0 : random.nextInt(900_000);
      events.add(
          new InputEvent(
              at,
              random.nextInt(2),
              random.nextBoolean() ? InputEvent.EV_KEY : InputEvent.EV_ABS,
              random.nextInt(6),
              random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(2)));
    }
    return events;
  }
}
