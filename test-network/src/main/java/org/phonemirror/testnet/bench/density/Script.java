package org.phonemirror.testnet.bench.density;

import java.util.List;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.sync.InputEvent;

/**
 * What a phone's user does from its boot on, interval by interval. Times are relative to the boot.
 *
 * @param parts intervals, one right after the other
 */
record Script(List<Part> parts) {
  /**
   * One interval.
   *
   * @param startMicros after the boot
   * @param events times are microseconds after the boot
   * @param flows of the network; their times too
   */
  record Part(long startMicros, long lengthMicros, List<InputEvent> events, List<TcpFlow> flows) {
    Part {
      events = List.copyOf(events);
      flows = List.copyOf(flows);
    }

    long endMicros() {
      return startMicros + lengthMicros;
    }

    /** The input of a phone that booted at a time. */
    List<InputEvent> events(long bootMicros) {
      return events.stream()
          .map(
              event ->
                  new InputEvent(
                      bootMicros + event.timeMicros(),
                      event.device(),
                      event.type(),
                      event.code(),
                      event.value()))
          .toList();
    }

    /** The tape of a phone that booted at a time. */
    Tape tape(long bootMicros) {
      List<TcpFlow> shifted = flows.stream().map(flow -> shift(flow, bootMicros)).toList();
      return new Tape(
          bootMicros + startMicros, bootMicros + endMicros(), shifted, List.of(), List.of());
    }

    private static TcpFlow shift(TcpFlow flow, long by) {
      List<TcpFlow.Received> received =
          flow.received().stream()
              .map(
                  item ->
                      new TcpFlow.Received(
                          item.timeMicros() + by, item.afterSent(), item.data(), item.end()))
              .toList();
      return new TcpFlow(
          flow.id(),
          flow.phone(),
          flow.remote(),
          flow.openedMicros() + by,
          flow.opening(),
          flow.sentBefore(),
          flow.sent(),
          received,
          flow.phoneEnd(),
          flow.marks());
    }
  }

  Script {
    parts = List.copyOf(parts);
  }
}
