package org.phonemirror.app.capture;

import java.util.List;
import java.util.OptionalInt;
import org.phonemirror.client.input.InputSink;
import org.phonemirror.sync.InputEvent;

/**
 * Makes input events of what an accessibility service is told: a touch in the middle of what was
 * clicked, and the keys of a US keyboard that give the text that was entered. It is a guess at what
 * the owner did. Whatever can't be guessed (scrolling, other characters, a change in the middle of
 * a text) counts as lost, so that the server compares the storage in full.
 *
 * <p>The devices are those of the reference phone: 0 is the keyboard, 1 the tablet.
 */
final class Translator {
  private static final int KEYBOARD = 0;
  private static final int TABLET = 1;
  private static final int ABS_X = 0;
  private static final int ABS_Y = 1;
  private static final int BTN_LEFT = 0x110;

  /** The tablet's coordinates go from 0 to here. */
  private static final int MAX_ABS = 0x7fff;

  /** More text than this at once was pasted, or filled in: keys would not be what was done. */
  private static final int MAX_TYPED = 256;

  private final InputSink sink;

  Translator(InputSink sink) {
    this.sink = sink;
  }

  /**
   * Something was clicked.
   *
   * @param x its middle, as a part of the screen's width, from 0 to 1
   * @param y the same of the height
   */
  void clicked(long micros, double x, double y) {
    int absX = (int) Math.round(Math.max(0, Math.min(1, x)) * MAX_ABS);
    int absY = (int) Math.round(Math.max(0, Math.min(1, y)) * MAX_ABS);
    sink.report(
        List.of(
            new InputEvent(micros, TABLET, InputEvent.EV_ABS, ABS_X, absX),
            new InputEvent(micros, TABLET, InputEvent.EV_ABS, ABS_Y, absY),
            new InputEvent(micros, TABLET, InputEvent.EV_KEY, BTN_LEFT, 1)));
    sink.report(List.of(new InputEvent(micros + 1, TABLET, InputEvent.EV_KEY, BTN_LEFT, 0)));
  }

  /**
   * The text of a field was changed.
   *
   * @param text as it is now
   * @param from index of the change
   * @param removed how many characters are gone there
   * @param added how many are new there
   */
  void typed(long micros, CharSequence text, int from, int removed, int added) {
    boolean atEnd = from >= 0 && from + added == text.length();
    if (!atEnd || removed + added > MAX_TYPED) {
      sink.lost(Math.max(1, (long) removed + added));
      return;
    }
    long at = micros;
    for (int i = 0; i < removed; i++) {
      at = tap(at, UsKeys.BACKSPACE, false);
    }
    for (int i = from; i < from + added; i++) {
      OptionalInt code = UsKeys.code(text.charAt(i));
      if (code.isPresent()) {
        at = tap(at, code.getAsInt(), UsKeys.isShifted(text.charAt(i)));
      } else {
        sink.lost(1);
      }
    }
  }

  /** A key of the phone itself, such as the volume's, went down or up. */
  void key(long micros, int code, boolean down) {
    key(micros, code, down ? 1 : 0);
  }

  /** Something was done that can't be told as input. */
  void other() {
    sink.lost(1);
  }

  private long tap(long micros, int code, boolean shifted) {
    long at = micros;
    if (shifted) {
      key(at++, UsKeys.LEFT_SHIFT, 1);
    }
    key(at++, code, 1);
    key(at++, code, 0);
    if (shifted) {
      key(at++, UsKeys.LEFT_SHIFT, 0);
    }
    return at;
  }

  private void key(long micros, int code, int value) {
    sink.report(List.of(new InputEvent(micros, KEYBOARD, InputEvent.EV_KEY, code, value)));
  }
}
