package org.phonemirror.testnet.bench.paper.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.phonemirror.client.channel.BlockRule;

/** Energies that can be computed by hand from the published constants. */
class RadioPowerTest {
  private static final double FACH = 0.391;
  private static final double DCH = 0.560;
  private static final RadioPower UMTS = new Umts(Umts.DEV_PHONE_ON_T_MOBILE);

  private static Burst up(double at, int bytes) {
    return new Burst(at, List.of(bytes), List.of());
  }

  @Test
  void whatFitsTheSharedChannelNeedsNoOther() {
    RadioPower.Use use = UMTS.use(List.of(up(0, 151)), 100);
    double seconds = 0.6 + 151 * 8 / 32_000.0 + 4;
    assertThat(use.joules()).isCloseTo(seconds * FACH, within(1e-9));
    assertThat(use.connections()).isEqualTo(1);
    assertThat(use.awakeSeconds()).isCloseTo(seconds - 4, within(1e-9));
  }

  @Test
  void oneByteMoreLeadsToTheDedicatedChannelAndItsTail() {
    RadioPower.Use use = UMTS.use(List.of(up(0, 152)), 100);
    double dedicated = 1.3 + 152 * 8 / 708_000.0 + 6;
    assertThat(use.joules()).isCloseTo((0.6 + 4) * FACH + dedicated * DCH, within(1e-9));
  }

  @Test
  void datagramsThatWaitTogetherCountTogether() {
    double one = UMTS.use(List.of(up(0, 100)), 100).joules();
    double two = UMTS.use(List.of(new Burst(0, List.of(100, 100), List.of())), 100).joules();
    double paced = UMTS.use(List.of(up(0, 100), up(2, 100)), 100).joules();
    assertThat(two).isGreaterThan(2 * one);
    assertThat(paced).isLessThan(two);
  }

  @Test
  void aLongAnswerLeadsToTheDedicatedChannelToo() {
    double brief = UMTS.use(List.of(new Burst(0, List.of(100), List.of(119))), 100).joules();
    double lengthy = UMTS.use(List.of(new Burst(0, List.of(100), List.of(120))), 100).joules();
    assertThat(lengthy - brief).isGreaterThan(6 * DCH);
  }

  /** What a message of so many bytes costs in such blocks, with the headers that the bench saw. */
  private static double message(int bytes, int block) {
    List<Burst> bursts = new ArrayList<>();
    for (int sent = 0; sent < bytes; sent += block) {
      bursts.add(new Burst(0, List.of(Math.min(block, bytes - sent) + 75), List.of(67)));
    }
    return new Phone(UMTS).spend(bursts, 0, 100).joules();
  }

  @Test
  void theSharedChannelIsTheCheaperOneUpToWhatTheClientSendsByIt() {
    assertThat(message(BlockRule.SMALL, BlockRule.SMALL)) // one datagram either way
        .isEqualTo(message(BlockRule.SMALL, BlockRule.USUAL));
    for (int bytes = 100; bytes <= BlockRule.MOST_SHARED; bytes += BlockRule.SMALL) {
      double usual = message(bytes, BlockRule.USUAL);
      assertThat(message(bytes, BlockRule.SMALL)).as("%d bytes", bytes).isLessThan(usual);
    }
    int more = BlockRule.MOST_SHARED * 5 / 4;
    assertThat(message(more, BlockRule.SMALL)).isGreaterThan(message(more, BlockRule.USUAL));
    assertThat(message(300, BlockRule.SMALL)).isLessThan(message(300, BlockRule.USUAL) / 2);
  }

  @Test
  void aBurstWithinTheTailOfAnotherIsNoConnection() {
    double once = UMTS.use(List.of(up(0, 1000)), 100).joules();
    RadioPower.Use close = UMTS.use(List.of(up(0, 1000), up(9, 1000)), 100);
    RadioPower.Use apart = UMTS.use(List.of(up(0, 1000), up(50, 1000)), 100);
    assertThat(close.connections()).isEqualTo(1);
    assertThat(apart.connections()).isEqualTo(2);
    assertThat(close.joules()).isLessThan(apart.joules());
    assertThat(apart.joules()).isCloseTo(2 * once, within(1e-9));
  }

  @Test
  void nothingCountsAfterTheEnd() {
    assertThat(UMTS.use(List.of(up(0, 151)), 1).joules()).isCloseTo(FACH, within(1e-9));
    assertThat(UMTS.use(List.of(up(5, 151)), 5).joules()).isZero();
    assertThat(new Lte().use(List.of(up(5, 151)), 5).joules()).isZero();
    assertThat(RampAndTail.GSM.use(List.of(up(5, 151)), 5).joules()).isZero();
  }

  @Test
  void theLinearModelIsThePublishedOne() {
    RadioPower.Use use = RampAndTail.THREE_G.use(List.of(up(0, 50_000)), 100);
    assertThat(use.joules()).isCloseTo(3.5 + 0.025 * 50 + 0.62 * 12.5, within(1e-9));
    double overlapping = RampAndTail.THREE_G.use(List.of(up(0, 1000), up(5, 1000)), 100).joules();
    // the tail goes on from the second one, which takes its own 11 ms
    double expected = 3.5 + 0.05 + 0.62 * (5 - 8000 / 708_000.0) + 0.62 * 12.5;
    assertThat(overlapping).isCloseTo(expected, within(1e-9));
  }

  @Test
  void theTailIsMostOfWhatLteNeedsForAPacket() {
    RadioPower.Use use = new Lte().use(List.of(up(0, 200)), 100);
    // by the publication's powers: 11.6 s at 1.06 to 1.08 W, less paging, and 0.3 J to begin
    assertThat(use.joules()).isBetween(12.0, 13.0);
    assertThat(use.connections()).isEqualTo(1);
    double more = new Lte().use(List.of(up(0, 2000)), 100).joules();
    assertThat(more / use.joules()).isBetween(1.0, 1.01);
    assertThat(new Lte().use(List.of(up(0, 200), up(10, 200)), 100).connections()).isEqualTo(1);
  }

  @Test
  void theBatteryIsThePhones() {
    Phone.Spent spent = new Phone(UMTS).spend(List.of(up(0, 1000)), 10, 100);
    assertThat(Phone.BATTERY_JOULES).isCloseTo(15_318, within(1e-6));
    assertThat(spent.percent()).isCloseTo(100 * spent.joules() / 15_318, within(1e-9));
    assertThat(spent.processorJoules()).isPositive().isLessThan(spent.radioJoules() / 5);
  }

  @Test
  void aBurstBeginsWithThePhone() {
    assertThatThrownBy(() -> new Burst(0, List.of(), List.of(60)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
