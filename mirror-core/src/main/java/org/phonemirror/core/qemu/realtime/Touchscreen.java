package org.phonemirror.core.qemu.realtime;

import java.util.Optional;
import org.phonemirror.core.input.Contact;
import org.phonemirror.core.input.MultitouchScreen;
import org.phonemirror.sync.InputEvent;

/**
 * A touch screen of the phone, as QEMU has it.
 *
 * <p>A QEMU that has events of contacts gets them all. To others it is a tablet, whose left button
 * is down while the screen is touched: it follows the first finger, from when no finger was down
 * until that one is lifted. What other fingers do is dropped, and told.
 */
final class Touchscreen {
  private static final int NONE = -1;

  private final InputDevice device;
  private final boolean multitouch;
  private final MultitouchScreen screen;

  /** The slot of the finger that the pointer follows. */
  private int followed = NONE;

  /** How many fingers the guest knows of. */
  private int fingers;

  /**
   * A screen.
   *
   * @param multitouch whether QEMU has events of contacts
   * @param state what it knew when its machine was saved; else nobody touches it
   * @throws IllegalArgumentException if that is not a {@link #state}
   */
  Touchscreen(InputDevice device, boolean multitouch, Optional<String> state) {
    this.device = device;
    this.multitouch = multitouch;
    if (state.isPresent()) {
      String[] parts = state.get().split(" ", 2);
      followed = Integer.parseInt(parts[0]);
      screen = MultitouchScreen.of(parts[parts.length - 1]);
      fingers = screen.down();
    } else {
      screen = new MultitouchScreen();
    }
  }

  /** What is to be kept with the guest's memory. */
  String state() {
    return followed + " " + screen.state();
  }

  /** Takes an event, unless it tells of no touch. */
  boolean take(InputEvent event, InputTranslator.Collector to) {
    switch (screen.take(event)) {
      case TAKEN -> {}
      case NO_SLOT ->
          to.drop(event, "QEMU's screens have " + MultitouchScreen.MOST_SLOTS + " slots");
      case NO_CONTACT -> to.drop(event, "no finger is down in its slot");
      case OTHER -> {
        return false;
      }
    }
    return true;
  }

  /** The report ends. */
  void end(InputTranslator.Collector to) {
    boolean before = fingers > 0;
    for (Contact contact : screen.report()) {
      if (multitouch) {
        give(contact, to);
      } else {
        point(contact, to);
      }
      fingers +=
          switch (contact.phase()) {
            case BEGINS -> 1;
            case CHANGES -> 0;
            case ENDS -> -1;
          };
    }
    if (multitouch && before != fingers > 0) {
      to.add(QmpInput.button("touch", fingers > 0));
    }
  }

  private void give(Contact contact, InputTranslator.Collector to) {
    int slot = contact.slot();
    if (contact.phase() == Contact.Phase.ENDS) {
      to.add(QmpInput.touch("end", slot, NONE, "x", 0));
      return;
    }
    String type = contact.phase() == Contact.Phase.BEGINS ? "begin" : "update";
    int id = contact.trackingId();
    to.add(QmpInput.touch(type, slot, id, "x", 0));
    to.add(QmpInput.touch("data", slot, id, "x", x(contact)));
    to.add(QmpInput.touch("data", slot, id, "y", y(contact)));
  }

  private void point(Contact contact, InputTranslator.Collector to) {
    boolean begins = contact.phase() == Contact.Phase.BEGINS;
    if (begins && fingers == 0) {
      followed = contact.slot();
    }
    if (contact.slot() != followed) {
      to.drop(contact.events(), "this QEMU's screen takes one finger at a time");
    } else if (contact.phase() == Contact.Phase.ENDS) {
      to.add(QmpInput.button("left", false));
      followed = NONE;
    } else {
      to.add(QmpInput.absolute("x", x(contact)));
      to.add(QmpInput.absolute("y", y(contact)));
      if (begins) {
        to.add(QmpInput.button("left", true));
      }
    }
  }

  private int x(Contact contact) {
    return device.x().scaled(contact.x(), InputDevice.QEMU_MAX);
  }

  private int y(Contact contact) {
    return device.y().scaled(contact.y(), InputDevice.QEMU_MAX);
  }
}
