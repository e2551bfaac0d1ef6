package org.phonemirror.client.input;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Limits;

/**
 * Makes reports of one device's {@code struct input_event}s (linux/input.h, 64-bit): seconds and
 * microseconds of 8 bytes each, type and code of 2, value of 4, in little-endian order.
 *
 * <p>Keys, with their auto-repeats, and absolute axes are kept: the mirror does not repeat on its
 * own. After {@code SYN_DROPPED} the kernel's buffer had overflowed: everything up to the next
 * {@code SYN_REPORT} is incomplete and counts as lost (kernel's
 * Documentation/input/event-codes.rst).
 */
final class EvdevDecoder {
  static final int EVENT_BYTES = 24;

  private static final int SYN_REPORT = 0;
  private static final int SYN_DROPPED = 3;
  private static final int MAX_REPORT_EVENTS = 256;
  private static final long SAME_MOMENT_MICROS = 1000;

  private final int device;
  private final InputSink sink;
  private final List<InputEvent> report = new ArrayList<>();
  private long reportMicros;
  private long lastMicros;
  private boolean dropping;

  EvdevDecoder(int device, InputSink sink) {
    this.device = device;
    this.sink = sink;
  }

  /** Takes the whole events that are in the little-endian buffer and leaves the rest. */
  void decode(ByteBuffer buffer) {
    while (buffer.remaining() >= EVENT_BYTES) {
      long micros = buffer.getLong() * 1_000_000 + buffer.getLong();
      int type = Short.toUnsignedInt(buffer.getShort());
      int code = Short.toUnsignedInt(buffer.getShort());
      event(micros, type, code, buffer.getInt());
    }
  }

  private void event(long micros, int type, int code, int value) {
    if (type == InputEvent.EV_SYN) {
      synchronization(code);
    } else if (!dropping && kept(type, code)) {
      if (report.isEmpty()) {
        reportMicros = later(micros);
      } else if (report.size() == MAX_REPORT_EVENTS) {
        drop();
        return;
      }
      report.add(new InputEvent(reportMicros, device, type, code, value));
    }
  }

  private long later(long micros) {
    long behind = lastMicros - micros;
    // further behind, the clock was set
    return behind >= 0 && behind < SAME_MOMENT_MICROS ? lastMicros + 1 : micros;
  }

  private void synchronization(int code) {
    if (code == SYN_DROPPED) {
      drop();
    } else if (code == SYN_REPORT) {
      dropping = false;
      if (!report.isEmpty()) {
        lastMicros = reportMicros;
        sink.report(List.copyOf(report));
        report.clear();
      }
    }
  }

  private void drop() {
    dropping = true;
    sink.lost(Math.max(1, report.size()));
    report.clear();
  }

  private static boolean kept(int type, int code) {
    boolean known = type == InputEvent.EV_KEY || type == InputEvent.EV_ABS;
    return known && code <= Limits.MAX_EVENT_CODE;
  }
}
