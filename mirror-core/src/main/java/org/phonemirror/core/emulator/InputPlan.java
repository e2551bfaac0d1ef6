package org.phonemirror.core.emulator;

import com.android.emulator.control.KeyboardEvent;
import com.android.emulator.control.TouchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.phonemirror.sync.InputEvent;

/**
 * What an emulator is to be told of an interval's input, and when.
 *
 * @param steps in order of time
 * @param refused how many events no emulator knows
 */
record InputPlan(List<Step> steps, int refused) {
  private static final int RELEASE = 0;
  private static final int PRESS = 1;

  InputPlan {
    steps = List.copyOf(steps);
  }

  /**
   * One call; either a key or touches.
   *
   * @param timeMicros its time on the phone's clock
   * @param events how many events are in it
   */
  record Step(
      long timeMicros, int events, Optional<KeyboardEvent> key, Optional<TouchEvent> touch) {}

  /**
   * Plans an interval.
   *
   * @param events in order of time
   * @param touchDevice number of the touch screen; all other devices are keyboards
   * @param screen has the contacts of earlier intervals, and gets those of this one
   */
  static InputPlan of(List<InputEvent> events, OptionalInt touchDevice, TouchScreen screen) {
    List<Step> steps = new ArrayList<>();
    int refused = 0;
    int inReport = 0;
    for (int i = 0; i < events.size(); i++) {
      InputEvent event = events.get(i);
      if (touchDevice.isPresent() && event.device() == touchDevice.getAsInt()) {
        if (screen.take(event)) {
          inReport++;
        } else {
          refused++;
        }
        boolean last = i + 1 == events.size() || !isSameReport(event, events.get(i + 1));
        if (last) {
          Optional<TouchEvent> report = screen.report();
          if (report.isPresent()) {
            steps.add(new Step(event.timeMicros(), inReport, Optional.empty(), report));
          }
          inReport = 0;
        }
      } else if (event.type() != InputEvent.EV_KEY) {
        refused++;
      } else if (event.value() == PRESS || event.value() == RELEASE) {
        steps.add(new Step(event.timeMicros(), 1, Optional.of(key(event)), Optional.empty()));
      }
      // auto-repeat is made by the emulator's own Android
    }
    return new InputPlan(steps, refused);
  }

  private static boolean isSameReport(InputEvent one, InputEvent next) {
    return one.device() == next.device() && one.timeMicros() == next.timeMicros();
  }

  private static KeyboardEvent key(InputEvent event) {
    return KeyboardEvent.newBuilder()
        .setCodeType(KeyboardEvent.KeyCodeType.Evdev)
        .setEventType(
            event.value() == PRESS
                ? KeyboardEvent.KeyEventType.keydown
                : KeyboardEvent.KeyEventType.keyup)
        .setKeyCode(event.code())
        .build();
  }
}
