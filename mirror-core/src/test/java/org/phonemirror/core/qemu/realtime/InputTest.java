package org.phonemirror.core.qemu.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.qemu.realtime.QmpInput.absolute;
import static org.phonemirror.core.qemu.realtime.QmpInput.button;
import static org.phonemirror.core.qemu.realtime.QmpInput.key;
import static org.phonemirror.core.qemu.realtime.QmpInput.touch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.input.Axis;
import org.phonemirror.core.input.CapturedTouch;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.sync.InputEvent;

class InputTest {
  private static final Axis WIDTH = new Axis(0, 1079);
  private static final Axis HEIGHT = new Axis(-100, 100);
  private static final List<InputDevice> DEVICES =
      List.of(
          new InputDevice(InputDevice.Kind.KEYBOARD, WIDTH, HEIGHT),
          new InputDevice(InputDevice.Kind.TABLET, WIDTH, HEIGHT),
          new InputDevice(InputDevice.Kind.TOUCHSCREEN, WIDTH, HEIGHT));
  private static final int KEYBOARD = 0;
  private static final int TABLET = 1;
  private static final int SCREEN = 2;
  private static final int ABS = InputEvent.EV_ABS;
  private static final int KEY = InputEvent.EV_KEY;
  private static final int SLOT = 0x2f;
  private static final int X = 0x35;
  private static final int Y = 0x36;
  private static final int ID = 0x39;
  private static final int TOUCHED = 0x14a;

  private final InputTranslator translator = new InputTranslator(DEVICES, false, Map.of());

  private static List<InputEvent> report(int device, int... typeCodeValue) {
    List<InputEvent> report = new ArrayList<>();
    for (int i = 0; i < typeCodeValue.length; i += 3) {
      report.add(
          new InputEvent(0, device, typeCodeValue[i], typeCodeValue[i + 1], typeCodeValue[i + 2]));
    }
    return report;
  }

  private static void assertAll(InputTranslator.Report report, List<Map<String, Object>> events) {
    assertThat(report.events()).isEqualTo(events);
    assertThat(report.dropped()).isZero();
    assertThat(report.why()).isEmpty();
  }

  @Test
  void keysHaveQemusNames() {
    assertAll(
        translator.translate(report(KEYBOARD, KEY, 30, 1, KEY, 42, 0, 4, 4, 0x70004)),
        List.of(key("a", true), key("shift", false)));
    // the guest repeats by itself
    assertAll(translator.translate(report(KEYBOARD, KEY, 30, 2)), List.of());
    assertAll(translator.translate(report(KEYBOARD, KEY, 158, 1)), List.of(key("ac_back", true)));
    InputTranslator.Report unknown = translator.translate(report(KEYBOARD, KEY, 0x1d0, 1));
    assertThat(unknown.events()).isEmpty();
    assertThat(unknown.dropped()).isEqualTo(1);
    assertThat(unknown.why().orElseThrow()).contains("code 464", "no such key");
  }

  @Test
  void axesAreScaledToQemusRange() {
    assertAll(
        translator.translate(report(TABLET, ABS, 0, 1079, ABS, 1, 0, KEY, 0x110, 1)),
        List.of(absolute("x", 32_767), absolute("y", 16_384), button("left", true)));
    assertAll(
        translator.translate(report(TABLET, ABS, 0, -5, ABS, 1, 5000)),
        List.of(absolute("x", 0), absolute("y", 32_767)));
    assertAll(
        translator.translate(report(TABLET, 2, 8, -1, 2, 0, 3)),
        List.of(
            button("wheel-down", true), button("wheel-down", false), QmpInput.relative("x", 3)));
    assertThat(translator.translate(report(TABLET, ABS, 0x28, 1)).dropped()).isEqualTo(1);
    assertThat(translator.translate(report(7, KEY, 30, 1)).dropped()).isEqualTo(1);
  }

