package org.phonemirror.testnet.story;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Linux key codes (linux/input-event-codes.h) by QEMU's names of keys (QKeyCode, qapi/ui.json). */
final class KeyCodes {
  private static final Map<String, Integer> CODES = codes();

  private KeyCodes() {}

  static int of(String key) {
    Integer code = CODES.get(key);
    if (code == null) {
      throw new IllegalArgumentException("no key code for '" + key + "'");
    }
    return code;
  }

  private static Map<String, Integer> codes() {
    Map<String, Integer> codes = new HashMap<>();
    put(codes, 2, "1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "minus", "equal", "backspace");
    put(codes, 15, "tab", "q", "w", "e", "r", "t", "y", "u", "i", "o", "p");
    put(codes, 26, "bracket_left", "bracket_right", "ret", "ctrl");
    put(codes, 30, "a", "s", "d", "f", "g", "h", "j", "k", "l", "semicolon", "apostrophe");
    put(codes, 41, "grave_accent", "shift", "backslash");
    put(codes, 44, "z", "x", "c", "v", "b", "n", "m", "comma", "dot", "slash");
    put(codes, 56, "alt", "spc");
    put(codes, 103, "up");
    put(codes, 108, "down");
    return Map.copyOf(codes);
  }

  private static void put(Map<String, Integer> codes, int first, String... keys) {
    List<String> row = List.of(keys);
    for (int i = 0; i < row.size(); i++) {
      codes.put(row.get(i), first + i);
    }
  }
}
