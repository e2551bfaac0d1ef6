package org.phonemirror.core.qemu.realtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.phonemirror.sync.InputEvent;

/**
 * Makes of the phone's input events those of QEMU's monitor. What QEMU has no word for is told, and
 * not replaced by something else.
 *
 * <p>What goes without saying is left out and counts as given: the auto-repeat of a key, since the
 * guest's kernel repeats by itself in real time; scan codes; a contact's size and pressure, which
 * QEMU's touch screens don't have.
 */
final class InputTranslator {
  static final int EV_REL = 0x02;
  static final int EV_MSC = 0x04;
  static final int EV_REP = 0x14;
  private static final int REPEATED = 2;

  private static final int ABS_X = 0;
  private static final int ABS_Y = 1;

  private static final int REL_X = 0;
  private static final int REL_Y = 1;
  private static final int REL_HWHEEL = 6;
  private static final int REL_WHEEL = 8;
  private static final int MOST_WHEEL_CLICKS = 8;

  /** BTN_LEFT and what follows (linux/input-event-codes.h). */
  private static final Map<Integer, String> BUTTONS =
      Map.of(0x110, "left", 0x111, "right", 0x112, "middle", 0x113, "side", 0x114, "extra");

  private final List<InputDevice> devices;
  private final Map<Integer, Touchscreen> touchscreens = new TreeMap<>();

  /**
   * For one machine.
   *
   * @param multitouch whether its QEMU has events of contacts
   * @param states what its touch screens knew when it was saved, by their numbers; they need not be
   *     there
   */
  InputTranslator(List<InputDevice> devices, boolean multitouch, Map<Integer, String> states) {
    this.devices = List.copyOf(devices);
    for (int i = 0; i < devices.size(); i++) {
      if (devices.get(i).kind() == InputDevice.Kind.TOUCHSCREEN) {
        Optional<String> state = Optional.ofNullable(states.get(i));
        touchscreens.put(i, new Touchscreen(devices.get(i), multitouch, state));
      }
    }
  }

  /** What touch screens know, by their numbers; to be kept with the guest's memory. */
  Map<Integer, String> states() {
    Map<Integer, String> states = new TreeMap<>();
    touchscreens.forEach((number, screen) -> states.put(number, screen.state()));
    return states;
  }

  /**
   * A report for the monitor.
   *
   * @param events what to send
   * @param dropped how many of the phone's events have no place there
   * @param why one of the reasons, if any was dropped
   */
  record Report(List<Map<String, Object>> events, int dropped, Optional<String> why) {}

  /** Collects a report. */
  static final class Collector {
    private final List<Map<String, Object>> events = new ArrayList<>();
    private int dropped;
    private Optional<String> why = Optional.empty();

    void add(Map<String, Object> event) {
      events.add(event);
    }

    void drop(InputEvent event, String reason) {
      drop(
          1,
          String.format(
              "device %d, type %d, code %d: %s",
              event.device(), event.type(), event.code(), reason));
    }

    void drop(int events, String reason) {
      dropped += events;
      why = Optional.of(reason);
    }

    Report report() {
      return new Report(List.copyOf(events), dropped, why);
    }
  }

  /** Translates a report: neighbouring events of one device and time. */
  Report translate(List<InputEvent> report) {
    Collector to = new Collector();
    for (InputEvent event : report) {
      if (event.device() >= devices.size()) {
        to.drop(event, "the phone model has no such input device");
      } else if (event.type() != EV_MSC && event.type() != EV_REP) {
        translate(devices.get(event.device()), event, to);
      }
    }
    Optional.ofNullable(touchscreens.get(report.get(0).device())).ifPresent(t -> t.end(to));
    return to.report();
  }

  private void translate(InputDevice device, InputEvent event, Collector to) {
    if (device.kind() == InputDevice.Kind.TOUCHSCREEN
        && touchscreens.get(event.device()).take(event, to)) {
      return;
    }
    switch (event.type()) {
      case InputEvent.EV_KEY -> key(event, to);
      case InputEvent.EV_ABS -> absolute(device, event, to);
      case EV_REL -> relative(event, to);
      default -> to.drop(event, "QEMU's monitor has no such event");
    }
  }

  private static void key(InputEvent event, Collector to) {
    if (event.value() == REPEATED) {
      return;
    }
    boolean down = event.value() != 0;
    String button = BUTTONS.get(event.code());
    if (button != null) {
      to.add(QmpInput.button(button, down));
      return;
    }
    Optional<String> name = Qcodes.name(event.code());
    if (name.isPresent()) {
      to.add(QmpInput.key(name.get(), down));
    } else {
      to.drop(event, "QEMU has no such key");
    }
  }

  private static void absolute(InputDevice device, InputEvent event, Collector to) {
    if (event.code() == ABS_X) {
      to.add(QmpInput.absolute("x", device.x().scaled(event.value(), InputDevice.QEMU_MAX)));
    } else if (event.code() == ABS_Y) {
      to.add(QmpInput.absolute("y", device.y().scaled(event.value(), InputDevice.QEMU_MAX)));
    } else {
      to.drop(event, "QEMU's " + device + " has no such axis");
    }
  }

  private static void relative(InputEvent event, Collector to) {
    switch (event.code()) {
      case REL_X -> to.add(QmpInput.relative("x", event.value()));
      case REL_Y -> to.add(QmpInput.relative("y", event.value()));
      case REL_WHEEL -> wheel(event, "wheel-up", "wheel-down", to);
      case REL_HWHEEL -> wheel(event, "wheel-right", "wheel-left", to);
      default -> to.drop(event, "QEMU's mouse has no such axis");
    }
  }

  /** A click of the wheel is a button to QEMU. */
  private static void wheel(InputEvent event, String positive, String negative, Collector to) {
    if (Math.abs((long) event.value()) > MOST_WHEEL_CLICKS) {
      to.drop(event, "a wheel does not click so often at once");
      return;
    }
    for (int i = 0; i < Math.abs(event.value()); i++) {
      String name = event.value() > 0 ? positive : negative;
      to.add(QmpInput.button(name, true));
      to.add(QmpInput.button(name, false));
    }
  }
}
