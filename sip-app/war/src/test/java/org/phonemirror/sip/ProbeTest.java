package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.phonemirror.sip.MirrorPlane.Part;
import org.phonemirror.sip.MirrorPlane.State;

@Timeout(20)
class ProbeTest {
  private static final Part WELL = new Part("journal", State.OK, "written");

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final AtomicInteger looks = new AtomicInteger();

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void looksAgainWhenItsOutcomeIsOld() {
    Probe kept = probe(Duration.ofHours(1));
    assertThat(part(kept, Duration.ofSeconds(10))).isEqualTo(WELL);
    assertThat(part(kept, Duration.ofSeconds(10))).isEqualTo(WELL);
    assertThat(looks).hasValue(1);
    Probe fresh = probe(Duration.ZERO);
    assertThat(part(fresh, Duration.ofSeconds(10))).isEqualTo(WELL);
    assertThat(part(fresh, Duration.ofSeconds(10))).isEqualTo(WELL);
    assertThat(looks).hasValue(3);
  }

  private Probe probe(Duration keep) {
    return new Probe(
        "journal",
        () -> {
          looks.incrementAndGet();
          return WELL;
        },
        executor,
        keep);
  }

  @Test
  void aPartThatHangsIsAskedOnceAndToldAsSlow() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Probe probe =
        new Probe(
            "journal",
            () -> {
              looks.incrementAndGet();
              release.await();
              return WELL;
            },
            executor,
            Duration.ZERO);
    for (int i = 0; i < 3; i++) {
      Part hanging = part(probe, Duration.ofMillis(10));
      assertThat(hanging.state()).as("soon after").isEqualTo(State.DEGRADED);
      assertThat(hanging.detail()).startsWith("has not answered for ");
    }
    release.countDown();
    assertThat(probe.part(System.nanoTime() + Duration.ofSeconds(10).toNanos())).isEqualTo(WELL);
    assertThat(looks).hasValue(1);
  }

  @Test
  void whatIsThrownIsTold() {
    Probe probe =
        new Probe(
            "journal",
            () -> {
              throw new IOException("disk is full");
            },
            executor,
            Duration.ZERO);
    assertThat(part(probe, Duration.ofSeconds(10)))
        .isEqualTo(new Part("journal", State.FAILED, "disk is full"));
    executor.shutdown();
    assertThat(part(probe, Duration.ofSeconds(10)).detail()).isEqualTo("the server stops");
  }

  private static Part part(Probe probe, Duration limit) {
    probe.begin();
    return probe.part(System.nanoTime() + limit.toNanos());
  }
}
