package org.phonemirror.app.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.app.model.Status;
import org.phonemirror.app.model.Status.DayPoint;
import org.phonemirror.app.model.Status.Spending;
import org.phonemirror.app.phone.Phone;
import org.phonemirror.client.channel.BlockRule;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.SyncMessage;

/**
 * What has been sent, what it cost, and how far the server is. Safe for use by several threads.
 *
 * <p>The bytes of a message on the IP layer are estimated: each datagram carries 28 bytes of IPv4
 * and UDP, 13 + 16 of the DTLS record (RFC 6347 §4.1, RFC 6655) and about 9 of CoAP, and so does
 * its answer. What is known outlives the process.
 */
public final class Ledger {
  private static final int DATAGRAM_OVERHEAD = 66;
  private static final long QUARTER_SECONDS = 900;

  private final Clock clock;
  private final ZoneId zone;
  private final Phone phone;
  private final LedgerFile file;
  private final List<DayPoint> day;
  private LocalDate today;
  private Spending spent;
  private Optional<Instant> serverHas;
  private Optional<Status.Interval> last;
  private Optional<Rules.Hold> hold = Optional.empty();
  private boolean reached = true;
  private int waiting;

  /**
   * Goes on where the file ends.
   *
   * @param file of this ledger alone
   */
  public Ledger(Phone phone, ZoneId zone, LedgerFile file) {
    this.phone = phone;
    this.clock = phone.clock().wall();
    this.zone = zone;
    this.file = file;
    LedgerFile.Books books = file.load();
    today = books.today();
    spent = books.spent();
    serverHas = books.serverHas();
    last = books.last();
    day = new ArrayList<>(books.day());
  }

  private synchronized LedgerFile.Books books() {
    return new LedgerFile.Books(today, spent, serverHas, last, List.copyOf(day));
  }

  /**
   * How things stand.
   *
   * @param serverHas the end of what the server has
   * @param last the interval that ended last
   * @param hold why nothing was sent when it was tried last
   * @param reached whether the server answered when it was tried last
   */
  public record Standing(
      Optional<Instant> serverHas,
      Optional<Status.Interval> last,
      Optional<Rules.Hold> hold,
      boolean reached,
      int waiting,
      Spending today,
      List<DayPoint> day) {}

  /** How things stand now. */
  public synchronized Standing standing() {
    turnDay();
    forgetBefore(clock.instant());
    return new Standing(serverHas, last, hold, reached, waiting, spent, List.copyOf(day));
  }

  /** A message is about to be sent. */
  synchronized void offered(SyncMessage message, int bytes) {
    if (message instanceof Batch batch) {
      last = Optional.of(interval(batch, onWire(bytes), false));
    }
  }

  private static Status.Interval interval(Batch batch, long bytes, boolean acknowledged) {
    return new Status.Interval(
        instant(batch.endMicros()),
        Duration.of(batch.lengthMicros(), ChronoUnit.MICROS),
        batch.events().size(),
        bytes,
        acknowledged);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /** So many messages are in the queue. */
  synchronized void waiting(int messages) {
    waiting = messages;
  }

  synchronized void held(Rules.Hold why) {
    hold = Optional.of(why);
  }

  /** A message was sent, and no answer came. */
  void unreached(int bytes) {
    synchronized (this) {
      hold = Optional.empty();
      reached = false;
      book(bytes, onWire(bytes), Duration.ZERO);
    }
    file.save(this::books);
  }

  /**
   * The server has answered.
   *
   * @param bytes of the message and the answer
   * @param taken the message, if the server has it now
   */
  void answered(int bytes, Optional<SyncMessage> taken) {
    synchronized (this) {
      hold = Optional.empty();
      reached = true;
      long moved = onWire(bytes) + datagrams(bytes) * DATAGRAM_OVERHEAD;
      Duration lag = Duration.ZERO;
      if (taken.isPresent()) {
        waiting = Math.max(0, waiting - 1);
        Instant end = instant(taken.get().endMicros());
        serverHas = Optional.of(end);
        lag = Duration.between(end, clock.instant());
        if (taken.get() instanceof Batch batch) {
          last = Optional.of(interval(batch, moved, true));
        }
      }
      book(bytes, moved, lag.isNegative() ? Duration.ZERO : lag);
    }
    file.save(this::books);
  }

  /** A service has done what the phone would have done by itself. */
  public void saved(long bytes) {
    synchronized (this) {
      turnDay();
      Radio radio = Radio.of(Phone.Network.METERED, phone.link(), bytes);
      spent =
          new Spending(
              spent.bytes(),
              spent.savedBytes() + bytes,
              spent.joules(),
              spent.savedJoules() + radio.joules(bytes));
    }
    file.save(this::books);
  }

  private void book(int bytes, long moved, Duration lag) {
    turnDay();
    Phone.Network network = phone.network();
    boolean free = network == Phone.Network.UNMETERED;
    spent =
        new Spending(
            spent.bytes() + (free ? 0 : moved),
            spent.savedBytes(),
            spent.joules() + Radio.of(network, phone.link(), bytes).joules(moved),
            spent.savedJoules());
    Instant now = clock.instant();
    Instant start =
        Instant.ofEpochSecond(
            Math.floorDiv(now.getEpochSecond(), QUARTER_SECONDS) * QUARTER_SECONDS);
    DayPoint before = new DayPoint(start, 0, Duration.ZERO);
    if (!day.isEmpty() && day.get(day.size() - 1).start().equals(start)) {
      before = day.remove(day.size() - 1);
    }
    Duration longest = lag.compareTo(before.longestLag()) > 0 ? lag : before.longestLag();
    day.add(new DayPoint(start, before.bytes() + moved, longest));
    forgetBefore(start);
  }

  private void forgetBefore(Instant now) {
    day.removeIf(point -> point.start().isBefore(now.minus(Duration.ofDays(1))));
    while (day.size() > Status.MAX_POINTS) {
      day.remove(0);
    }
  }

  private void turnDay() {
    LocalDate now = clock.instant().atZone(zone).toLocalDate();
    if (!now.equals(today)) {
      today = now;
      spent = Spending.NONE;
    }
  }

  /** One way. */
  private long onWire(int bytes) {
    return bytes + datagrams(bytes) * DATAGRAM_OVERHEAD;
  }

  private long datagrams(int bytes) {
    int payload = BlockRule.isShared(phone.link(), bytes) ? BlockRule.SMALL : BlockRule.USUAL;
    return 1L + Math.max(0, bytes - 1) / payload;
  }
}
