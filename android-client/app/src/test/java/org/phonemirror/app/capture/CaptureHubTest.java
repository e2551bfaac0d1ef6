package org.phonemirror.app.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.phonemirror.app.model.Capture;
import org.phonemirror.client.input.InputSink;
import org.phonemirror.sync.InputEvent;

class CaptureHubTest {
  private static final List<InputEvent> TAP =
      List.of(new InputEvent(1_000_000, 0, InputEvent.EV_KEY, 30, 1));

  private final CaptureHub hub =
      new CaptureHub(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), ZoneOffset.UTC);
  private final List<InputEvent> passed = new ArrayList<>();
  private long lost;

  @BeforeEach
  void deliver() {
    hub.deliverTo(
        Optional.of(
            new InputSink() {
              @Override
              public void report(List<InputEvent> report) {
                passed.addAll(report);
              }

              @Override
              public void lost(long atLeast) {
                lost += atLeast;
              }
            }));
  }

  @Test
  void theKernelsEventsWaitForTheOwnersConsentOrForWhoKnowsOfPasswords() {
    hub.systemRuns(true);
    hub.system().report(TAP);
    assertThat(passed).isEmpty();
    assertThat(lost).isEqualTo(1);
    assertThat(hub.state()).isEqualTo(new Capture(Capture.Means.NONE, 0, 1));

    hub.serviceRuns(true);
    hub.system().report(TAP);
    hub.passwordFocused(true);
    hub.system().report(TAP);
    assertThat(passed).hasSize(1);
    assertThat(hub.state()).isEqualTo(new Capture(Capture.Means.SYSTEM, 1, 2));

    hub.passwords(true);
    hub.system().report(TAP);
    assertThat(passed).hasSize(2);
  }

  @Test
  void theServicesGuessesDoNotComeOnTopOfWhatTheKernelTells() {
    hub.serviceRuns(true);
    hub.accessibility().report(TAP);
    hub.systemRuns(true);
    hub.accessibility().report(TAP);
    hub.accessibility().lost(1);
    assertThat(passed).hasSize(1);
    assertThat(lost).isZero();
  }

  @Test
  void nothingPassesWhileClosedOrFrozen() {
    hub.serviceRuns(true);
    hub.close(true);
    hub.accessibility().report(TAP);
    hub.accessibility().lost(1);
    hub.withheld(1);
    hub.close(false);
    hub.freeze(true);
    hub.accessibility().report(TAP);
    hub.freeze(false);
    assertThat(passed).isEmpty();
    assertThat(lost).isZero();
    assertThat(hub.state()).isEqualTo(new Capture(Capture.Means.ACCESSIBILITY, 0, 0));
    hub.accessibility().report(TAP);
    assertThat(passed).hasSize(1);
  }
}
