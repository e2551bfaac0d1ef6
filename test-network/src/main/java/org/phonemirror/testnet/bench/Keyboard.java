package org.phonemirror.testnet.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.phonemirror.sync.InputEvent;

/** Makes the input events of key presses, by the codes of linux/input-event-codes.h. */
public final class Keyboard {
  /** KEY_ENTER. */
  public static final int ENTER = 28;

  /** KEY_DOWN. */
  public static final int DOWN = 108;

  private static final long PRESS_MICROS = 60_000;
  private static final Map<Character, Integer> CODES = codes();

  private Keyboard() {}

  /** Presses and releases a key. */
  public static List<InputEvent> press(long timeMicros, int code) {
    return List.of(
        new InputEvent(timeMicros, 0, InputEvent.EV_KEY, code, 1),
        new InputEvent(timeMicros + PRESS_MICROS, 0, InputEvent.EV_KEY, code, 0));
  }

  /** Types lower-case letters, digits, spaces and {@code - , . /}, a key each step, then Enter. */
  public static List<InputEvent> line(long startMicros, long stepMicros, String text) {
    List<InputEvent> events = new ArrayList<>();
    long time = startMicros;
    for (int i = 0; i < text.length(); i++) {
      events.addAll(press(time, code(text.charAt(i))));
      time += stepMicros;
    }
    events.addAll(press(time, ENTER));
    return events;
  }

  static int code(char c) {
    Integer code = CODES.get(c);
    if (code == null) {
      throw new IllegalArgumentException("no key for '" + c + "'");
    }
    return code;
  }

  private static Map<Character, Integer> codes() {
    Map<Character, Integer> codes = new HashMap<>();
    add(codes, "1234567890", 2);
    add(codes, "qwertyuiop", 16);
    add(codes, "asdfghjkl", 30);
    add(codes, "-", 12);
    add(codes, "zxcvbnm,./", 44);
    add(codes, " ", 57);
    return codes;
  }

  private static void add(Map<Character, Integer> codes, String row, int first) {
    for (int i = 0; i < row.length(); i++) {
      codes.put(row.charAt(i), first + i);
    }
  }
}
