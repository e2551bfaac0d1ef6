package org.phonemirror.testnet.phone;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;

/**
 * A hand on the phone's keyboard. It types at a human pace, one key after the other; each call
 * returns when all keys are up again.
 */
public final class Typist {
  /** How long a key stays down: a human's 50 to 100 ms, well below the auto-repeat's 250 ms. */
  public static final Duration HOLD = Duration.ofMillis(50);

  /** From one key's release to the next one's press; with {@link #HOLD}, 80 words a minute. */
  public static final Duration GAP = Duration.ofMillis(100);

  private final Keyboard keyboard;
  private final Pace pace;

  /** Types on a keyboard in real time. */
  public Typist(Keyboard keyboard) {
    this(keyboard, Typist::sleep);
  }

  /** Types on a keyboard in whatever time passes there. */
  public Typist(Keyboard keyboard, Pace pace) {
    this.keyboard = keyboard;
    this.pace = pace;
  }

  /**
   * Types a text; {@code \n} is the return key.
   *
   * @throws IllegalArgumentException if a US keyboard lacks one of the characters; nothing is typed
   *     then
   */
  public Typist type(String text) throws IOException {
    List<List<String>> chords =
        text.chars().mapToObj(character -> UsKeyboard.character((char) character)).toList();
    for (List<String> chord : chords) {
      press(chord);
    }
    return this;
  }

  /**
   * Presses a key or a chord, for example {@code ret}, {@code down} or {@code ctrl-o}.
   *
   * @throws IllegalArgumentException if that is no key
   */
  public Typist key(String chord) throws IOException {
    press(UsKeyboard.chord(chord));
    return this;
  }

  /** Waits, as the user does for a program to start. */
  public Typist pause(long millis) throws IOException {
    pace.wait(Duration.ofMillis(millis));
    return this;
  }

  private void press(List<String> keys) throws IOException {
    int down = 0;
    try {
      for (String key : keys) {
        keyboard.key(key, true);
        down++;
      }
      pace.wait(HOLD);
    } finally {
      // a key that stays down would repeat for ever
      while (down > 0) {
        keyboard.key(keys.get(--down), false);
      }
    }
    pace.wait(GAP);
  }

  private static void sleep(Duration duration) throws InterruptedIOException {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while typing");
    }
  }

  /** Takes keys. */
  @FunctionalInterface
  public interface Keyboard {
    /**
     * A key goes down or up.
     *
     * @param key QEMU's name of it
     */
    void key(String key, boolean down) throws IOException;
  }

  /** Lets time pass. */
  @FunctionalInterface
  public interface Pace {
    /** Returns after so much of it. */
    void wait(Duration duration) throws IOException;
  }
}
