package org.phonemirror.core.qemu.realtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * QEMU's names of keys (QKeyCode, qapi/ui.json) by the codes of linux/input-event-codes.h. A QEMU
 * that lacks one of them refuses it.
 */
final class Qcodes {
  /** From a code on, one name after the other. */
  private static final String TABLE =
      """
      1 esc 1 2 3 4 5 6 7 8 9 0 minus equal backspace
      15 tab q w e r t y u i o p bracket_left bracket_right ret
      29 ctrl a s d f g h j k l semicolon apostrophe grave_accent
      42 shift backslash z x c v b n m comma dot slash shift_r
      55 kp_multiply alt spc caps_lock f1 f2 f3 f4 f5 f6 f7 f8 f9 f10
      69 num_lock scroll_lock kp_7 kp_8 kp_9 kp_subtract kp_4 kp_5 kp_6 kp_add
      79 kp_1 kp_2 kp_3 kp_0 kp_decimal
      86 less f11 f12 ro
      91 hiragana henkan katakanahiragana muhenkan
      96 kp_enter ctrl_r kp_divide print alt_r lf home up pgup left right end down pgdn
      110 insert delete
      113 audiomute volumedown volumeup power kp_equals
      119 pause
      121 kp_comma lang1 lang2 yen meta_l meta_r compose stop again props undo front copy open
      135 paste find cut help menu calculator
      142 sleep wake
      155 mail ac_bookmarks computer ac_back ac_forward
      163 audionext audioplay audioprev audiostop
      172 ac_home ac_refresh
      183 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24
      226 mediaselect
      """;

  private static final Map<Integer, String> NAMES = names();

  private Qcodes() {}

  /** The name of a key; empty if QEMU has none. */
  static Optional<String> name(int linuxCode) {
    return Optional.ofNullable(NAMES.get(linuxCode));
  }

  private static Map<Integer, String> names() {
    Map<Integer, String> names = new HashMap<>();
    for (String line : TABLE.lines().toList()) {
      String[] words = line.strip().split(" ", -1);
      int code = Integer.parseInt(words[0]);
      for (int i = 1; i < words.length; i++) {
        names.put(code + i - 1, words[i]);
      }
    }
    return Map.copyOf(names);
  }
}
