package org.phonemirror.core.input;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.phonemirror.sync.InputEvent;

/**
 * The fingers on a phone's touch screen, as its events tell of them: multi-touch protocol B
 * (Documentation/input/multi-touch-protocol.rst). A contact lives in a slot from its tracking id to
 * the tracking id -1, or to another one; events speak of the slot that was named last. The kernel
 * tells only what has changed, also where a new contact is just where the last one of its slot was:
 * so a slot keeps what it was told.
 *
 * <p>A screen that tells only where it is touched ({@code BTN_TOUCH}, {@code ABS_X}, {@code ABS_Y})
 * has one contact, in slot 0. A screen of several contacts says that of one of them, too, for
 * programs that know no others: it is left out here.
 *
 * <p>What it knows goes on from report to report and from interval to interval; {@link #state} is
 * to be kept with a machine's state. One thread at a time may use it.
 */
public final class MultitouchScreen {
  /** As many contacts as QEMU (INPUT_EVENT_SLOTS_MAX) and the Android emulator know. */
  public static final int MOST_SLOTS = 10;

  private static final int ABS_X = 0x00;
  private static final int ABS_Y = 0x01;
  private static final int ABS_PRESSURE = 0x18;
  private static final int ABS_DISTANCE = 0x19;
  private static final int ABS_MT_SLOT = 0x2f;
  private static final int ABS_MT_TRACKING_ID = 0x39;
  private static final int ABS_MT_LAST = 0x3d;
  private static final int BTN_TOUCH = 0x14a;

  /** BTN_TOOL_FINGER and the like: how many fingers there are, which the contacts tell, too. */
  private static final Set<Integer> TOOLS = Set.of(0x145, 0x148, 0x14d, 0x14e, 0x14f);

  // places in a slot's values
  private static final int X = 0;
  private static final int Y = 1;
  private static final int PRESSURE = 2;
  private static final int MAJOR = 3;
  private static final int MINOR = 4;
  private static final int ORIENTATION = 5;
  private static final int VALUES = 6;

  /** By ABS_MT_POSITION_X and so on. */
  private static final Map<Integer, Integer> PLACES =
      Map.of(0x35, X, 0x36, Y, 0x3a, PRESSURE, 0x30, MAJOR, 0x31, MINOR, 0x34, ORIENTATION);

  private static final int NONE = -1;

  private final Slot[] slots;
  private final List<Contact> told = new ArrayList<>();
  private final Slot pointer = new Slot(0);
  private int current;

  /** Whether it has told of a contact by protocol B. */
  private boolean multitouch;

  /** What an event is to the screen. */
  public enum Answer {
    /** It belongs to the report. */
    TAKEN,
    /** It tells of no touch: a key, a movement. */
    OTHER,
    /** It is of a slot behind the last. */
    NO_SLOT,
    /** It is of a slot in which there is no contact. */
    NO_CONTACT
  }

  private static final class Slot {
    private final int number;
    private final int[] values = new int[VALUES];
    private int id = NONE;
    private boolean begins;
    private int events;

    private Slot(int number) {
      this.number = number;
    }

    private Contact contact(Contact.Phase phase, int ofEvents) {
      return new Contact(
          number,
          id,
          phase,
          values[X],
          values[Y],
          values[PRESSURE],
          values[MAJOR],
          values[MINOR],
          values[ORIENTATION],
          ofEvents);
    }
  }

  /** A screen that nobody touches, with {@link #MOST_SLOTS} slots. */
  public MultitouchScreen() {
    slots = new Slot[MOST_SLOTS];
    Arrays.setAll(slots, Slot::new);
  }

  /** Takes an event of the report that is under way. */
  public Answer take(InputEvent event) {
    return switch (event.type()) {
      case InputEvent.EV_KEY -> key(event);
      case InputEvent.EV_ABS -> absolute(event);
      default -> Answer.OTHER;
    };
  }

  private Answer key(InputEvent event) {
    if (event.code() == BTN_TOUCH) {
      pointer.id = event.value() == 0 ? NONE : 0;
      pointer.events++;
      return Answer.TAKEN;
    }
    return TOOLS.contains(event.code()) ? Answer.TAKEN : Answer.OTHER;
  }

  private Answer absolute(InputEvent event) {
    switch (event.code()) {
      case ABS_X -> point(X, event.value());
      case ABS_Y -> point(Y, event.value());
      case ABS_PRESSURE -> point(PRESSURE, event.value());
      case ABS_DISTANCE -> {} // of what does not touch
      default -> {
        return event.code() >= ABS_MT_SLOT && event.code() <= ABS_MT_LAST
            ? ofContact(event)
            : Answer.OTHER;
      }
    }
    return Answer.TAKEN;
  }

