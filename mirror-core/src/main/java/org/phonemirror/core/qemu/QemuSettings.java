package org.phonemirror.core.qemu;

import java.time.Duration;

/**
 * How QEMU is run.
 *
 * @param binary path or name of {@code qemu-system-x86_64}
 * @param commandTime how long anything but a replay and a boot may take
 * @param replayTime how long a replay may take besides {@code replayFactor}
 * @param replayFactor how many times the interval's length a replay may take in addition: an idle
 *     guest needs next to nothing, one that computes all the time needs about 1 on an idle host
 * @param bootTime how long a phone model's boot may take when its template is made
 * @param limits what a guest's process may have of its host
 */
public record QemuSettings(
    String binary,
    Duration commandTime,
    Duration replayTime,
    int replayFactor,
    Duration bootTime,
    GuestLimits limits) {
  /** With the limits that guests have where there is no reason for others. */
  public QemuSettings(
      String binary,
      Duration commandTime,
      Duration replayTime,
      int replayFactor,
      Duration bootTime) {
    this(binary, commandTime, replayTime, replayFactor, bootTime, GuestLimits.defaults());
  }

  /** The values to use where there is no reason for others. */
  public static QemuSettings defaults() {
    return new QemuSettings(
        "qemu-system-x86_64",
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        4,
        Duration.ofMinutes(5));
  }

  /** The same with other limits. */
  public QemuSettings with(GuestLimits others) {
    return new QemuSettings(binary, commandTime, replayTime, replayFactor, bootTime, others);
  }

  /** How long the replay of an interval of the given length may take. */
  public Duration replayTime(long lengthMicros) {
    return replayTime.plusNanos(lengthMicros * 1000 * replayFactor);
  }
}
