package org.phonemirror.core.gateway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SendQueueTest {
  @Test
  void whatWasAddedIsCopiedUntilItIsForgotten() {
    Random random = new Random(3);
    byte[] stream = new byte[2_000_000];
    random.nextBytes(stream);
    SendQueue queue = new SendQueue();
    int begin = 0;
    while (begin < stream.length) {
      int added = Math.toIntExact(queue.end());
      int end = Math.min(stream.length, added + random.nextInt(100_000));
      added += queue.add(Arrays.copyOf(stream, end), added);
      assertThat(queue.end()).isEqualTo(added);
      assertThat(added - begin).isLessThanOrEqualTo(SendQueue.MAX_BYTES);
      int from = begin + random.nextInt(added - begin + 1);
      byte[] copy = new byte[added - from + 2];
      queue.copy(from, copy, 1, added - from);
      assertThat(Arrays.equals(copy, 1, copy.length - 1, stream, from, added)).isTrue();
      begin += random.nextInt(added - begin + 1);
      queue.forget(begin);
    }
  }

  @Test
  void moreThanFindsRoomIsNotTaken() {
    SendQueue queue = new SendQueue();
    assertThat(queue.add(new byte[SendQueue.MAX_BYTES + 9], 4)).isEqualTo(SendQueue.MAX_BYTES);
    assertThat(queue.add(new byte[1], 0)).isZero();
    queue.forget(1);
    assertThat(queue.add(new byte[2], 0)).isEqualTo(1);
  }
}
