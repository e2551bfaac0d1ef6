package org.phonemirror.client.input;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.phonemirror.client.PhoneClock;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Limits;

/**
 * Cuts the stream of reports into intervals that follow each other without a hole, so that every
 * event falls in exactly one.
 *
 * <p>An interval that began at t_k ends at its mark t_k + t_syn_int. It is closed a moment (the
 * grace) after the mark, since a report that happened before it may still be on its way. What
 * happened at or after the mark belongs to the next interval. A report that comes even later, or
 * whose time is in the future, is moved to the nearest time in the open interval; two reports of a
 * device that would then have the same time are set apart by a microsecond.
 *
 * <p>When the wall clock is set, which shows as a jump against the monotonic clock, the interval is
 * closed there by the old clock and the next begins by the new one. A report that arrives at that
 * moment goes to the side whose clock is nearer to its time.
 *
 * <p>After the power key's press no interval is closed for a while that would reach beyond it: the
 * session is likely to end there.
 *
 * <p>Before {@link #begin} reports are kept for the first interval: the user may type ahead while
 * the session starts. All methods may be called from any thread.
 */
public final class Batcher implements InputSink {
  /** Smaller differences of the clocks are drift, or a thread that was not run. */
  private static final long JUMP_MICROS = 500_000;

  /** Two readings of the clocks further apart than this do not belong together. */
  private static final long READING_MICROS = 100_000;

  private static final int MAX_READINGS = 5;

  /** More events than this close the interval early: at 16 bytes each they fit into a message. */
  private static final int MAX_EVENTS = Limits.MAX_MESSAGE_BYTES / 16 - 256;

  /** How long the end of the session may take that the power key's press has begun. */
  private static final long POWER_HOLD_MICROS = 5_000_000;

  private static final long NEVER = Long.MIN_VALUE / 4;

  private record Report(long micros, List<InputEvent> events) {}

  private final PhoneClock clock;
  private final long graceMicros;
  private final Deque<Interval> closed = new ArrayDeque<>();
  private List<Report> open = new ArrayList<>();
  private int openEvents;
  private long openLost;
  private long lengthMicros;
  private long startMicros;
  private long markMicros;
  private long wallMinusMonotonic;
  private long powerMicros = NEVER;
  private boolean running;

  /**
   * A batcher that has not begun.
   *
   * @param interval t_syn_int
   * @param grace how long after its mark an interval is closed
   */
  public Batcher(PhoneClock clock, Duration interval, Duration grace) {
    this.clock = clock;
    this.lengthMicros = interval.toNanos() / 1000;
    this.graceMicros = grace.toNanos() / 1000;
    this.wallMinusMonotonic = readOffset();
  }

  /** Begins the first interval, at the start of the session. */
  public synchronized void begin(long sessionStartMicros) {
    if (running) {
      throw new IllegalStateException("the session has begun already");
    }
    running = true;
    wallMinusMonotonic = readOffset();
    List<Report> early = open;
    open = new ArrayList<>();
    openEvents = 0;
    startAt(sessionStartMicros);
    for (Report report : early) {
      add(report.micros, report.events, wallNow());
    }
  }

  /**
   * Begins anew: what came before belongs to no interval.
   *
   * @return now, in microseconds since the epoch
   */
  public synchronized long beginAnew() {
    wallMinusMonotonic = readOffset();
    closed.clear();
    open = new ArrayList<>();
    openEvents = 0;
    openLost = 0;
    startAt(wallNow());
    return startMicros;
  }

  /** Changes t_syn_int. The running interval ends by the new one, but not before now. */
  public synchronized void setInterval(Duration interval) {
    lengthMicros = interval.toNanos() / 1000;
    if (running) {
      moveTo(readOffset());
      markMicros = Math.max(startMicros + lengthMicros, wallNow());
    }
  }

  @Override
  public synchronized void report(List<InputEvent> report) {
    long micros = report.get(0).timeMicros();
    if (!running) {
      if (openEvents + report.size() > MAX_EVENTS) {
        openLost += report.size();
      } else {
        open.add(new Report(micros, report));
        openEvents += report.size();
      }
      return;
    }
    long offset = readOffset();
    long oldNow = wallNow();
    long newNow = oldNow + offset - wallMinusMonotonic;
    boolean beforeJump = Math.abs(micros - oldNow) < Math.abs(micros - newNow);
    if (isJump(offset) && beforeJump) {
      add(micros, report, oldNow);
      moveTo(offset);
    } else {
      moveTo(offset);
      add(micros, report, newNow);
    }
  }

  @Override
  public synchronized void lost(long atLeast) {
    openLost += atLeast;
  }

