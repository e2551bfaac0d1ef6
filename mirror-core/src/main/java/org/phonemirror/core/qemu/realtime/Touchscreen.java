package org.phonemirror.core.qemu.realtime;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.sync.InputEvent;

/**
 * A touchscreen (multi-touch protocol B, Documentation/input/multi-touch-protocol.rst) of the
 * phone.
 *
 * <p>A QEMU that has events of contacts gets them all. To others it is a tablet, whose left button
 * is down while the screen is touched: it follows the first finger, from when no finger was down
 * until that one is lifted. What other fingers do is dropped, and told.
 */
final class Touchscreen {
  static final int ABS_X = 0x00;
  static final int ABS_Y = 0x01;
  private static final int ABS_PRESSURE = 0x18;
  private static final int ABS_MT_SLOT = 0x2f;
  private static final int ABS_MT_TOUCH_MAJOR = 0x30;
  private static final int ABS_MT_POSITION_X = 0x35;
  private static final int ABS_MT_POSITION_Y = 0x36;
  private static final int ABS_MT_TRACKING_ID = 0x39;
  private static final int ABS_MT_LAST = 0x3d;
  private static final int BTN_TOUCH = 0x14a;

  /** BTN_TOOL_FINGER and the like: how many fingers there are, which the contacts tell, too. */
  private static final Set<Integer> TOOLS = Set.of(0x145, 0x148, 0x14d, 0x14e, 0x14f);

  /** QEMU's INPUT_EVENT_SLOTS_MAX. */
  private static final int SLOTS = 10;

  private static final int NONE = -1;

  private final InputDevice device;
  private final boolean multitouch;

  /** Tracking ids of the fingers that are down, by slot. */
  private final Map<Integer, Integer> down = new HashMap<>();

  private int slot;

  /** The slot of the finger that the pointer follows. */
  private int followed = NONE;

  /** Whether the button changes at the end of this report, when the place is told. */
  private Optional<Boolean> press = Optional.empty();

  /** The slot that QEMU's guest has been told of in this report. */
  private int told = NONE;

  Touchscreen(InputDevice device, boolean multitouch) {
    this.device = device;
    this.multitouch = multitouch;
  }

  /** Takes an event, unless it is one that a tablet would have, too. */
  boolean take(InputEvent event, InputTranslator.Collector to) {
    if (event.type() == InputEvent.EV_KEY) {
      if (event.code() == BTN_TOUCH) {
        touch(event, to);
        return true;
      }
      return TOOLS.contains(event.code());
    }
    if (event.type() != InputEvent.EV_ABS) {
      return false;
    }
    switch (event.code()) {
      case ABS_MT_SLOT -> slot = event.value();
      case ABS_MT_TRACKING_ID -> contact(event, to);
      case ABS_MT_POSITION_X -> place(event, "x", device.x(), to);
      case ABS_MT_POSITION_Y -> place(event, "y", device.y(), to);
      case ABS_X, ABS_Y -> {
        // a multi-touch screen tells the first finger's place twice
        return multitouch || !down.isEmpty();
      }
      default -> {
        return event.code() == ABS_PRESSURE
            || (event.code() >= ABS_MT_TOUCH_MAJOR && event.code() <= ABS_MT_LAST);
      }
    }
    return true;
  }

  /** The whole screen is touched, or no more. Of several fingers the contacts tell. */
  private void touch(InputEvent event, InputTranslator.Collector to) {
    boolean now = event.value() != 0;
    if (multitouch) {
      to.add(QmpInput.button("touch", now));
    } else if (down.isEmpty() && followed == NONE && press.isEmpty()) {
      press = Optional.of(now);
    }
  }

  private void contact(InputEvent event, InputTranslator.Collector to) {
    if (slot < 0 || slot >= SLOTS) {
      to.drop(event, "QEMU has " + SLOTS + " slots of contacts, not " + slot);
      return;
    }
    boolean begins = event.value() >= 0;
    boolean first = down.isEmpty();
    if (begins) {
      down.put(slot, event.value());
    } else {
      down.remove(slot);
    }
    if (multitouch) {
      to.add(QmpInput.touch(begins ? "begin" : "end", slot, event.value(), "x", 0));
      told = slot;
    } else if (begins && first) {
      followed = slot;
      press = Optional.of(true);
    } else if (!begins && followed == slot) {
      followed = NONE;
      press = Optional.of(false);
    } else {
      to.drop(event, "this QEMU's screen takes one finger at a time");
    }
  }

  private void place(
      InputEvent event, String axis, InputDevice.Range range, InputTranslator.Collector to) {
    int value = range.scaled(event.value());
    Integer id = down.get(slot);
    if (id == null) {
      to.drop(event, "no finger is down in slot " + slot);
    } else if (!multitouch) {
      if (slot == followed) {
        to.add(QmpInput.absolute(axis, value));
      } else {
        to.drop(event, "this QEMU's screen takes one finger at a time");
      }
    } else {
      if (told != slot) {
        to.add(QmpInput.touch("update", slot, id, axis, 0));
        told = slot;
      }
      to.add(QmpInput.touch("data", slot, id, axis, value));
    }
  }

  /** The report ends. */
  void end(InputTranslator.Collector to) {
    press.ifPresent(now -> to.add(QmpInput.button("left", now)));
    press = Optional.empty();
    told = NONE;
  }
}
