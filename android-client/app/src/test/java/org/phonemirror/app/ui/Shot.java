package org.phonemirror.app.ui;

import android.app.Activity;
import android.content.Intent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.FirstClone;
import org.phonemirror.app.model.Status;
import org.robolectric.RuntimeEnvironment;

/**
 * A screen in a situation, for pictures and for checks of all screens.
 *
 * @param name of its picture
 * @param screen the activity
 * @param intent what it is opened with, beside its class
 * @param state of the app
 */
record Shot(String name, Class<? extends Activity> screen, Intent intent, AppState state) {
  static List<Shot> all() {
    AppState usual = Samples.usual();
    AppState fresh = Samples.fresh();
    List<Shot> shots = new ArrayList<>();
    shots.add(plain("state", MainActivity.class, usual));
    shots.add(plain("state-fresh", MainActivity.class, fresh));
    shots.add(plain("state-paused", MainActivity.class, Samples.paused()));
    shots.add(
        plain(
            "state-unreachable",
            MainActivity.class,
            Samples.with(usual, Samples.on(Status.Phase.UNREACHABLE, Duration.ofMinutes(20)))));
    shots.add(plain("settings", SettingsActivity.class, usual));
    shots.add(plain("scan", ScanActivity.class, usual));
    shots.add(plain("downloads", DownloadsActivity.class, usual));
    shots.add(plain("outbox", OutboxActivity.class, usual));
    shots.add(
        new Shot(
            "share",
            ShareActivity.class,
            new Intent(Intent.ACTION_SEND)
                .setType("video/mp4")
                .putExtra(Intent.EXTRA_SUBJECT, "Greetings from the lake")
                .putExtra(Intent.EXTRA_EMAIL, new String[] {"anna@mail.example", "+15550002"})
                .putExtra(Intent.EXTRA_STREAM, SharedFilesProvider.uri(1)),
            usual));
    shots.add(
        plain(
            "clone",
            CloneActivity.class,
            Samples.cloning(new FirstClone(false, 48_000_000, 17_300_000))));
    shots.add(
        plain(
            "freeze",
            CloneActivity.class,
            Samples.cloning(new FirstClone(true, 48_000_000, 30_100_000))));
    shots.add(plain("log", LogActivity.class, usual));
    shots.add(plain("provision", ProvisionActivity.class, fresh));
    shots.add(
        new Shot(
            "provision-ask",
            ProvisionActivity.class,
            new Intent(Intent.ACTION_VIEW, android.net.Uri.parse(FakeControl.INVITATION)),
            fresh));
    shots.add(plain("capture", CaptureActivity.class, usual));
    return shots;
  }

  private static Shot plain(String name, Class<? extends Activity> screen, AppState state) {
    return new Shot(name, screen, new Intent(), state);
  }

  /** What opens it. */
  Intent opening() {
    return new Intent(intent).setClass(RuntimeEnvironment.getApplication(), screen);
  }
}
