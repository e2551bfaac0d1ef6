package org.phonemirror.core.emulator;

import com.android.emulator.control.Touch;
import com.android.emulator.control.TouchEvent;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.phonemirror.sync.InputEvent;

/**
 * Makes the emulator's touches of a touch screen's events, which are multi-touch protocol B
 * (Documentation/input/multi-touch-protocol.rst): a contact lives in a slot from its tracking id to
 * the tracking id -1, and events speak of the slot that was named last. What a contact does not say
 * anew stays as it was.
 *
 * <p>The emulator's display is in pixels, a phone's axes are as its hardware has them.
 */
final class TouchScreen {
  static final int ABS_MT_SLOT = 0x2f;
  static final int ABS_MT_TOUCH_MAJOR = 0x30;
  static final int ABS_MT_TOUCH_MINOR = 0x31;
  static final int ABS_MT_ORIENTATION = 0x34;
  static final int ABS_MT_POSITION_X = 0x35;
  static final int ABS_MT_POSITION_Y = 0x36;
  static final int ABS_MT_TRACKING_ID = 0x39;
  static final int ABS_MT_PRESSURE = 0x3a;

  /** As many contacts as the emulator tracks. */
  static final int MAX_SLOTS = 10;

  /** Of a contact whose hardware tells no pressure; a contact without pressure is none. */
  private static final int TOUCHING = 1;

  private final Axes axes;
  private final Map<Integer, Contact> contacts = new TreeMap<>();
  private int slot;

  /**
   * How a phone's axes map to the emulator's display.
   *
   * @param maxX highest value of the phone's horizontal axis
   * @param maxY and of its vertical one
   * @param width of the display in pixels
   * @param height of the display in pixels
   */
  record Axes(int maxX, int maxY, int width, int height) {
    private static int scaled(int value, int max, int pixels) {
      long at = Math.max(0, Math.min(value, max));
      return (int) (at * (pixels - 1) / Math.max(1, max));
    }
  }

  private static final class Contact {
    private int x;
    private int y;
    private int pressure = TOUCHING;
    private int major;
    private int minor;
    private int orientation;
    private boolean changed = true;
    private boolean ended;
  }

  TouchScreen(Axes axes) {
    this.axes = axes;
  }

  /**
   * Takes an event of the report that is under way.
   *
   * @return whether the emulator can be told of it
   */
  boolean take(InputEvent event) {
    if (event.type() == InputEvent.EV_KEY) {
      return true; // BTN_TOUCH and its like say again what the contacts say
    } else if (event.type() != InputEvent.EV_ABS) {
      return false;
    } else if (event.code() == ABS_MT_SLOT) {
      slot = event.value();
      return slot >= 0 && slot < MAX_SLOTS;
    } else if (event.code() < ABS_MT_SLOT) {
      return true; // the first contact once more, for programs that know no others
    } else if (slot < 0 || slot >= MAX_SLOTS) {
      return false;
    } else if (event.code() == ABS_MT_TRACKING_ID) {
      track(event.value());
      return true;
    }
    Contact contact = contacts.get(slot);
    return contact != null && change(contact, event);
  }

  private void track(int id) {
    if (id >= 0) {
      contacts.put(slot, new Contact());
    } else {
      Contact contact = contacts.get(slot);
      if (contact != null) {
        contact.ended = true;
        contact.changed = true;
      }
    }
  }

  private static boolean change(Contact contact, InputEvent event) {
    int value = event.value();
    switch (event.code()) {
      case ABS_MT_POSITION_X -> contact.x = value;
      case ABS_MT_POSITION_Y -> contact.y = value;
      case ABS_MT_PRESSURE -> contact.pressure = Math.max(TOUCHING, value);
      case ABS_MT_TOUCH_MAJOR -> contact.major = value;
      case ABS_MT_TOUCH_MINOR -> contact.minor = value;
      case ABS_MT_ORIENTATION -> contact.orientation = value;
      default -> {
        return false;
      }
    }
    contact.changed = true;
    return true;
  }

  /** Ends the report. Empty if no contact has changed in it. */
  Optional<TouchEvent> report() {
    TouchEvent.Builder report = TouchEvent.newBuilder();
    contacts.forEach(
        (number, contact) -> {
          if (contact.changed) {
            report.addTouches(touch(number, contact));
            contact.changed = false;
          }
        });
    contacts.values().removeIf(contact -> contact.ended);
    return report.getTouchesCount() == 0 ? Optional.empty() : Optional.of(report.build());
  }

  private Touch touch(int number, Contact contact) {
    return Touch.newBuilder()
        .setIdentifier(number)
        .setX(Axes.scaled(contact.x, axes.maxX, axes.width))
        .setY(Axes.scaled(contact.y, axes.maxY, axes.height))
        .setPressure(contact.ended ? 0 : contact.pressure)
        .setTouchMajor(contact.major)
        .setTouchMinor(contact.minor)
        .setOrientation(contact.orientation)
        .setExpiration(Touch.EventExpiration.NEVER_EXPIRE)
        .build();
  }
}
