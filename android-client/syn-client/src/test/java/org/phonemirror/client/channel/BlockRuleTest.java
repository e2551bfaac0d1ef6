package org.phonemirror.client.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockRuleTest {
  private static final int BATCH = 300;

  private Link link = Link.UMTS;
  private long nanos = -5_000_000_000L; // such clocks may begin anywhere
  private final BlockRule rule = new BlockRule(() -> link, () -> nanos);

  /** The block of a message that is answered after a second. */
  private int send(int length) {
    int block = rule.blockFor(length);
    after(1);
    rule.ended();
    return block;
  }

  private void after(double seconds) {
    nanos += (long) (seconds * 1e9);
  }

  @Test
  void aBatchAMinuteStaysOnTheSharedChannel() {
    for (int minute = 0; minute < 20; minute++) {
      assertThat(send(BATCH)).isEqualTo(BlockRule.SMALL);
      after(59);
    }
  }

  @Test
  void whatIsLongerThanTheSharedChannelIsGoodForGoesInUsualBlocks() {
    assertThat(send(BlockRule.MOST_SHARED)).isEqualTo(BlockRule.SMALL);
    after(60);
    assertThat(send(BlockRule.MOST_SHARED + 1)).isEqualTo(BlockRule.USUAL);
  }

  @Test
  void theDedicatedChannelIsUsedAsLongAsItIsThere() {
    send(BlockRule.MOST_SHARED + 1);
    after(5.9);
    assertThat(send(BATCH)).isEqualTo(BlockRule.USUAL);
    after(6.1);
    assertThat(send(BATCH)).isEqualTo(BlockRule.SMALL);
  }

  @Test
  void messagesThatHaveWaitedTogetherCountTogether() {
    int small = 0;
    for (int waiting = 0; waiting < 100; waiting++) {
      small += send(BATCH) == BlockRule.SMALL ? 1 : 0;
    }
    assertThat(small).isEqualTo(BlockRule.MOST_SHARED / BATCH);
  }

  @Test
  void whatWasSharedIsForgottenWithTheSharedChannel() {
    send(BlockRule.MOST_SHARED);
    after(3.9);
    assertThat(send(BATCH)).isEqualTo(BlockRule.USUAL);
    after(60);
    send(BlockRule.MOST_SHARED);
    after(4.1);
    assertThat(send(BATCH)).isEqualTo(BlockRule.SMALL);
  }

  @Test
  void elsewhereBlocksAreUsualAndTheLinkMayChangeBetweenMessages() {
    link = Link.OTHER;
    assertThat(send(BATCH)).isEqualTo(BlockRule.USUAL);
    link = Link.UMTS;
    assertThat(send(BATCH)).isEqualTo(BlockRule.SMALL);
    send(BlockRule.MOST_SHARED);
    link = Link.OTHER;
    assertThat(send(BATCH)).isEqualTo(BlockRule.USUAL);
    link = Link.UMTS; // of which the network has seen nothing yet
    assertThat(send(BATCH)).isEqualTo(BlockRule.SMALL);
  }

  @Test
  void aPhoneThatCantTellUsesUsualBlocks() {
    assertThat(BlockRule.usual().blockFor(BATCH)).isEqualTo(BlockRule.USUAL);
  }
}
