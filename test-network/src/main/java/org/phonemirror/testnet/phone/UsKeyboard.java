package org.phonemirror.testnet.phone;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which keys of a US keyboard make a character, by QEMU's names of keys (QKeyCode, qapi/ui.json).
 */
public final class UsKeyboard {
  private static final Map<Character, List<String>> CHORDS = chords();
  private static final Set<String> MODIFIERS = Set.of("shift", "ctrl", "alt");
  private static final Set<String> NAMED =
      Set.of(
          "ret",
          "esc",
          "tab",
          "spc",
          "backspace",
          "delete",
          "insert",
          "home",
          "end",
          "pgup",
          "pgdn",
          "up",
          "down",
          "left",
          "right",
          "f1",
          "f2",
          "f3",
          "f4",
          "f5",
          "f6",
          "f7",
          "f8",
          "f9",
          "f10",
          "f11",
          "f12",
          "power",
          "shift",
          "ctrl",
          "alt");

  private UsKeyboard() {}

  /**
   * The keys to hold for a character, in the order in which they go down.
   *
   * @throws IllegalArgumentException if no key makes it
   */
  public static List<String> character(char character) {
    List<String> keys = CHORDS.get(character);
    if (keys == null) {
      throw new IllegalArgumentException(
          String.format("no key of a US keyboard makes '%c' (U+%04X)", character, (int) character));
    }
    return keys;
  }

  /**
   * The keys of a chord like {@code ctrl-o}, {@code shift-tab} or {@code ret}: modifiers, then a
   * key's name or a character.
   *
   * @throws IllegalArgumentException naming the part that is no key
   */
  public static List<String> chord(String chord) {
    String[] parts = chord.split("-(?=.)", -1);
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < parts.length - 1; i++) {
      if (!MODIFIERS.contains(parts[i])) {
        throw new IllegalArgumentException(
            "'" + parts[i] + "' in '" + chord + "' is no modifier: must be one of " + MODIFIERS);
      }
      keys.add(parts[i]);
    }
    String last = parts[parts.length - 1];
    if (NAMED.contains(last)) {
      keys.add(last);
    } else if (last.length() == 1) {
      keys.addAll(character(last.charAt(0)));
    } else {
      throw new IllegalArgumentException("'" + last + "' in '" + chord + "' is no key");
    }
    return List.copyOf(keys);
  }

  private static Map<Character, List<String>> chords() {
    Map<Character, List<String>> chords = new HashMap<>();
    for (char c = 'a'; c <= 'z'; c++) {
      put(chords, String.valueOf(c), c, Character.toUpperCase(c));
    }
    String shiftedDigits = ")!@#$%^&*(";
    for (char c = '0'; c <= '9'; c++) {
      put(chords, String.valueOf(c), c, shiftedDigits.charAt(c - '0'));
    }
    put(chords, "minus", '-', '_');
    put(chords, "equal", '=', '+');
    put(chords, "bracket_left", '[', '{');
    put(chords, "bracket_right", ']', '}');
    put(chords, "backslash", '\\', '|');
    put(chords, "semicolon", ';', ':');
    put(chords, "apostrophe", '\'', '"');
    put(chords, "grave_accent", '`', '~');
    put(chords, "comma", ',', '<');
    put(chords, "dot", '.', '>');
    put(chords, "slash", '/', '?');
    chords.put(' ', List.of("spc"));
    chords.put('\n', List.of("ret"));
    chords.put('\t', List.of("tab"));
    return Map.copyOf(chords);
  }

  private static void put(
      Map<Character, List<String>> chords, String key, char plain, char shifted) {
    chords.put(plain, List.of(key));
    chords.put(shifted, List.of("shift", key));
  }
}
