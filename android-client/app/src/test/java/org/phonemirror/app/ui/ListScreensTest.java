package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.robolectric.Shadows.shadowOf;

import android.content.Intent;
import android.view.View;
import android.view.ViewGroup;
import android.widget.EditText;
import android.widget.ListView;
import android.widget.ProgressBar;
import android.widget.TextView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.Test;
import org.phonemirror.app.R;
import org.phonemirror.app.model.Scan;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Settings.Service;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;

/** Scan, downloads, outbox and log. */
public class ListScreensTest extends ScreenTest {
  @Test
  public void aScanIsOrderedOnce() {
    ScanActivity screen = open(ScanActivity.class).get();
    assertThat(text(screen, R.id.scan_state)).startsWith("1204 files looked at, 11:32");
    assertThat(text(screen, R.id.scan_unreadable)).startsWith("2 files could not be looked at");
    touch(screen, R.id.scan_quarantine);
    touch(screen, R.id.scan_start);
    assertThat(control.calls).containsExactly("scan true");
    control.become(
        Samples.with(Samples.usual(), new Scan(Scan.State.ORDERED, Optional.empty(), 0, 0, 0, "")));
    idle();
    assertThat(screen.findViewById(R.id.scan_start).isEnabled()).isFalse();
  }

  @Test
  public void aScanShowsItsProgress() {
    ScanActivity screen = open(ScanActivity.class).get();
    control.become(
        Samples.with(
            Samples.usual(), new Scan(Scan.State.RUNNING, Optional.empty(), 301, 1204, 0, "")));
    idle();
    assertThat(text(screen, R.id.scan_state)).isEqualTo("301 of 1204 files looked at");
    ProgressBar bar = screen.findViewById(R.id.scan_progress);
    assertThat(bar.isShown()).isTrue();
    assertThat(bar.getProgress()).isEqualTo(250);
  }

  @Test
  public void whatWasFoundIsPutAwayOnDemand() {
    ScanActivity screen = open(ScanActivity.class).get();
    List<View> rows = rows(screen.findViewById(R.id.rows));
    assertThat(rows).hasSize(3);
    assertThat(rows.get(1).findViewById(R.id.finding_put_away).isShown()).isFalse();
    assertThat(rowText(rows.get(2), R.id.finding_handling)).contains("it has changed");
    touch(rows.get(0).findViewById(R.id.finding_put_away));
    assertThat(control.calls).containsExactly("quarantine 1");
  }

  @Test
  public void nothingIsOrderedOfAServiceThatIsOff() {
    Settings off =
        Settings.USUAL.withService(Service.ANTIVIRUS, false).withService(Service.DOWNLOAD, false);
    control.become(Samples.with(Samples.usual(), off));
    assertThat(open(ScanActivity.class).get().findViewById(R.id.scan_start).isEnabled()).isFalse();
    assertThat(open(DownloadsActivity.class).get().findViewById(R.id.download_order).isEnabled())
        .isFalse();
  }

  @Test
  public void downloadsTellHowFarTheyAre() {
    DownloadsActivity screen = open(DownloadsActivity.class).get();
    List<View> rows = rows(screen.findViewById(R.id.rows));
    assertThat(rows.stream().map(row -> rowText(row, R.id.download_state)))
        .containsExactly(
            "Ready on the server, 18 MB",
            "2.5 MB of 6.2 MB are here",
            "The server is fetching it",
            "In Downloads, 812 kB",
            "Failed: the server says 404: look for another address");
    assertThat(rowText(rows.get(0), R.id.download_expires)).isEqualTo("Kept until Nov 30, 2:32 PM");
    assertThat(rowText(rows.get(2), R.id.download_title))
        .isEqualTo("https://archive.example/old/records.zip");
    assertThat(rows.get(1).<ProgressBar>findViewById(R.id.download_progress).getProgress())
        .isEqualTo(400);
    touch(rows.get(0).findViewById(R.id.download_fetch));
    touch(rows.get(1).findViewById(R.id.download_cancel));
    assertThat(control.calls).containsExactly("fetch 11", "cancel 12");
    assertThat(rows.get(3).findViewById(R.id.download_cancel).isShown()).isFalse();
  }

