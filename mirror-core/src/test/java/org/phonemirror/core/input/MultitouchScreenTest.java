package org.phonemirror.core.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.core.input.Contact.Phase.BEGINS;
import static org.phonemirror.core.input.Contact.Phase.CHANGES;
import static org.phonemirror.core.input.Contact.Phase.ENDS;
import static org.phonemirror.core.input.MultitouchScreen.Answer.NO_CONTACT;
import static org.phonemirror.core.input.MultitouchScreen.Answer.NO_SLOT;
import static org.phonemirror.core.input.MultitouchScreen.Answer.OTHER;
import static org.phonemirror.core.input.MultitouchScreen.Answer.TAKEN;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.phonemirror.sync.InputEvent;

class MultitouchScreenTest {
  private static final int SLOT = 0x2f;
  private static final int MAJOR = 0x30;
  private static final int X = 0x35;
  private static final int Y = 0x36;
  private static final int TOOL_TYPE = 0x37;
  private static final int ID = 0x39;
  private static final int PRESSURE = 0x3a;
  private static final int BTN_TOUCH = 0x14a;
  private static final int BTN_TOOL_FINGER = 0x145;
  private static final int EV_REL = 2;

  private MultitouchScreen screen = new MultitouchScreen();

  private MultitouchScreen.Answer take(int type, int code, int value) {
    return screen.take(new InputEvent(0, 0, type, code, value));
  }

  /** Takes events of absolute axes. */
  private void axes(int... codeValue) {
    for (int i = 0; i < codeValue.length; i += 2) {
      assertThat(take(InputEvent.EV_ABS, codeValue[i], codeValue[i + 1])).isEqualTo(TAKEN);
    }
  }

  private void touched(int value) {
    assertThat(take(InputEvent.EV_KEY, BTN_TOUCH, value)).isEqualTo(TAKEN);
  }

  private static Contact contact(int slot, int id, Contact.Phase phase, int x, int y, int events) {
    return new Contact(slot, id, phase, x, y, 0, 0, 0, 0, events);
  }

  @Test
  void twoFingersBeginMoveAndEndEachByItself() {
    touched(1);
    axes(ID, 7, X, 100, Y, 200, SLOT, 1, ID, 8, X, 300, Y, 400, 0, 100, 1, 200);
    assertThat(take(InputEvent.EV_KEY, BTN_TOOL_FINGER, 1)).isEqualTo(TAKEN);
    assertThat(screen.report())
        .containsExactly(contact(0, 7, BEGINS, 100, 200, 3), contact(1, 8, BEGINS, 300, 400, 3));
    assertThat(screen.down()).isEqualTo(2);
    axes(Y, 410); // of the slot that was named last
    assertThat(screen.report()).containsExactly(contact(1, 8, CHANGES, 300, 410, 1));
    axes(SLOT, 0, X, 110, ID, -1);
    assertThat(screen.report())
        .containsExactly(contact(0, 7, CHANGES, 110, 200, 1), contact(0, 7, ENDS, 110, 200, 1));
    assertThat(screen.report()).isEmpty();
    assertThat(screen.down()).isEqualTo(1);
  }

  @Test
  void whatTheKernelDoesNotRepeatIsAsItWasInTheSlot() {
    axes(ID, 7, X, 100, Y, 200, PRESSURE, 30, MAJOR, 5, TOOL_TYPE, 0);
    assertThat(screen.report())
        .containsExactly(new Contact(0, 7, BEGINS, 100, 200, 30, 5, 0, 0, 6));
    axes(ID, -1);
    screen.report();
    axes(ID, 8, Y, 201);
    assertThat(screen.report())
        .containsExactly(new Contact(0, 8, BEGINS, 100, 201, 30, 5, 0, 0, 2));
  }

