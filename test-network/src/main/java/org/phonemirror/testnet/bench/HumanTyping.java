package org.phonemirror.testnet.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.phonemirror.sync.InputEvent;

/**
 * A person's typing: bursts of words with pauses for thought, letters as frequent as in English,
 * keys held for 60 to 140 ms, all times with the microseconds that the kernel gives. The same seed
 * gives the same taps.
 */
public final class HumanTyping {
  /** Linux key codes (linux/input-event-codes.h) of the 26 letters from A. */
  private static final int[] LETTERS = {
    30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45,
    21, 44
  };

  /** Letters by their share in English text, per thousand. */
  private static final int[] SHARES = {
    82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24, 2, 20,
    1
  };

  private static final int KEY_SPACE = 57;
  private static final int MEAN_WORD = 5;
  private static final long MEAN_WITHIN_WORD_MICROS = 190_000;

  private final Random random;

  /** Whoever types by this seed. */
  public HumanTyping(long seed) {
    random = new Random(seed);
  }

  /** So many taps, each a press and a release, within the interval. */
  public List<InputEvent> in(long startMicros, long lengthMicros, int taps) {
    double[] gaps = new double[taps + 1];
    double sum = 0;
    for (int i = 0; i < gaps.length; i++) {
      boolean pause = random.nextInt(MEAN_WORD) == 0;
      gaps[i] = pause ? 0 : MEAN_WITHIN_WORD_MICROS * Math.exp(0.35 * random.nextGaussian());
      sum += gaps[i];
    }
    // what is left of the interval goes to the pauses
    double[] pauses = new double[gaps.length];
    double pauseSum = 0;
    for (int i = 0; i < gaps.length; i++) {
      pauses[i] = gaps[i] == 0 || i == 0 ? -Math.log(1 - random.nextDouble()) : 0;
      pauseSum += pauses[i];
    }
    double left = lengthMicros * 0.995 - sum;
    List<InputEvent> events = new ArrayList<>();
    double at = startMicros;
    for (int i = 0; i < taps; i++) {
      at += gaps[i] + left * pauses[i] / pauseSum;
      int code = gaps[i] == 0 ? KEY_SPACE : letter();
      long press = (long) at;
      long hold =
          (long) Math.max(60_000, Math.min(140_000, 95_000 + 18_000 * random.nextGaussian()));
      events.add(new InputEvent(press, 0, InputEvent.EV_KEY, code, 1));
      events.add(new InputEvent(press + hold, 0, InputEvent.EV_KEY, code, 0));
    }
    events.sort(Comparator.comparingLong(InputEvent::timeMicros));
    return events;
  }

  private int letter() {
    int left = random.nextInt(1003);
    for (int i = 0; i < LETTERS.length; i++) {
      left -= SHARES[i];
      if (left < 0) {
        return LETTERS[i];
      }
    }
    return LETTERS[4];
  }
}
