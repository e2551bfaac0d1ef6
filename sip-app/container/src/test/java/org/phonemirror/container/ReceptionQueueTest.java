package org.phonemirror.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReceptionQueueTest {
  private static final long MILLI = 1_000_000;
  private static final String MESSAGE = "MESSAGE sip:b@h SIP/2.0\r\nTo: <sip:b@h>\r\n\r\n";
  private static final String RESPONSE = "SIP/2.0 200 OK\r\nTo: <sip:b@h>;tag=1\r\n\r\n";
  private static final String BYE =
      "BYE sip:b@h SIP/2.0\r\nt : \"To\" <sip:b@h>;x=1 ;TAG=1\r\n\r\n";

  private final List<String> refused = new ArrayList<>();
  private boolean refusable = true;
  private long now;
  private final ReceptionQueue queue = new ReceptionQueue(200, this::refuse, () -> now);

  private boolean refuse(Datagram datagram) {
    if (refusable) {
      refused.add(text(datagram));
    }
    return refusable;
  }

  @Test
  void dropsTheNewestWhenFullButFinishesWhatHasBegun() throws Exception {
    for (int i = 0; i < 200; i++) {
      assertThat(queue.offer(received(MESSAGE + i))).isTrue();
    }
    assertThat(queue.offer(received(MESSAGE))).isFalse();
    assertThat(queue.offer(received(RESPONSE))).isTrue();
    assertThat(queue.remainingCapacity()).isEqualTo(199);
    assertThat(text(queue.take())).isEqualTo(RESPONSE);
    assertThat(text(queue.take())).isEqualTo(MESSAGE + "0");
  }

  @Test
  void goesOnWithWhatHasBegunBeforeItBeginsMore() throws Exception {
    String cancel = MESSAGE.replace("MESSAGE", "CANCEL");
    String ack = MESSAGE.replace("MESSAGE", "ACK");
    for (String text : List.of(MESSAGE, RESPONSE, cancel, ack, BYE, MESSAGE)) {
      queue.offer(received(text));
    }
    List<String> taken = new ArrayList<>();
    while (!queue.isEmpty()) {
      taken.add(text(queue.take()));
    }
    assertThat(taken).containsExactly(RESPONSE, cancel, ack, BYE, MESSAGE, MESSAGE);
  }

  @Test
  void refusesWhatHasWaitedTooLongAndNothingThatHasBegun() throws Exception {
    queue.offer(received(MESSAGE + "late"));
    queue.offer(received(RESPONSE));
    now += Admission.LIMIT_NANOS + MILLI;
    queue.offer(received(MESSAGE + "new"));
    assertThat(text(queue.take())).isEqualTo(RESPONSE);
    assertThat(text(queue.take())).isEqualTo(MESSAGE + "new");
    assertThat(refused).containsExactly(MESSAGE + "late");
  }

  @Test
  void servesWhatCannotBeRefused() throws Exception {
    refusable = false;
    queue.offer(received(MESSAGE));
    now += Admission.LIMIT_NANOS + MILLI;
    assertThat(text(queue.take())).isEqualTo(MESSAGE);
  }

  @Test
  void aThreadWaitsUntilSomethingComes() throws Exception {
    CompletableFuture<String> taken =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return text(queue.take());
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    queue.offer(received(MESSAGE));
    assertThat(taken.get(10, TimeUnit.SECONDS)).isEqualTo(MESSAGE);
  }

  @Test
  void keepsADatagramAtItsOwnSizeAndWithItsSender() throws Exception {
    Datagram kept = received("OPTIONS");
    assertThat(kept.content()).hasSize(7);
    assertThat(kept.source().getHostString()).isEqualTo("127.17.0.3");
    assertThat(kept.source().getPort()).isEqualTo(6060);
  }

  @Test
  void whateverIsReceivedIsOneOrTheOther() throws Exception {
    assertThat(received("").begins()).isFalse();
    assertThat(received("\r\n\r\n").begins()).isTrue();
    assertThat(received("t").begins()).isTrue();
    assertThat(received("INVITE sip:b@h SIP/2.0\r\nt").begins()).isTrue();
    assertThat(received("INVITE sip:b@h SIP/2.0\nTo: <sip:b@h;tag=uri>\n\n").begins()).isTrue();
    assertThat(received("INVITE sip:b@h SIP/2.0\n\nTo: <sip:b@h>;tag=body\n").begins()).isTrue();
  }

  private Datagram received(String text) throws Exception {
    byte[] buffer = new byte[65_536];
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, buffer, 0, bytes.length);
    return new Datagram(
        new DatagramPacket(buffer, bytes.length, InetAddress.getByName("127.17.0.3"), 6060), now);
  }

  private static String text(Object datagram) {
    return new String(((Datagram) datagram).content(), StandardCharsets.US_ASCII);
  }
}
