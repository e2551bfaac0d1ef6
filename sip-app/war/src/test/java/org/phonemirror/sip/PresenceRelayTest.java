package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.RebuildStatus;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.SessionRecorder;

@Timeout(20)
class PresenceRelayTest {
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  @Test
  void keepsTheOrderOfRegistrationsMadeWhileThePlaneStarts() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    PresenceRelay relay =
        new PresenceRelay(
            () -> {
              started.await();
              return plane(new CountDownLatch(0));
            },
            10);
    try {
      assertThat(relay.status()).isEqualTo(PresenceRelay.Status.STARTING);
      assertThat(relay.offer(registration(1, true))).isTrue();
      assertThat(relay.offer(registration(1, false))).isTrue();
      assertThat(relay.offer(registration(2, true))).isTrue();
      assertThat(heard).isEmpty();
      started.countDown();
      assertThat(next()).isEqualTo("on sip:1@ims.test");
      assertThat(next()).isEqualTo("off sip:1@ims.test");
      assertThat(next()).isEqualTo("on sip:2@ims.test");
      assertThat(relay.status()).isEqualTo(PresenceRelay.Status.UP);
    } finally {
      relay.close();
    }
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(relay.status()).isEqualTo(PresenceRelay.Status.DOWN);
    assertThat(relay.offer(registration(3, true))).isFalse();
  }

  @Test
  void refusesWhatAHangingPlaneDoesNotTakeAndLosesNothingItHasTaken() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    try (PresenceRelay relay = new PresenceRelay(() -> plane(hang), 2)) {
      assertThat(relay.offer(registration(1, true))).isTrue();
      assertThat(next()).isEqualTo("on sip:1@ims.test"); // and hangs there
      assertThat(relay.offer(registration(2, true))).isTrue();
      assertThat(relay.offer(registration(3, true))).isTrue();
      assertThat(relay.offer(registration(4, true))).isFalse();
      hang.countDown();
      assertThat(next()).isEqualTo("on sip:2@ims.test");
      assertThat(next()).isEqualTo("on sip:3@ims.test");
    }
  }

  private MirrorPlane plane(CountDownLatch hang) {
    return new MirrorPlane() {
      @Override
      public List<Part> parts() {
        return List.of();
      }

      @Override
      public CompletionStage<List<MirrorStatus>> status() {
        return CompletableFuture.completedFuture(List.of());
      }

      @Override
      public CompletionStage<List<MirrorReport>> reports(Optional<String> whose) {
        return CompletableFuture.completedFuture(List.of());
      }

      @Override
      public String scrape() {
        return "";
      }

      @Override
      public CompletionStage<RebuildStatus> rebuild(Impu subscriber, boolean order) {
        return CompletableFuture.completedFuture(RebuildStatus.NONE);
      }

      @Override
      public ServiceFigures services() {
        return ServiceFigures.NONE;
      }

      @Override
      public boolean isMirrored(Impu subscriber) {
        return false;
      }

      @Override
      public SessionRecorder recorder() {
        return (subscriber, content) -> {};
      }

      @Override
      public CompletionStage<Optional<String>> servingCscf(Impu subscriber) {
        return CompletableFuture.completedFuture(Optional.empty());
      }

      @Override
      public PhonePresence presence() {
        return new PhonePresence() {
          @Override
          public void phoneOn(Impu subscriber) {
            heard.add("on " + subscriber);
            try {
              hang.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void phoneOff(Impu subscriber) {
            heard.add("off " + subscriber);
          }
        };
      }

      @Override
      public void close() {
        closed.countDown();
      }
    };
  }

  private String next() throws InterruptedException {
    return heard.poll(10, TimeUnit.SECONDS);
  }

  private static Registration registration(int number, boolean active) {
    return new Registration(
        new Impu("sip:" + number + "@ims.test"), active, Optional.empty(), RegistrationBody.NONE);
  }
}