  @Test
  public void aDownloadIsOrderedWithAnAddressOfTheWeb() {
    DownloadsActivity screen = open(DownloadsActivity.class).get();
    EditText url = screen.findViewById(R.id.download_url);
    url.setText("lecture");
    touch(screen, R.id.download_order);
    assertThat(url.getError().toString()).contains("http://");
    assertThat(control.calls).isEmpty();
    url.setText(" https://media.example/a ");
    screen.<EditText>findViewById(R.id.download_name).setText("a.mp4");
    touch(screen, R.id.download_order);
    assertThat(control.calls).containsExactly("download https://media.example/a a.mp4");
    assertThat(url.getText().toString()).isEmpty();
  }

  @Test
  public void anOrderThatFailsCanBeGivenAgain() {
    DownloadsActivity screen = open(DownloadsActivity.class).get();
    EditText url = screen.findViewById(R.id.download_url);
    url.setText("https://media.example/a");
    control.answer = new CompletableFuture<>();
    touch(screen, R.id.download_order);
    assertThat(screen.findViewById(R.id.download_order).isEnabled()).isFalse();
    control.answer.completeExceptionally(new java.io.IOException("256 orders wait already"));
    idle();
    assertThat(text(screen, R.id.message)).isEqualTo("256 orders wait already");
    assertThat(url.getText().toString()).isEqualTo("https://media.example/a");
    assertThat(screen.findViewById(R.id.download_order).isEnabled()).isTrue();
  }

  @Test
  public void whatWasTypedSurvivesTheProcess() {
    ActivityController<DownloadsActivity> before = open(DownloadsActivity.class);
    before.get().<EditText>findViewById(R.id.download_url).setText("https://media.example/a");
    DownloadsActivity after = die(before, DownloadsActivity.class).get();
    assertThat(text(after, R.id.download_url)).isEqualTo("https://media.example/a");
    assertThat(rows(after.findViewById(R.id.rows))).hasSize(5);
  }

  @Test
  public void theOutboxTellsWhoHasWhat() {
    OutboxActivity screen = open(OutboxActivity.class).get();
    List<View> rows = rows(screen.findViewById(R.id.rows));
    assertThat(
            rows(rows.get(0).findViewById(R.id.recipients)).stream()
                .map(row -> ((TextView) row).getText().toString()))
        .containsExactly(
            "anna@mail.example: sent",
            "+15550002: on its way",
            "bob@nowhere.example: failed, no such mailbox");
    touch(rows.get(0).findViewById(R.id.upload_cancel));
    assertThat(control.calls).containsExactly("cancel 21");
    assertThat(rows.get(1).findViewById(R.id.upload_cancel).isShown()).isFalse();
  }

  @Test
  public void listsThatAreEmptySaySo() {
    control.become(Samples.fresh());
    control.lines = List.of();
    assertThat(visible(open(ScanActivity.class).get(), R.id.none)).isTrue();
    assertThat(visible(open(DownloadsActivity.class).get(), R.id.none)).isTrue();
    assertThat(visible(open(OutboxActivity.class).get(), R.id.none)).isTrue();
    LogActivity log = open(LogActivity.class).get();
    assertThat(visible(log, R.id.none)).isTrue();
    assertThat(log.findViewById(R.id.log_share).isEnabled()).isFalse();
  }

  @Test
  public void theLogIsSharedAsText() {
    LogActivity screen = open(LogActivity.class).get();
    assertThat(screen.<ListView>findViewById(R.id.lines).getCount()).isEqualTo(5);
    touch(screen, R.id.log_share);
    Intent chooser = shadowOf(RuntimeEnvironment.getApplication()).getNextStartedActivity();
    Intent send = chooser.getParcelableExtra(Intent.EXTRA_INTENT, Intent.class);
    assertThat(send.getType()).isEqualTo("text/plain");
    assertThat(send.getStringExtra(Intent.EXTRA_TEXT))
        .startsWith("2026-11-22T14:32:10Z INFO session begun")
        .endsWith("batch 1134 acknowledged, 512 bytes\n");
  }

  private static List<View> rows(ViewGroup list) {
    return java.util.stream.IntStream.range(0, list.getChildCount())
        .mapToObj(list::getChildAt)
        .toList();
  }

  private static String rowText(View row, int view) {
    // times of day have a space that does not break
    return row.<TextView>findViewById(view).getText().toString().replace('\u202f', ' ');
  }
}
