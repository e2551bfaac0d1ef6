package org.phonemirror.app.ui;

import android.Manifest;
import android.content.Intent;
import android.content.pm.PackageManager;
import android.os.Build;
import android.os.Bundle;
import android.view.View;
import android.view.ViewGroup;
import android.widget.ImageView;
import android.widget.TextView;
import java.util.List;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Capture;
import org.phonemirror.app.model.Download;
import org.phonemirror.app.model.Finding;
import org.phonemirror.app.model.Status;
import org.phonemirror.app.model.Upload;

/** The state of the mirror, and the way to all other screens. */
public final class MainActivity extends Screen {
  private static final int NOTIFICATIONS = 1;

  private StatusCard card;
  private FiguresCard figures;
  private RowList<Link> links;
  private Texts texts;

  /** The way to another screen. */
  private record Link(Class<?> screen, int icon, int title, String text) {}

  @Override
  int layout() {
    return R.layout.home;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    texts = new Texts(this);
    card = new StatusCard(findViewById(R.id.content), texts);
    figures = new FiguresCard(findViewById(R.id.figures), texts);
    ViewGroup list = findViewById(R.id.links);
    links = new RowList<>(list, R.layout.link, this::bind);
    opens(R.id.set_up, ProvisionActivity.class);
    opens(R.id.show_clone, CloneActivity.class);
    opens(R.id.capture_show, CaptureActivity.class);
    findViewById(R.id.files_allow).setOnClickListener(view -> FilesAccess.ask(this));
    if (saved == null && control().state().account().isPresent()) {
      askForNotifications();
    }
  }

  /** The notification has the switch that pauses; without it the app works, too. */
  private void askForNotifications() {
    String permission = Manifest.permission.POST_NOTIFICATIONS;
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU
        && checkSelfPermission(permission) != PackageManager.PERMISSION_GRANTED) {
      requestPermissions(new String[] {permission}, NOTIFICATIONS);
    }
  }

  private void opens(int button, Class<?> screen) {
    findViewById(button).setOnClickListener(view -> startActivity(new Intent(this, screen)));
  }

  private void bind(View row, Link link) {
    row.<ImageView>findViewById(R.id.link_icon).setImageResource(link.icon());
    row.<TextView>findViewById(R.id.link_title).setText(link.title());
    row.<TextView>findViewById(R.id.link_text).setText(link.text());
    row.setOnClickListener(view -> startActivity(new Intent(this, link.screen())));
  }

  @Override
  void show(AppState state) {
    card.show(state);
    Status status = state.status();
    boolean provisioned = state.account().isPresent();
    show(findViewById(R.id.set_up), !provisioned);
    show(findViewById(R.id.show_clone), status.phase() == Status.Phase.CLONING);
    boolean blind = state.capture().means() == Capture.Means.NONE && !state.settings().paused();
    show(findViewById(R.id.capture_off), provisioned && blind);
    show(findViewById(R.id.files_off), provisioned && !FilesAccess.isGranted(this));
    show(findViewById(R.id.figures), provisioned);
    figures.show(state);
    links.show(links(state));
  }

  private List<Link> links(AppState state) {
    long findings =
        state.findings().stream()
            .filter(finding -> finding.handling() != Finding.Handling.QUARANTINED)
            .count();
    long ready = state.downloads().stream().filter(d -> d.state() == Download.State.CACHED).count();
    long unsent = state.outbox().stream().filter(Upload::waits).count();
    return List.of(
        new Link(
            ScanActivity.class,
            R.drawable.ic_scan,
            R.string.title_scan,
            count(R.plurals.link_findings, findings, R.string.link_scan_none)),
        new Link(
            DownloadsActivity.class,
            R.drawable.ic_download,
            R.string.title_downloads,
            count(R.plurals.link_ready, ready, R.string.link_ready_none)),
        new Link(
            OutboxActivity.class,
            R.drawable.ic_outbox,
            R.string.title_outbox,
            count(R.plurals.link_unsent, unsent, R.string.link_unsent_none)),
        new Link(
            SettingsActivity.class,
            R.drawable.ic_settings,
            R.string.title_settings,
            getString(R.string.link_settings)),
        new Link(
            CaptureActivity.class,
            R.drawable.ic_eye,
            R.string.title_capture,
            getString(R.string.link_capture)),
        new Link(
            ProvisionActivity.class,
            R.drawable.ic_mirror,
            R.string.title_provision,
            getString(R.string.link_provision)),
        new Link(
            LogActivity.class,
            R.drawable.ic_log,
            R.string.title_log,
            getString(R.string.link_log)));
  }

  private String count(int plural, long number, int none) {
    return number == 0 ? getString(none) : texts.amount(plural, number);
  }
}
