package org.phonemirror.client;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Two clocks that stand still until they are moved. */
public final class TestClock {
  private long wallMicros;
  private long monotonicMicros;

  public TestClock(long wallMicros) {
    this.wallMicros = wallMicros;
  }

  /** Time passes. */
  public synchronized void advance(long micros) {
    wallMicros += micros;
    monotonicMicros += micros;
  }

  /** The wall clock is set. */
  public synchronized void jump(long micros) {
    wallMicros += micros;
  }

  public synchronized long now() {
    return wallMicros;
  }

  public PhoneClock phoneClock() {
    Clock wall =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            long micros = now();
            return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
          }
        };
    return new PhoneClock(
        wall,
        () -> {
          synchronized (this) {
            return monotonicMicros * 1000;
          }
        });
  }
}
