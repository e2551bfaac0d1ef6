package org.phonemirror.app.ui;

import android.content.ActivityNotFoundException;
import android.content.Intent;
import android.os.Bundle;
import android.view.WindowManager;
import android.widget.EditText;
import android.widget.TextView;
import android.widget.Toast;
import java.util.Optional;
import org.phonemirror.app.R;
import org.phonemirror.app.model.Account;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.MirrorException;

/**
 * Takes an invitation of the operator: a link {@code phonemirror://...} that was opened, a text
 * that was pasted, or a code that another app scans. Nothing is accepted before the owner has seen
 * whose server it is. The key that is in it is on no screenshot.
 */
public final class ProvisionActivity extends Screen {
  /** What barcode scanners answer to; ZXing's was the first. */
  private static final String SCAN = "com.google.zxing.client.android.SCAN";

  private static final int SCANNED = 1;
  private static final String INVITATION = "invitation";

  private Texts texts;
  private EditText input;

  /** What the owner is asked about; empty while there is nothing to ask. */
  private String invitation = "";

  private Optional<Account> asked = Optional.empty();

  @Override
  int layout() {
    return R.layout.provision;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    getWindow().addFlags(WindowManager.LayoutParams.FLAG_SECURE);
    texts = new Texts(this);
    input = findViewById(R.id.invitation);
    findViewById(R.id.read).setOnClickListener(view -> ask(input.getText().toString().trim()));
    findViewById(R.id.scan).setOnClickListener(view -> scan());
    findViewById(R.id.accept).setOnClickListener(view -> accept());
    findViewById(R.id.refuse).setOnClickListener(view -> refuse());
    if (saved == null) {
      opened(getIntent());
    } else if (!saved.getString(INVITATION, "").isEmpty()) {
      ask(saved.getString(INVITATION));
    }
  }

  @Override
  protected void onNewIntent(Intent intent) {
    super.onNewIntent(intent);
    setIntent(intent);
    opened(intent);
    show(control().state());
  }

  private void opened(Intent intent) {
    if (Intent.ACTION_VIEW.equals(intent.getAction()) && intent.getData() != null) {
      ask(intent.getData().toString());
    }
  }

  @Override
  protected void onSaveInstanceState(Bundle out) {
    super.onSaveInstanceState(out);
    out.putString(INVITATION, invitation);
  }

  private void scan() {
    try {
      startActivityForResult(new Intent(SCAN).putExtra("SCAN_MODE", "QR_CODE_MODE"), SCANNED);
    } catch (ActivityNotFoundException e) {
      message(getString(R.string.provision_no_scanner));
    }
  }

  @Override
  protected void onActivityResult(int request, int result, Intent data) {
    super.onActivityResult(request, result, data);
    if (request == SCANNED && result == RESULT_OK && data != null) {
      String content = data.getStringExtra("SCAN_RESULT");
      ask(content == null ? "" : content);
    }
  }

  private void ask(String text) {
    try {
      asked = Optional.of(control().read(text));
      invitation = text;
      message("");
    } catch (IllegalArgumentException | MirrorException e) {
      asked = Optional.empty();
      invitation = "";
      message(Problems.text(this, e));
    }
    show(control().state());
  }

  private void accept() {
    submit(control().provision(invitation));
  }

  private void refuse() {
    asked = Optional.empty();
    invitation = "";
    input.setText("");
    show(control().state());
  }

  @Override
  void done() {
    Toast.makeText(this, R.string.provision_done, Toast.LENGTH_LONG).show();
    startActivity(new Intent(this, MainActivity.class).addFlags(Intent.FLAG_ACTIVITY_CLEAR_TOP));
    finish();
  }

  @Override
  void show(AppState state) {
    show(findViewById(R.id.ask), asked.isPresent());
    show(findViewById(R.id.enter), !asked.isPresent());
    asked.ifPresent(account -> show(account, state.account()));
    findViewById(R.id.accept).setEnabled(!isBusy());
    findViewById(R.id.refuse).setEnabled(!isBusy());
    show(
        this.<TextView>findViewById(R.id.now),
        state
            .account()
            .map(now -> getString(R.string.provision_now, now.identity(), now.server()))
            .orElse(""));
  }

  private void show(Account account, Optional<Account> before) {
    this.<TextView>findViewById(R.id.server).setText(account.server());
    this.<TextView>findViewById(R.id.identity).setText(account.identity());
    this.<TextView>findViewById(R.id.interval).setText(texts.duration(account.interval()));
    show(
        this.<TextView>findViewById(R.id.replaces),
        before.map(old -> getString(R.string.provision_replaces, old.server())).orElse(""));
  }
}
