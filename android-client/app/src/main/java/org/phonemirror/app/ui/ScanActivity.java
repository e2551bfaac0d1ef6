package org.phonemirror.app.ui;

import android.os.Bundle;
import android.view.View;
import android.widget.Button;
import android.widget.CheckBox;
import android.widget.ProgressBar;
import android.widget.TextView;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Finding;
import org.phonemirror.app.model.Finding.Handling;
import org.phonemirror.app.model.Scan;
import org.phonemirror.app.model.Settings.Service;
import org.phonemirror.app.model.Status.Phase;

/** Looking for malware: how far it is, what was found, and what became of it. */
public final class ScanActivity extends Screen {
  private static final int STEPS = 1000;

  private Texts texts;
  private RowList<Finding> rows;
  private AppState shown;

  @Override
  int layout() {
    return R.layout.scan;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    texts = new Texts(this);
    rows = new RowList<>(findViewById(R.id.rows), R.layout.finding, this::bind);
    CheckBox quarantine = findViewById(R.id.scan_quarantine);
    findViewById(R.id.scan_start)
        .setOnClickListener(view -> attempt(control().scan(quarantine.isChecked())));
  }

  @Override
  void show(AppState state) {
    shown = state;
    Scan scan = state.scan();
    TextView title = findViewById(R.id.scan_state);
    String text = text(scan);
    if (!text.contentEquals(title.getText())) {
      title.setText(text); // a live region: only what is new is spoken
    }
    boolean going = scan.state() == Scan.State.ORDERED || scan.state() == Scan.State.RUNNING;
    ProgressBar progress = findViewById(R.id.scan_progress);
    show(progress, going);
    progress.setIndeterminate(scan.total() <= 0);
    progress.setMax(STEPS);
    progress.setProgress(scan.total() <= 0 ? 0 : (int) (STEPS * scan.done() / scan.total()));
    show(
        this.<TextView>findViewById(R.id.scan_unreadable),
        scan.unreadable() > 0 ? texts.amount(R.plurals.scan_unreadable, scan.unreadable()) : "");
    findViewById(R.id.scan_start).setEnabled(!going && mayOrder(state));
    show(findViewById(R.id.none), state.findings().isEmpty());
    rows.show(state.findings());
  }

  private static boolean mayOrder(AppState state) {
    return state.account().isPresent()
        && state.status().phase() != Phase.PAUSED
        && state.settings().services().contains(Service.ANTIVIRUS);
  }

  private String text(Scan scan) {
    return switch (scan.state()) {
      case NONE -> getString(R.string.scan_none);
      case ORDERED -> getString(R.string.scan_ordered);
      case RUNNING ->
          scan.total() > 0
              ? getString(R.string.scan_running, scan.done(), scan.total())
              : getString(R.string.scan_running_unknown);
      case DONE -> {
        int files = (int) Math.min(scan.done(), Integer.MAX_VALUE);
        String at = scan.at().map(moment -> texts.time(moment, shown.at())).orElse("");
        yield getResources().getQuantityString(R.plurals.scan_done, files, files, at);
      }
      case FAILED -> getString(R.string.scan_failed, scan.text());
    };
  }

  private void bind(View row, Finding finding) {
    row.<TextView>findViewById(R.id.finding_path).setText(finding.path());
    row.<TextView>findViewById(R.id.finding_what)
        .setText(
            getString(
                R.string.finding_what, finding.signature(), texts.time(finding.at(), shown.at())));
    TextView handling = row.findViewById(R.id.finding_handling);
    handling.setText(text(finding));
    handling.setTextColor(
        getColor(finding.handling() == Handling.QUARANTINED ? R.color.good : R.color.bad));
    Button button = row.findViewById(R.id.finding_put_away);
    boolean there =
        finding.handling() == Handling.REPORTED || finding.handling() == Handling.FAILED;
    show(button, there);
    button.setEnabled(mayOrder(shown));
    button.setContentDescription(getString(R.string.put_away_named, finding.path()));
    button.setOnClickListener(view -> attempt(control().quarantine(finding.key())));
  }

  private String text(Finding finding) {
    return switch (finding.handling()) {
      case REPORTED -> getString(R.string.finding_reported);
      case ORDERED -> getString(R.string.finding_ordered);
      case QUARANTINED -> getString(R.string.finding_quarantined);
      case FAILED -> getString(R.string.finding_failed, finding.text());
    };
  }
}