  /** The intervals that have been closed since the last call, oldest first. */
  public synchronized List<Interval> poll() {
    if (running) {
      moveTo(readOffset());
      long now = wallNow();
      boolean ending = now - powerMicros < POWER_HOLD_MICROS;
      closeUntil(ending ? Math.min(powerMicros, now - graceMicros) : now - graceMicros);
    }
    List<Interval> result = new ArrayList<>(closed);
    closed.clear();
    return result;
  }

  /** How long until {@link #poll} will have something new, in microseconds; 0 if it has now. */
  public synchronized long microsToNext() {
    if (!closed.isEmpty()) {
      return 0;
    }
    return running ? Math.max(0, markMicros + graceMicros - wallNow()) : Long.MAX_VALUE;
  }

  /**
   * Ends the session. What happened at its end or later, such as the power key's press, is no part
   * of it.
   *
   * @return the intervals that have been closed since the last {@link #poll}, the last among them
   */
  public synchronized List<Interval> end(long sessionEndMicros) {
    if (!running) {
      throw new IllegalStateException("no session has begun");
    }
    moveTo(readOffset());
    long end = Math.max(startMicros, sessionEndMicros);
    while (markMicros < end) {
      close(markMicros);
    }
    close(end);
    running = false;
    powerMicros = NEVER;
    open.clear();
    openEvents = 0;
    List<Interval> result = new ArrayList<>(closed);
    closed.clear();
    return result;
  }

  private void startAt(long micros) {
    startMicros = micros;
    markMicros = micros + lengthMicros;
  }

  private long wallNow() {
    return clock.monotonicMicros() + wallMinusMonotonic;
  }

  private void add(long micros, List<InputEvent> events, long now) {
    if (openEvents + events.size() > MAX_EVENTS) {
      long last = startMicros;
      for (Report report : open) {
        last = Math.max(last, report.micros);
      }
      close(Math.min(markMicros, last + 1));
    }
    long clamped = Math.max(startMicros, Math.min(micros, now));
    open.add(new Report(clamped, events));
    openEvents += events.size();
    InputEvent first = events.get(0);
    if (first.type() == InputEvent.EV_KEY
        && first.code() == InputEvent.KEY_POWER
        && first.value() == 1) {
      powerMicros = clamped;
    }
  }

  private void closeUntil(long micros) {
    while (markMicros <= micros) {
      close(markMicros);
    }
  }

  /** Closes the open interval at a moment of its clock; later reports stay for the next one. */
  private void close(long endMicros) {
    open.sort(Comparator.comparingLong(Report::micros));
    Map<Integer, Long> last = new HashMap<>();
    List<InputEvent> events = new ArrayList<>();
    List<Report> next = new ArrayList<>();
    int nextEvents = 0;
    long previous = startMicros;
    for (Report report : open) {
      int device = report.events.get(0).device();
      long earliest = last.getOrDefault(device, startMicros - 1) + 1;
      long micros = Math.max(report.micros, Math.max(previous, earliest));
      if (micros < endMicros) {
        for (InputEvent e : report.events) {
          events.add(new InputEvent(micros, device, e.type(), e.code(), e.value()));
        }
        last.put(device, micros);
        previous = micros;
      } else {
        next.add(new Report(micros, report.events));
        nextEvents += report.events.size();
      }
    }
    if (endMicros > startMicros || openLost > 0) {
      closed.add(new Interval(startMicros, endMicros - startMicros, events, openLost));
      openLost = 0;
    }
    open = next;
    openEvents = nextEvents;
    startAt(endMicros);
  }

  private boolean isJump(long offset) {
    return Math.abs(offset - wallMinusMonotonic) > JUMP_MICROS;
  }

  /** Goes by this offset of the clocks from now on; closes the interval if it is a jump. */
  private void moveTo(long offset) {
    if (!isJump(offset)) {
      wallMinusMonotonic = offset;
      return;
    }
    powerMicros = NEVER;
    long oldNow = wallNow();
    closeUntil(oldNow);
    long end = oldNow;
    for (Report report : open) {
      // room for those that are set apart
      end = Math.max(end, report.micros + open.size());
    }
    close(end);
    wallMinusMonotonic = offset;
    startAt(wallNow());
  }

  private long readOffset() {
    long offset = 0;
    for (int i = 0; i < MAX_READINGS; i++) {
      long before = clock.monotonicMicros();
      long wall = clock.wallMicros();
      long after = clock.monotonicMicros();
      offset = wall - before;
      if (after - before < READING_MICROS) {
        break;
      }
    }
    return offset;
  }
}