  private void point(int place, int value) {
    pointer.values[place] = value;
    pointer.events++;
  }

  private Answer ofContact(InputEvent event) {
    multitouch = true;
    if (event.code() == ABS_MT_SLOT) {
      current = event.value();
    }
    if (current < 0 || current >= slots.length) {
      return Answer.NO_SLOT;
    }
    Slot slot = slots[current];
    if (event.code() == ABS_MT_TRACKING_ID) {
      return track(slot, event.value());
    }
    Integer place = PLACES.get(event.code());
    if (place != null) {
      slot.values[place] = event.value();
    }
    if (event.code() == ABS_MT_SLOT) {
      return Answer.TAKEN;
    }
    slot.events += slot.id == NONE ? 0 : 1;
    return slot.id == NONE ? Answer.NO_CONTACT : Answer.TAKEN;
  }

  private Answer track(Slot slot, int id) {
    if (slot.id == NONE && id < 0) {
      return Answer.NO_CONTACT;
    }
    if (slot.id != NONE && slot.id != id) {
      end(slot, id < 0 ? 1 : 0);
    }
    if (id >= 0 && slot.id == NONE) {
      begin(slot, id);
    }
    return Answer.TAKEN;
  }

  private static void begin(Slot slot, int id) {
    slot.id = id;
    slot.begins = true;
    slot.events = 1;
  }

  private void end(Slot slot, int events) {
    tell(slot);
    told.add(slot.contact(Contact.Phase.ENDS, events));
    slot.id = NONE;
  }

  /** Tells what has changed of a contact, if anything has. */
  private void tell(Slot slot) {
    if (slot.events > 0) {
      Contact.Phase phase = slot.begins ? Contact.Phase.BEGINS : Contact.Phase.CHANGES;
      told.add(slot.contact(phase, slot.events));
    }
    slot.begins = false;
    slot.events = 0;
  }

  /**
   * Ends the report.
   *
   * @return what became of the contacts that had a part in it, in order: one that ended may be
   *     followed by another in its slot. Empty if none had.
   */
  public List<Contact> report() {
    if (!multitouch && pointer.events > 0) {
      followPointer(slots[0]);
    }
    pointer.events = 0;
    for (Slot slot : slots) {
      tell(slot);
    }
    List<Contact> report = List.copyOf(told);
    told.clear();
    return report;
  }

  private void followPointer(Slot first) {
    boolean down = pointer.id != NONE;
    boolean moved = !Arrays.equals(pointer.values, first.values);
    System.arraycopy(pointer.values, 0, first.values, 0, VALUES);
    if (down && first.id == NONE) {
      begin(first, pointer.id);
      first.events = pointer.events;
    } else if (down) {
      first.events = moved ? pointer.events : 0;
    } else if (first.id != NONE) {
      first.events = moved ? Math.max(1, pointer.events - 1) : 0;
      end(first, 1);
    }
  }

  /** How many contacts there are. */
  public int down() {
    return (int) Arrays.stream(slots).filter(slot -> slot.id != NONE).count();
  }

  /** All that it knows between two reports, for {@link #of}: numbers with blanks between. */
  public String state() {
    StringBuilder text = new StringBuilder();
    text.append(current).append(' ').append(multitouch ? 1 : 0);
    for (Slot slot : slots) {
      text.append(' ').append(slot.id);
      for (int value : slot.values) {
        text.append(' ').append(value);
      }
    }
    return text.toString();
  }

  /**
   * A screen with what another one knew.
   *
   * @throws IllegalArgumentException if the text is not a {@link #state}
   */
  public static MultitouchScreen of(String state) {
    String[] words = state.split(" ", -1);
    MultitouchScreen screen = new MultitouchScreen();
    if (words.length != 2 + MOST_SLOTS * (1 + VALUES)) {
      throw new IllegalArgumentException("not what a touch screen knew: '" + state + "'");
    }
    int at = 0;
    screen.current = Integer.parseInt(words[at++]);
    screen.multitouch = !words[at++].equals("0");
    for (Slot slot : screen.slots) {
      slot.id = Integer.parseInt(words[at++]);
      for (int i = 0; i < VALUES; i++) {
        slot.values[i] = Integer.parseInt(words[at++]);
      }
    }
    screen.pointer.id = screen.slots[0].id;
    System.arraycopy(screen.slots[0].values, 0, screen.pointer.values, 0, VALUES);
    return screen;
  }
}
