package org.phonemirror.app.capture;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.phonemirror.app.model.Capture;
import org.phonemirror.client.input.InputSink;
import org.phonemirror.sync.InputEvent;

/**
 * Between what sees the owner's input and the engine: passes on what may be passed on, and counts.
 *
 * <p>The kernel's events do not tell what field they go to. So, unless the owner has opted in, they
 * are passed on only while the accessibility service tells that no field for passwords has the
 * focus; without that service they are kept back altogether. What is kept back counts as lost, so
 * that the server compares the storage in full.
 *
 * <p>Safe for use by several threads.
 */
public final class CaptureHub {
  private final Clock clock;
  private final ZoneId zone;
  private final InputSink system = new SystemSink();
  private final InputSink accessibility = new AccessibilitySink();
  private Optional<InputSink> engine = Optional.empty();
  private boolean systemRuns;
  private boolean serviceRuns;
  private boolean passwordFocused;
  private boolean passwords;
  private boolean closed;
  private boolean frozen;
  private LocalDate today = LocalDate.MIN;
  private long events;
  private long withheld;

  /** Passes nothing on until it is told where to. */
  public CaptureHub(Clock clock, ZoneId zone) {
    this.clock = clock;
    this.zone = zone;
  }

  /** Where the kernel's events are delivered. */
  public InputSink system() {
    return system;
  }

  /** Where the accessibility service delivers. */
  public InputSink accessibility() {
    return accessibility;
  }

  /** Passes on to this engine from now on, or to none. */
  public synchronized void deliverTo(Optional<InputSink> sink) {
    engine = sink;
  }

  /** Whether the kernel's events are read. */
  public synchronized void systemRuns(boolean runs) {
    systemRuns = runs;
  }

  /** Whether the accessibility service is connected. */
  public synchronized void serviceRuns(boolean runs) {
    serviceRuns = runs;
    passwordFocused = false;
  }

  /** Whether the accessibility service is connected, which then covers the apps in a freeze. */
  public synchronized boolean serviceRuns() {
    return serviceRuns;
  }

  /** Whether a field for passwords has the focus, as far as the accessibility service knows. */
  public synchronized void passwordFocused(boolean focused) {
    passwordFocused = focused;
  }

  /** Whether the owner wants input into fields for passwords to be passed on, too. */
  public synchronized void passwords(boolean allowed) {
    passwords = allowed;
  }

  /** Whether input into fields for passwords is passed on. */
  public synchronized boolean passwords() {
    return passwords;
  }

  /** Passes nothing on as long as this holds; on return nothing is under way any more. */
  public synchronized void close(boolean now) {
    closed = now;
  }

  /** Whether the phone is frozen for its copy, so that nothing should come. */
  public synchronized void freeze(boolean now) {
    frozen = now;
  }

  /** Input was seen that is not passed on, as it goes into a field for passwords. */
  public synchronized void withheld(int count) {
    turnDay();
    if (!closed) {
      withheld += count;
      engine.ifPresent(sink -> sink.lost(count));
    }
  }

  /** How much is seen. */
  public synchronized Capture state() {
    turnDay();
    Capture.Means means = Capture.Means.NONE;
    if (systemRuns && (passwords || serviceRuns)) {
      means = Capture.Means.SYSTEM;
    } else if (serviceRuns && !systemRuns) {
      means = Capture.Means.ACCESSIBILITY;
    }
    return new Capture(means, events, withheld);
  }

  private void turnDay() {
    LocalDate now = clock.instant().atZone(zone).toLocalDate();
    if (!now.equals(today)) {
      today = now;
      events = 0;
      withheld = 0;
    }
  }

  private void pass(List<InputEvent> report) {
    turnDay();
    if (!closed && !frozen) {
      events += report.size();
      engine.ifPresent(sink -> sink.report(report));
    }
  }

  private void passLost(long atLeast) {
    if (!closed) {
      engine.ifPresent(sink -> sink.lost(atLeast));
    }
  }

  private final class SystemSink implements InputSink {
    @Override
    public void report(List<InputEvent> report) {
      synchronized (CaptureHub.this) {
        if (passwords || (serviceRuns && !passwordFocused)) {
          pass(report);
        } else {
          withheld(report.size());
        }
      }
    }

    @Override
    public void lost(long atLeast) {
      synchronized (CaptureHub.this) {
        passLost(atLeast);
      }
    }
  }

  /**
   * What the accessibility service sees is less than what the kernel tells, and not wanted then.
   */
  private final class AccessibilitySink implements InputSink {
    @Override
    public void report(List<InputEvent> report) {
      synchronized (CaptureHub.this) {
        if (!systemRuns) {
          pass(report);
        }
      }
    }

    @Override
    public void lost(long atLeast) {
      synchronized (CaptureHub.this) {
        if (!systemRuns) {
          passLost(atLeast);
        }
      }
    }
  }
}
