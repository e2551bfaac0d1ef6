package org.phonemirror.app.sync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.phonemirror.app.model.Status;
import org.phonemirror.app.model.Status.DayPoint;
import org.phonemirror.app.model.Status.Interval;
import org.phonemirror.app.model.Status.Spending;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link Ledger}'s books across the end of the process: one line for each entry, a word
 * and numbers. It is written with each exchange, so it is not forced onto the medium; what a power
 * cut damages is begun anew.
 */
public final class LedgerFile {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerFile.class);
  private static final String VERSION = "ledger 1";

  /** A file of 97 points has some 4 KB. */
  private static final long LONGEST = 64 * 1024;

  private final Path file;
  private boolean told;

  public LedgerFile(Path file) {
    this.file = file;
  }

  /**
   * What is kept.
   *
   * @param today the day of what was spent
   * @param spent on it
   * @param serverHas the end of what the server has
   * @param last the interval that ended last
   * @param day the last 24 hours, oldest first
   */
  record Books(
      LocalDate today,
      Spending spent,
      Optional<Instant> serverHas,
      Optional<Interval> last,
      List<DayPoint> day) {
    static final Books EMPTY =
        new Books(LocalDate.MIN, Spending.NONE, Optional.empty(), Optional.empty(), List.of());
  }

  /** As they were saved last; empty if they never were, or can't be read any more. */
  Books load() {
    if (!Files.exists(file)) {
      return Books.EMPTY;
    }
    try {
      if (Files.size(file) > LONGEST) {
        throw new IOException("longer than " + LONGEST + " bytes");
      }
      return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (IOException | RuntimeException e) {
      LOG.warn("what was spent today is not known any more: {}: {}", file, e.toString());
      return Books.EMPTY;
    }
  }

  /**
   * Saves the books as they are by then.
   *
   * @param books asked when it is this call's turn, so that the latest are there in the end
   */
  synchronized void save(Supplier<Books> books) {
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.write(fresh, format(books.get()).getBytes(StandardCharsets.UTF_8));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      told = false;
    } catch (IOException e) {
      if (!told) {
        LOG.warn("what is spent can't be stored, is there room on the phone? {}", e.toString());
        told = true;
      }
    }
  }

  private static String format(Books books) {
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    Spending spent = books.spent;
    line(
        text,
        "today",
        books.today.toEpochDay(),
        spent.bytes(),
        spent.savedBytes(),
        spent.joules(),
        spent.savedJoules());
    books.serverHas.ifPresent(end -> line(text, "server", micros(end)));
    books.last.ifPresent(
        last ->
            line(
                text,
                "interval",
                micros(last.end()),
                last.length().toNanos() / 1000,
                last.events(),
                last.bytes(),
                last.acknowledged() ? 1 : 0));
    for (DayPoint point : books.day) {
      line(
          text,
          "point",
          point.start().getEpochSecond(),
          point.bytes(),
          point.longestLag().toNanos());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String word, Number... numbers) {
    text.append(word);
    for (Number number : numbers) {
      text.append(' ').append(number);
    }
    text.append('\n');
  }

  private static Books parse(String text) {
    String[] lines = text.split("\n", -1);
    if (!lines[0].equals(VERSION) || !lines[lines.length - 1].isEmpty()) {
      throw new IllegalArgumentException("no whole ledger of this version");
    }
    Books books = Books.EMPTY;
    List<DayPoint> day = new ArrayList<>();
    for (int i = 1; i < lines.length - 1; i++) {
      String[] words = lines[i].split(" ", -1);
      books =
          switch (words[0]) {
            case "today" ->
                new Books(
                    LocalDate.ofEpochDay(number(words, 1)),
                    new Spending(
                        number(words, 2),
                        number(words, 3),
                        Double.parseDouble(words[4]),
                        Double.parseDouble(words[5])),
                    books.serverHas,
                    books.last,
                    List.of());
            case "server" ->
                new Books(
                    books.today,
                    books.spent,
                    Optional.of(instant(number(words, 1))),
                    books.last,
                    List.of());
            case "interval" ->
                new Books(
                    books.today,
                    books.spent,
                    books.serverHas,
                    Optional.of(
                        new Interval(
                            instant(number(words, 1)),
                            Duration.of(number(words, 2), ChronoUnit.MICROS),
                            Math.toIntExact(number(words, 3)),
                            number(words, 4),
                            number(words, 5) == 1)),
                    List.of());
            case "point" -> {
              day.add(
                  new DayPoint(
                      Instant.ofEpochSecond(number(words, 1)),
                      number(words, 2),
                      Duration.ofNanos(number(words, 3))));
              yield books;
            }
            default -> throw new IllegalArgumentException("a line '" + words[0] + "'");
          };
    }
    if (day.size() > Status.MAX_POINTS) {
      throw new IllegalArgumentException(day.size() + " points of a day");
    }
    return new Books(books.today, books.spent, books.serverHas, books.last, day);
  }

  private static long number(String[] words, int at) {
    return Long.parseLong(words[at]);
  }

  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