  @Test
  void withoutContactsTheFirstFingerIsAPointer() {
    assertAll(
        translator.translate(
            report(
                SCREEN, ABS, SLOT, 0, ABS, ID, 7, KEY, TOUCHED, 1, ABS, X, 1079, ABS, Y, -100, ABS,
                0x30, 5, ABS, 0x3a, 40, ABS, 0, 1079, ABS, 1, -100, KEY, 0x145, 1)),
        List.of(absolute("x", 32_767), absolute("y", 0), button("left", true)));
    InputTranslator.Report second =
        translator.translate(report(SCREEN, ABS, X, 0, ABS, SLOT, 1, ABS, ID, 8, ABS, X, 50));
    assertThat(second.events()).containsExactly(absolute("x", 0), absolute("y", 0));
    assertThat(second.dropped()).isEqualTo(2);
    assertThat(second.why().orElseThrow()).contains("one finger");
    assertAll(
        translator.translate(report(SCREEN, ABS, SLOT, 0, ABS, ID, -1)),
        List.of(button("left", false)));
    // the second finger does not become the pointer while it is down
    InputTranslator.Report moved =
        translator.translate(report(SCREEN, ABS, SLOT, 1, ABS, X, 60, ABS, ID, -1));
    assertThat(moved.events()).isEmpty();
    assertThat(moved.dropped()).isEqualTo(2);
    assertAll(
        translator.translate(report(SCREEN, ABS, ID, 9, ABS, X, 0, KEY, TOUCHED, 1)),
        List.of(absolute("x", 0), absolute("y", 16_384), button("left", true)));
  }

  @Test
  void aScreenOfOneContactIsAPointer() {
    assertAll(
        translator.translate(report(SCREEN, KEY, TOUCHED, 1, ABS, 0, 0, ABS, 1, 100)),
        List.of(absolute("x", 0), absolute("y", 32_767), button("left", true)));
    assertAll(
        translator.translate(report(SCREEN, KEY, TOUCHED, 0)), List.of(button("left", false)));
  }

  @Test
  void contactsGoInWhereQemuHasThem() {
    InputTranslator multitouch = new InputTranslator(DEVICES, true, Map.of());
    assertAll(
        multitouch.translate(
            report(
                SCREEN, ABS, ID, 7, ABS, X, 1079, ABS, SLOT, 1, ABS, ID, 8, ABS, Y, 100, KEY,
                TOUCHED, 1)),
        List.of(
            touch("begin", 0, 7, "x", 0),
            touch("data", 0, 7, "x", 32_767),
            touch("data", 0, 7, "y", 16_384),
            touch("begin", 1, 8, "x", 0),
            touch("data", 1, 8, "x", 0),
            touch("data", 1, 8, "y", 32_767),
            button("touch", true)));
    assertAll(
        multitouch.translate(report(SCREEN, ABS, SLOT, 0, ABS, X, 0, ABS, ID, -1)),
        List.of(
            touch("update", 0, 7, "x", 0),
            touch("data", 0, 7, "x", 0),
            touch("data", 0, 7, "y", 16_384),
            touch("end", 0, -1, "x", 0)));
    assertThat(multitouch.translate(report(SCREEN, ABS, SLOT, 99, ABS, ID, 1)).dropped())
        .isEqualTo(2);
    assertAll(
        multitouch.translate(report(SCREEN, ABS, SLOT, 1, ABS, ID, -1, KEY, TOUCHED, 0)),
        List.of(touch("end", 1, -1, "x", 0), button("touch", false)));
  }

  @Test
  void fingersStayDownWhileTheirMachineIsSaved() {
    translator.translate(report(SCREEN, ABS, SLOT, 2, ABS, ID, 7, ABS, X, 1079, ABS, Y, 100));
    InputTranslator restored = new InputTranslator(DEVICES, false, translator.states());
    assertAll(
        restored.translate(report(SCREEN, ABS, X, 0)),
        List.of(absolute("x", 0), absolute("y", 32_767)));
    assertThat(restored.translate(report(SCREEN, ABS, SLOT, 0, ABS, ID, 8)).dropped()).isEqualTo(1);
    assertAll(
        restored.translate(report(SCREEN, ABS, SLOT, 2, ABS, ID, -1)),
        List.of(button("left", false)));
    assertThat(translator.states()).containsOnlyKeys(SCREEN);
  }

