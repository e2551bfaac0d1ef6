package org.phonemirror.container;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.stack.DatagramQueuedMessageDispatch;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReceptionQueueTest {
  private final ReceptionQueue queue = new ReceptionQueue(2);

  @Test
  void dropsTheNewestWhenFull() throws Exception {
    assertThat(queue.offer(received("1"))).isTrue();
    assertThat(queue.offer(received("2"))).isTrue();
    assertThat(queue.offer(received("3"))).isFalse();
    assertThat(queue.take().packet.getData()).asString().isEqualTo("1");
    assertThat(queue.take().packet.getData()).asString().isEqualTo("2");
    assertThat(queue.poll(0, TimeUnit.SECONDS)).isNull();
  }

  @Test
  void keepsADatagramAtItsOwnSizeAndWithItsSender() throws Exception {
    queue.offer(received("OPTIONS"));
    DatagramPacket kept = queue.take().packet;
    assertThat(kept.getData()).hasSize(7);
    assertThat(kept.getAddress()).isEqualTo(InetAddress.getByName("127.18.0.3"));
    assertThat(kept.getPort()).isEqualTo(6060);
  }

  @Test
  void tellsTheServingThreadHowLongItWaited() throws Exception {
    queue.offer(received("1"));
    long least = 2_000_000;
    TimeUnit.NANOSECONDS.sleep(least);
    queue.take();
    assertThat(ReceptionQueue.waited()).isGreaterThanOrEqualTo(least);
    assertThat(CompletableFuture.supplyAsync(ReceptionQueue::waited).get(10, TimeUnit.SECONDS))
        .as("on another thread")
        .isZero();
  }

  private static DatagramQueuedMessageDispatch received(String text) throws Exception {
    byte[] buffer = new byte[65_536];
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, buffer, 0, bytes.length);
    return new DatagramQueuedMessageDispatch(
        new DatagramPacket(buffer, bytes.length, InetAddress.getByName("127.18.0.3"), 6060), 0);
  }
}