  @Test
  void aSlotThatAnotherContactTakesAtOnceEndsTheFirst() {
    axes(ID, 7, X, 1, ID, 8, X, 2, ID, -1);
    assertThat(screen.report())
        .containsExactly(
            contact(0, 7, BEGINS, 1, 0, 2),
            contact(0, 7, ENDS, 1, 0, 0),
            contact(0, 8, BEGINS, 2, 0, 2),
            contact(0, 8, ENDS, 2, 0, 1));
    assertThat(screen.down()).isZero();
  }

  @Test
  void aScreenOfOneContactHasIt() {
    touched(1);
    axes(0, 100, 1, 200);
    assertThat(screen.report()).containsExactly(contact(0, 0, BEGINS, 100, 200, 3));
    axes(0, 101);
    assertThat(screen.report()).containsExactly(contact(0, 0, CHANGES, 101, 200, 1));
    touched(0);
    assertThat(screen.report()).containsExactly(contact(0, 0, ENDS, 101, 200, 1));
    axes(0, 150); // above the screen
    assertThat(screen.report()).isEmpty();
  }

  @Test
  void whatIsNoTouchIsToldApart() {
    assertThat(take(EV_REL, 0, 5)).isEqualTo(OTHER);
    assertThat(take(InputEvent.EV_KEY, 30, 1)).isEqualTo(OTHER);
    assertThat(take(InputEvent.EV_ABS, 0x28, 1)).isEqualTo(OTHER);
    assertThat(take(InputEvent.EV_ABS, X, 1)).isEqualTo(NO_CONTACT);
    assertThat(take(InputEvent.EV_ABS, ID, -1)).isEqualTo(NO_CONTACT);
    assertThat(take(InputEvent.EV_ABS, SLOT, MultitouchScreen.MOST_SLOTS)).isEqualTo(NO_SLOT);
    assertThat(take(InputEvent.EV_ABS, ID, 7)).isEqualTo(NO_SLOT);
    assertThat(take(InputEvent.EV_ABS, SLOT, -1)).isEqualTo(NO_SLOT);
    assertThat(screen.report()).isEmpty();
    axes(SLOT, 9, ID, 7);
    assertThat(screen.report()).extracting(Contact::slot).containsExactly(9);
  }

  @Test
  void aScreenGoesOnFromItsState() {
    axes(ID, 7, X, 100, SLOT, 3, ID, 8, X, 300);
    screen.report();
    screen = MultitouchScreen.of(screen.state());
    assertThat(screen.down()).isEqualTo(2);
    axes(Y, 5);
    assertThat(screen.report()).containsExactly(contact(3, 8, CHANGES, 300, 5, 1));
    axes(SLOT, 0, ID, -1);
    assertThat(screen.report()).containsExactly(contact(0, 7, ENDS, 100, 0, 1));

    screen = new MultitouchScreen();
    touched(1);
    axes(0, 100);
    screen.report();
    screen = MultitouchScreen.of(screen.state());
    touched(0);
    assertThat(screen.report()).containsExactly(contact(0, 0, ENDS, 100, 0, 1));
    for (String forged : List.of("", "1 2 3", screen.state() + " x", "x" + screen.state())) {
      assertThatThrownBy(() -> MultitouchScreen.of(forged))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anAxisIsScaledToAnother() {
    Axis axis = Axis.parse("input.1.x", "-100..100");
    assertThat(List.of(-100, 0, 100, 5000, -5000).stream().map(v -> axis.scaled(v, 1000)))
        .containsExactly(0, 500, 1000, 1000, 0);
    assertThat(new Axis(Integer.MIN_VALUE, Integer.MAX_VALUE).scaled(Integer.MAX_VALUE, 32_767))
        .isEqualTo(32_767);
    for (String forged : List.of("", "1", "5..5", "1..2..3", "a..b", "..")) {
      assertThatThrownBy(() -> Axis.parse("input.1.x", forged))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'input.1.x' must be MIN..MAX, not '" + forged + "'");
    }
  }
}