  @Test
  void theMonitorIsToldWhatWasCaptured(@TempDir Path directory) throws Exception {
    List<InputDevice> phone =
        List.of(
            DEVICES.get(KEYBOARD),
            new InputDevice(InputDevice.Kind.TOUCHSCREEN, new Axis(0, 1079), new Axis(0, 2159)));
    List<InputEvent> events = CapturedTouch.replayed(directory, 5_000_000);
    FakeGuest contacts = new FakeGuest();
    InputSchedule schedule = new InputSchedule(new InputTranslator(phone, true, Map.of()), events);
    schedule.play(contacts);
    assertThat(schedule.report(0, NetworkReport.silent()).orderErrors()).isZero();
    long step = CapturedTouch.STEP_MICROS;
    assertThat(contacts.times)
        .containsExactly(
            5_000_000L,
            5_000_000 + step,
            5_000_000 + 2 * step,
            5_000_000 + 3 * step,
            5_000_000 + 4 * step);
    assertThat(contacts.sent)
        .containsExactly(
            List.of(
                touch("begin", 0, 70, "x", 0),
                touch("data", 0, 70, "x", 8_199),
                touch("data", 0, 70, "y", 8_196),
                button("touch", true)),
            List.of(
                touch("begin", 1, 71, "x", 0),
                touch("data", 1, 71, "x", 24_598),
                touch("data", 1, 71, "y", 24_587)),
            List.of(
                touch("update", 0, 70, "x", 0),
                touch("data", 0, 70, "x", 9_110),
                touch("data", 0, 70, "y", 8_196),
                touch("update", 1, 71, "x", 0),
                touch("data", 1, 71, "x", 23_687),
                touch("data", 1, 71, "y", 24_587)),
            List.of(touch("end", 0, -1, "x", 0)),
            List.of(touch("end", 1, -1, "x", 0), button("touch", false)));

    FakeGuest pointer = new FakeGuest();
    InputSchedule ofOne = new InputSchedule(new InputTranslator(phone, false, Map.of()), events);
    ofOne.play(pointer);
    assertThat(pointer.sent).hasSize(3);
    assertThat(pointer.sent.get(0)).endsWith(button("left", true));
    assertThat(pointer.sent.get(2)).containsExactly(button("left", false));
    // what the second finger did: three events, one, and one
    assertThat(ofOne.report(0, NetworkReport.silent()).orderErrors()).isEqualTo(5);
  }

  /** A guest whose time passes when it is waited for. */
  private static final class FakeGuest implements InputSchedule.Guest {
    final List<List<Map<String, Object>>> sent = new ArrayList<>();
    final List<Long> times = new ArrayList<>();
    long now;

    @Override
    public long phoneMicros() {
      return now;
    }

    @Override
    public void await(long phoneMicros) {
      now = Math.max(now, phoneMicros);
    }

    @Override
    public void send(List<Map<String, Object>> report) {
      sent.add(report);
      times.add(now);
    }
  }

  @Test
  void reportsArePacedAndShort() throws Exception {
    List<InputEvent> events = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      events.add(new InputEvent(5_000, KEYBOARD, KEY, 30, i % 2));
    }
    events.add(new InputEvent(5_000, TABLET, ABS, 0, 1));
    events.add(new InputEvent(9_000, TABLET, ABS, 0, 2));
    events.add(new InputEvent(9_000, TABLET, ABS, 1, 2));
    InputSchedule schedule = new InputSchedule(translator, events);
    FakeGuest guest = new FakeGuest();
    schedule.play(guest);
    assertThat(guest.sent).extracting(List::size).containsExactly(60, 60, 10, 1, 2);
    assertThat(guest.times).containsExactly(5_000L, 6_000L, 7_000L, 8_000L, 9_000L);
    ReplayReport report = schedule.report(17, NetworkReport.silent());
    assertThat(report.events()).isEqualTo(133);
    assertThat(report.orderErrors()).isZero();
    assertThat(report.latenessMaxMicros()).isEqualTo(3_000);
    assertThat(report.clockErrorMicros()).isEqualTo(17);
  }

  @Test
  void theClockOfAGuestIsCaughtUpWithOrKeepsItsDistance() {
    GuestClock clock = new GuestClock(1_000_000_000, 0);
    clock.begin(999_950_000); // 50 ms ahead, by starting and stopping
    assertThat(clock.shift()).isZero();
    clock.resumed(7_000);
    assertThat(clock.phoneMicros(1_007_000)).isEqualTo(1_000_001_000);
    clock.stopped(2_000_000);
    assertThat(clock.micros(123)).isEqualTo(1_002_000_000);
    clock.begin(990_000_000); // 12 s ahead: the boot took longer
    assertThat(clock.shift()).isEqualTo(12_000_000);
    assertThat(clock.phoneMicros(0)).isEqualTo(990_000_000);
    assertThat(clock.micros(0)).isEqualTo(1_002_000_000);
  }
}
