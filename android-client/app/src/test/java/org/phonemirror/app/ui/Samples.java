package org.phonemirror.app.ui;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.phonemirror.app.model.Account;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Capture;
import org.phonemirror.app.model.Download;
import org.phonemirror.app.model.Finding;
import org.phonemirror.app.model.FirstClone;
import org.phonemirror.app.model.LogLine;
import org.phonemirror.app.model.Scan;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Status;
import org.phonemirror.app.model.Upload;
import org.phonemirror.app.model.Upload.Recipient;

/** A phone in use, and what it looks like in other situations. */
final class Samples {
  static final Instant NOW = Instant.parse("2026-11-23T14:32:10Z");

  static final Account ACCOUNT =
      new Account(
          "coaps://mirror.ims.example:5684",
          "sip:+15550001@ims.example",
          Duration.ofMinutes(1),
          true,
          500_000);

  private static final int QUARTERS = 96;

  private Samples() {}

  /** A phone with a mirror, in the afternoon of a day with much to tell. */
  static AppState usual() {
    return new AppState(
        NOW,
        Optional.of(ACCOUNT),
        on(Status.Phase.ON, Duration.ofHours(8)),
        new Capture(Capture.Means.ACCESSIBILITY, 18_402, 31),
        Settings.USUAL,
        new Scan(Scan.State.DONE, Optional.of(ago(Duration.ofHours(3))), 1204, 1204, 2, ""),
        findings(),
        downloads(),
        outbox(),
        Optional.empty());
  }

