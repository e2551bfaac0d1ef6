package org.phonemirror.app.ui;

import android.os.Bundle;
import android.widget.EditText;
import java.util.Locale;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Download;
import org.phonemirror.app.model.Settings.Service;
import org.phonemirror.app.model.Status.Phase;

/** Files that the server fetches: an order, and what became of the others. */
public final class DownloadsActivity extends Screen {
  private EditText url;
  private EditText name;
  private RowList<Download> rows;
  private DownloadRow row;

  @Override
  int layout() {
    return R.layout.downloads;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    url = findViewById(R.id.download_url);
    name = findViewById(R.id.download_name);
    row = new DownloadRow(this);
    rows = new RowList<>(findViewById(R.id.rows), R.layout.download, row::bind);
    findViewById(R.id.download_order).setOnClickListener(view -> order());
  }

  private void order() {
    String address = url.getText().toString().trim();
    if (!address.toLowerCase(Locale.ROOT).matches("https?://.+")) {
      url.setError(getString(R.string.download_no_url));
      url.requestFocus();
    } else {
      submit(control().download(address, name.getText().toString().trim()));
    }
  }

  /** It is ordered, and can be seen in the list. */
  @Override
  void done() {
    url.setText("");
    name.setText("");
  }

  @Override
  void show(AppState state) {
    boolean may =
        state.account().isPresent()
            && state.status().phase() != Phase.PAUSED
            && state.settings().services().contains(Service.DOWNLOAD);
    findViewById(R.id.download_order).setEnabled(may && !isBusy());
    show(findViewById(R.id.none), state.downloads().isEmpty());
    row.at(state);
    rows.show(state.downloads());
  }
}
