package org.phonemirror.core.emulator;

import java.net.InetAddress;
import java.time.Duration;

/**
 * How emulators are run on this host.
 *
 * @param address where they listen
 * @param adbServerPort of the adb server, which is started where there is none; not adb's own 5037,
 *     where a developer's server would take hold of the mirrors
 * @param callTime how long a call of the emulator's services may take
 * @param commandTime how long a command in Android's shell may take
 * @param startTime how long an emulator may take until it answers at all
 * @param stateTime how long it may take to save or load a snapshot
 * @param storageTime how long reading user storage may take
 * @param pace how fast time goes
 */
public record EmulatorSettings(
    InetAddress address,
    int adbServerPort,
    Duration callTime,
    Duration commandTime,
    Duration startTime,
    Duration stateTime,
    Duration storageTime,
    Pace pace) {
  private static final int ADB_SERVER_PORT = 5039;

  /** The values to use where there is no reason for others. */
  public static EmulatorSettings defaults() {
    return new EmulatorSettings(
        InetAddress.getLoopbackAddress(),
        ADB_SERVER_PORT,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Pace.REAL_TIME);
  }
}
