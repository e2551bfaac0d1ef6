package org.phonemirror.core.emulator;

import com.android.emulator.control.KeyboardEvent;
import com.android.emulator.control.Touch;
import com.android.emulator.control.TouchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.input.Axis;
import org.phonemirror.core.input.Contact;
import org.phonemirror.core.input.MultitouchScreen;
import org.phonemirror.sync.InputEvent;

/**
 * What an emulator is to be told of an interval's input, and when.
 *
 * @param steps in order of time
 * @param refused how many events no emulator knows
 */
record InputPlan(List<Step> steps, int refused) {
  /** Scan codes, which say the key once more. */
  private static final int EV_MSC = 0x04;

  private static final int RELEASE = 0;
  private static final int PRESS = 1;

  /** Of a contact whose hardware tells no pressure; a contact without pressure is none. */
  private static final int TOUCHING = 1;

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
   * A phone's touch screen, and the emulator's display that stands for it.
   *
   * @param device its number among the phone's input devices
   * @param x the phone's horizontal axis
   * @param y and its vertical one
   * @param width of the display in pixels
   * @param height of the display in pixels
   */
  record Display(int device, Axis x, Axis y, int width, int height) {}

  /**
   * Plans an interval.
   *
   * @param events in order of time
   * @param display without one, and of all other devices, there are keys only
   * @param screen has the contacts of earlier intervals, and gets those of this one
   */
  static InputPlan of(List<InputEvent> events, Optional<Display> display, MultitouchScreen screen) {
    List<Step> steps = new ArrayList<>();
    int refused = 0;
    int inReport = 0;
    for (int i = 0; i < events.size(); i++) {
      InputEvent event = events.get(i);
      if (display.isPresent() && event.device() == display.get().device()) {
        if (screen.take(event) == MultitouchScreen.Answer.TAKEN) {
          inReport++;
        } else {
          refused++;
        }
        boolean last = i + 1 == events.size() || !isSameReport(event, events.get(i + 1));
        if (last) {
          TouchEvent report = touches(screen.report(), display.get());
          if (report.getTouchesCount() > 0) {
            steps.add(
                new Step(event.timeMicros(), inReport, Optional.empty(), Optional.of(report)));
          }
          inReport = 0;
        }
      } else if (event.type() == InputEvent.EV_KEY) {
        // auto-repeat is made by the emulator's own Android
        if (event.value() == PRESS || event.value() == RELEASE) {
          steps.add(new Step(event.timeMicros(), 1, Optional.of(key(event)), Optional.empty()));
        }
      } else if (event.type() != EV_MSC) {
        refused++;
      }
    }
    return new InputPlan(steps, refused);
  }

  private static boolean isSameReport(InputEvent one, InputEvent next) {
    return one.device() == next.device() && one.timeMicros() == next.timeMicros();
  }

  private static TouchEvent touches(List<Contact> contacts, Display display) {
    TouchEvent.Builder report = TouchEvent.newBuilder();
    for (Contact contact : contacts) {
      boolean ended = contact.phase() == Contact.Phase.ENDS;
      report.addTouches(
          Touch.newBuilder()
              .setIdentifier(contact.slot())
              .setX(display.x().scaled(contact.x(), display.width() - 1))
              .setY(display.y().scaled(contact.y(), display.height() - 1))
              .setPressure(ended ? 0 : Math.max(TOUCHING, contact.pressure()))
              .setTouchMajor(contact.major())
              .setTouchMinor(contact.minor())
              .setOrientation(contact.orientation())
              .setExpiration(Touch.EventExpiration.NEVER_EXPIRE));
    }
    return report.build();
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
