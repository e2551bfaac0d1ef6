package org.phonemirror.core.qemu;

import org.phonemirror.core.machine.Typing;

/** The reference phone's menu of programs. */
public final class HomeScreen {
  private static final long START_MICROS = 5_000_000;
  private static final int SHELL = 5;

  private HomeScreen() {}

  /** Waits for the home screen after a boot, and opens the shell. */
  public static Typing shell(long bootMicros) {
    Typing typing = Typing.at(bootMicros).pause(START_MICROS);
    for (int i = 0; i < SHELL; i++) {
      typing.key(Typing.DOWN);
    }
    return typing.key(Typing.ENTER).pause(START_MICROS);
  }
}
