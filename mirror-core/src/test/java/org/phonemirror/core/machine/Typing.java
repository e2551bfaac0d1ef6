package org.phonemirror.core.machine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.phonemirror.sync.InputEvent;

/** Builds the input events of someone who types on a US keyboard; also reads them back. */
public final class Typing {
  /** Time from key press to release, in microseconds. */
  public static final long PRESS_MICROS = 40_000;

  /** Time from one key press to the next, in microseconds. */
  public static final long STEP_MICROS = 150_000;

  /** KEY_ENTER (linux/input-event-codes.h). */
  public static final int ENTER = 28;

  /** KEY_DOWN. */
  public static final int DOWN = 108;

  /** KEY_LEFTCTRL. */
  public static final int CTRL = 29;

  private static final int SHIFT = 42;
  private static final String PLAIN =
      "\0\0331234567890-=\177\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0\0\0 ";
  private static final String SHIFTED =
      "\0\033!@#$%^&*()_+\177\tQWERTYUIOP{}\n\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0\0\0 ";
  private static final Map<Character, Integer> CODES = codes();

  private final List<InputEvent> events = new ArrayList<>();
  private long micros;

  private Typing(long startMicros) {
    this.micros = startMicros;
  }

  /** Begins at a time, in microseconds since the epoch. */
  public static Typing at(long startMicros) {
    return new Typing(startMicros);
  }

  /** Waits. */
  public Typing pause(long pauseMicros) {
    micros += pauseMicros;
    return this;
  }

  /** Types text; a line feed is the Enter key. */
  public Typing type(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      Integer code = CODES.get(c);
      if (code == null) {
        throw new IllegalArgumentException("no key for '" + c + "'");
      }
      if (PLAIN.indexOf(c) >= 0) {
        key(code);
      } else {
        with(SHIFT, code);
      }
    }
    return this;
  }

  /** Presses and releases a key by its code. */
  public Typing key(int code) {
    add(micros, code, 1);
    add(micros + PRESS_MICROS, code, 0);
    micros += STEP_MICROS;
    return this;
  }

  /** Presses and releases a key while another is down. */
  public Typing with(int modifier, int code) {
    add(micros, modifier, 1);
    add(micros + PRESS_MICROS / 4, code, 1);
    add(micros + PRESS_MICROS, code, 0);
    add(micros + PRESS_MICROS + PRESS_MICROS / 4, modifier, 0);
    micros += STEP_MICROS;
    return this;
  }

  /** The events so far. */
  public List<InputEvent> events() {
    return List.copyOf(events);
  }

  /** When the next key would be pressed. */
  public long micros() {
    return micros;
  }

  /** The character that a key gives, or 0 where it gives none. */
  public static char character(int code, boolean shift) {
    String row = shift ? SHIFTED : PLAIN;
    return code < row.length() ? row.charAt(code) : 0;
  }

  /** Whether a key is the shift key. */
  public static boolean isShift(int code) {
    return code == SHIFT;
  }

  private void add(long time, int code, int value) {
    events.add(new InputEvent(time, 0, InputEvent.EV_KEY, code, value));
  }

  private static Map<Character, Integer> codes() {
    Map<Character, Integer> codes = new HashMap<>();
    for (String row : List.of(PLAIN, SHIFTED)) {
      for (int code = 0; code < row.length(); code++) {
        if (row.charAt(code) != 0) {
          codes.putIfAbsent(row.charAt(code), code);
        }
      }
    }
    return codes;
  }
}