  /** A phone on which the app was opened for the first time. */
  static AppState fresh() {
    return new AppState(
        NOW,
        Optional.empty(),
        status(Status.Phase.NOT_PROVISIONED),
        new Capture(Capture.Means.NONE, 0, 0),
        Settings.USUAL,
        Scan.NONE,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  static AppState paused() {
    AppState usual = with(usual(), on(Status.Phase.PAUSED, Duration.ofMinutes(7)));
    return with(usual, usual.settings().withPaused(true));
  }

  /** A phone that is being copied. */
  static AppState cloning(FirstClone copy) {
    AppState usual = with(usual(), status(Status.Phase.CLONING));
    return new AppState(
        NOW,
        usual.account(),
        usual.status(),
        usual.capture(),
        usual.settings(),
        Scan.NONE,
        List.of(),
        List.of(),
        List.of(),
        Optional.of(copy));
  }

  static AppState with(AppState state, Status status) {
    return new AppState(
        state.at(),
        state.account(),
        status,
        state.capture(),
        state.settings(),
        state.scan(),
        state.findings(),
        state.downloads(),
        state.outbox(),
        state.firstClone());
  }

  static AppState with(AppState state, Settings settings) {
    return new AppState(
        state.at(),
        state.account(),
        state.status(),
        state.capture(),
        settings,
        state.scan(),
        state.findings(),
        state.downloads(),
        state.outbox(),
        state.firstClone());
  }

  static AppState with(AppState state, Scan scan) {
    return new AppState(
        state.at(),
        state.account(),
        state.status(),
        state.capture(),
        state.settings(),
        scan,
        state.findings(),
        state.downloads(),
        state.outbox(),
        state.firstClone());
  }

  static AppState with(AppState state, Capture capture) {
    return new AppState(
        state.at(),
        state.account(),
        state.status(),
        capture,
        state.settings(),
        state.scan(),
        state.findings(),
        state.downloads(),
        state.outbox(),
        state.firstClone());
  }

  static AppState with(AppState state, Account account) {
    return new AppState(
        state.at(),
        Optional.of(account),
        state.status(),
        state.capture(),
        state.settings(),
        state.scan(),
        state.findings(),
        state.downloads(),
        state.outbox(),
        state.firstClone());
  }

  static Instant ago(Duration duration) {
    return NOW.minus(duration);
  }

  /** A phase in which nothing is known but that. */
  static Status status(Status.Phase phase) {
    return new Status(
        phase,
        ago(Duration.ofMinutes(7)),
        Duration.ZERO,
        0,
        Optional.empty(),
        Status.Spending.NONE,
        List.of());
  }

  /** A phase on a day with much to tell. */
  static Status on(Status.Phase phase, Duration since) {
    return new Status(
        phase,
        ago(since),
        Duration.ofSeconds(70),
        1,
        Optional.of(
            new Status.Interval(
                ago(Duration.ofSeconds(10)), Duration.ofMinutes(1), 93, 702, false)),
        new Status.Spending(412_300, 25_600_000, 214.5, 1870),
        day());
  }

  private static List<Status.DayPoint> day() {
    List<Status.DayPoint> points = new ArrayList<>();
    for (int i = 0; i < QUARTERS; i++) {
      Instant start = ago(Duration.ofMinutes(15L * (QUARTERS - i)));
      boolean asleep = i > 34 && i < 64;
      double use = asleep ? 0.05 : 0.5 + 0.4 * Math.sin(i / 5.0) + 0.1 * Math.cos(i * 1.7);
      long lag = i > 76 && i < 82 ? 60L * (i - 75) * 3 : asleep ? 600 : 70 + i % 7;
      points.add(new Status.DayPoint(start, (long) (14_000 * use), Duration.ofSeconds(lag)));
    }
    return points;
  }

  private static List<Finding> findings() {
    return List.of(
        new Finding(
            1,
            ago(Duration.ofHours(3)),
            "Downloads/free-ringtones.apk",
            "Andr.Trojan.Sample-1.UNOFFICIAL",
            Finding.Handling.REPORTED,
            ""),
        new Finding(
            2,
            ago(Duration.ofDays(2)),
            "mail/attachments/eicar.com",
            "Eicar-Test-Signature",
            Finding.Handling.QUARANTINED,
            ""),
        new Finding(
            3,
            ago(Duration.ofDays(2)),
            "Documents/invoice.doc.exe",
            "Win.Dropper.Sample-7",
            Finding.Handling.FAILED,
            "it has changed since it was scanned; scan it again"));
  }

  private static List<Download> downloads() {
    Optional<Instant> kept = Optional.of(NOW.plus(Duration.ofDays(7)));
    return List.of(
        new Download(
            11,
            "lecture-07.mp4",
            "https://media.example/lectures/2026/lecture-07.mp4",
            Download.State.CACHED,
            OptionalLong.of(18_400_000),
            0,
            kept,
            ""),
        new Download(
            12,
            "map-of-the-alps.pdf",
            "https://maps.example/alps.pdf",
            Download.State.FETCHING,
            OptionalLong.of(6_200_000),
            2_480_000,
            kept,
            ""),
        new Download(
            13,
            "",
            "https://archive.example/old/records.zip",
            Download.State.ORDERED,
            OptionalLong.empty(),
            0,
            Optional.empty(),
            ""),
        new Download(
            14,
            "timetable.pdf",
            "https://trains.example/timetable.pdf",
            Download.State.FETCHED,
            OptionalLong.of(812_000),
            812_000,
            Optional.empty(),
            ""),
        new Download(
            15,
            "songs.zip",
            "http://music.example/songs.zip",
            Download.State.FAILED,
            OptionalLong.empty(),
            0,
            Optional.empty(),
            "the server says 404: look for another address"));
  }

  private static List<Upload> outbox() {
    return List.of(
        new Upload(
            21,
            ago(Duration.ofMinutes(4)),
            "holiday.mp4",
            9_100_000,
            "Greetings from the lake",
            List.of(
                new Recipient("mailto:anna@mail.example", Recipient.State.SENT, ""),
                new Recipient("mms:+15550002", Recipient.State.WAITING, ""),
                new Recipient(
                    "mailto:bob@nowhere.example", Recipient.State.FAILED, "no such mailbox"))),
        new Upload(
            22,
            ago(Duration.ofHours(26)),
            "minutes.pdf",
            740_000,
            "",
            List.of(
                new Recipient("https://files.example/in/minutes.pdf", Recipient.State.SENT, ""),
                new Recipient("mailto:carla@mail.example", Recipient.State.CANCELLED, ""))));
  }

  static List<LogLine> log() {
    return List.of(
        new LogLine(ago(Duration.ofDays(1)), LogLine.Level.INFO, "session begun, boot 3141592653"),
        new LogLine(
            ago(Duration.ofMinutes(95)),
            LogLine.Level.WARNING,
            "no answer from mirror.ims.example: tried again in 2 s, 4 s, 8 s"),
        new LogLine(
            ago(Duration.ofMinutes(94)), LogLine.Level.INFO, "batch 1040 acknowledged, 702 bytes"),
        new LogLine(
            ago(Duration.ofMinutes(30)),
            LogLine.Level.ERROR,
            "'free-ringtones.apk' can't be quarantined: it is being written; scan it again"),
        new LogLine(
            ago(Duration.ofSeconds(9)), LogLine.Level.INFO, "batch 1134 acknowledged, 512 bytes"));
  }
}
