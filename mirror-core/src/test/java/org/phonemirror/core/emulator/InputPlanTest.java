package org.phonemirror.core.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.android.emulator.control.KeyboardEvent;
import com.android.emulator.control.Touch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.input.Axis;
import org.phonemirror.core.input.MultitouchScreen;
import org.phonemirror.sync.InputEvent;

class InputPlanTest {
  private static final int KEYS = 0;
  private static final int TOUCH = 1;
  private static final int KEY_A = 30;
  private static final int BTN_TOUCH = 0x14a;
  private static final int ABS_X = 0;
  private static final int EV_REL = 2;

  private final List<InputEvent> events = new ArrayList<>();
  private static final int ABS_MT_SLOT = 0x2f;
  private static final int ABS_MT_POSITION_X = 0x35;
  private static final int ABS_MT_POSITION_Y = 0x36;
  private static final int ABS_MT_TRACKING_ID = 0x39;
  private static final int ABS_MT_PRESSURE = 0x3a;
  private static final Axis AXIS = new Axis(0, 4095);

  private final MultitouchScreen screen = new MultitouchScreen();

  @Test
  void keysAreTheEvdevCodesPressedAndReleased() {
    key(10, 1);
    key(20, 2); // repeated by the kernel
    key(30, 0);
    InputPlan plan = plan();
    assertThat(plan.refused()).isZero();
    assertThat(plan.steps()).extracting(InputPlan.Step::timeMicros).containsExactly(10L, 30L);
    KeyboardEvent down = plan.steps().get(0).key().orElseThrow();
    assertThat(down.getCodeType()).isEqualTo(KeyboardEvent.KeyCodeType.Evdev);
    assertThat(down.getKeyCode()).isEqualTo(KEY_A);
    assertThat(down.getEventType()).isEqualTo(KeyboardEvent.KeyEventType.keydown);
    assertThat(plan.steps().get(1).key().orElseThrow().getEventType())
        .isEqualTo(KeyboardEvent.KeyEventType.keyup);
  }

  @Test
  void twoFingersAreTwoTouchesThatMoveAndEndByThemselves() {
    touch(1, ABS_MT_SLOT, 0);
    touch(1, ABS_MT_TRACKING_ID, 700);
    touch(1, ABS_MT_POSITION_X, 4095);
    touch(1, ABS_MT_POSITION_Y, 0);
    touch(1, ABS_MT_SLOT, 1);
    touch(1, ABS_MT_TRACKING_ID, 701);
    touch(1, ABS_MT_POSITION_X, 0);
    touch(1, ABS_MT_POSITION_Y, 4095);
    touch(1, ABS_MT_PRESSURE, 40);
    events.add(new InputEvent(1, TOUCH, InputEvent.EV_KEY, BTN_TOUCH, 1));
    touch(1, ABS_X, 4095);
    touch(2, ABS_MT_POSITION_Y, 2048); // of the slot that was named last
    touch(3, ABS_MT_SLOT, 0);
    touch(3, ABS_MT_TRACKING_ID, -1);
    InputPlan plan = plan();
    assertThat(plan.refused()).isZero();
    assertThat(plan.steps()).hasSize(3);
    List<Touch> both = touches(plan, 0);
    assertThat(both).extracting(Touch::getIdentifier).containsExactly(0, 1);
    assertThat(both).extracting(Touch::getX).containsExactly(1079, 0);
    assertThat(both).extracting(Touch::getY).containsExactly(0, 2159);
    assertThat(both).extracting(Touch::getPressure).containsExactly(1, 40);
    assertThat(plan.steps().get(0).events()).isEqualTo(11);
    Touch moved = touches(plan, 1).get(0);
    assertThat(touches(plan, 1)).hasSize(1);
    assertThat(moved.getIdentifier()).isEqualTo(1);
    assertThat(moved.getX()).isZero();
    assertThat(moved.getY()).isBetween(1079, 1080);
    assertThat(touches(plan, 2)).hasSize(1);
    assertThat(touches(plan, 2).get(0).getIdentifier()).isZero();
    assertThat(touches(plan, 2).get(0).getPressure()).isZero();
  }

  @Test
  void aContactGoesOnInTheNextInterval() {
    touch(1, ABS_MT_TRACKING_ID, 5);
    touch(1, ABS_MT_POSITION_X, 100);
    assertThat(plan().steps()).hasSize(1);
    events.clear();
    touch(9, ABS_MT_TRACKING_ID, -1);
    InputPlan next = plan();
    assertThat(touches(next, 0).get(0).getX()).isEqualTo(100 * 1079 / 4095);
    assertThat(touches(next, 0).get(0).getPressure()).isZero();
  }

  @Test
  void whatTheEmulatorCannotBeToldIsCounted() {
    events.add(new InputEvent(1, KEYS, EV_REL, 0, 5));
    touch(2, ABS_MT_POSITION_X, 100); // there is no contact
    touch(3, ABS_MT_SLOT, MultitouchScreen.MOST_SLOTS);
    touch(3, ABS_MT_TRACKING_ID, 7);
    events.add(new InputEvent(4, TOUCH, EV_REL, 0, 1));
    InputPlan plan = plan();
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.refused()).isEqualTo(5);
  }

  private InputPlan plan() {
    InputPlan.Display display = new InputPlan.Display(TOUCH, AXIS, AXIS, 1080, 2160);
    return InputPlan.of(events, Optional.of(display), screen);
  }

  private static List<Touch> touches(InputPlan plan, int step) {
    return plan.steps().get(step).touch().orElseThrow().getTouchesList();
  }

  private void key(long micros, int value) {
    events.add(new InputEvent(micros, KEYS, InputEvent.EV_KEY, KEY_A, value));
  }

  private void touch(long micros, int code, int value) {
    events.add(new InputEvent(micros, TOUCH, InputEvent.EV_ABS, code, value));
  }
}
