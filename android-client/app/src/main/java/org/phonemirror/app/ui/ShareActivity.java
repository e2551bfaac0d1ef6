package org.phonemirror.app.ui;

import android.content.ContentResolver;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import android.view.View;
import android.view.inputmethod.EditorInfo;
import android.widget.Button;
import android.widget.EditText;
import android.widget.TextView;
import android.widget.Toast;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Sending;
import org.phonemirror.app.model.Settings.Service;

/** Share target of all apps: leaves files to the mirror, which sends them to each recipient. */
public final class ShareActivity extends Screen {
  private static final String RECIPIENTS = "recipients";

  private final ArrayList<String> recipients = new ArrayList<>();
  private List<Sending.Source> files = List.of();
  private RowList<Sending.Source> fileRows;
  private RowList<String> recipientRows;
  private EditText recipient;
  private EditText subject;
  private EditText text;

  @Override
  int layout() {
    return R.layout.share;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    recipient = findViewById(R.id.recipient);
    subject = findViewById(R.id.subject);
    text = findViewById(R.id.text);
    fileRows = new RowList<>(findViewById(R.id.files), R.layout.recipient, this::bindFile);
    recipientRows =
        new RowList<>(findViewById(R.id.recipients), R.layout.share_recipient, this::bindAddress);
    opens(R.id.set_up, ProvisionActivity.class);
    findViewById(R.id.add).setOnClickListener(view -> add());
    recipient.setOnEditorActionListener(
        (view, action, event) -> action == EditorInfo.IME_ACTION_DONE && add());
    findViewById(R.id.send).setOnClickListener(view -> send());
    if (saved == null) {
      prefill(getIntent());
    } else {
      recipients.addAll(saved.getStringArrayList(RECIPIENTS));
    }
    name(SharedFiles.of(getIntent()));
  }

  private void opens(int button, Class<?> screen) {
    findViewById(button).setOnClickListener(view -> startActivity(new Intent(this, screen)));
  }

  private void prefill(Intent intent) {
    subject.setText(intent.getStringExtra(Intent.EXTRA_SUBJECT));
    text.setText(intent.getCharSequenceExtra(Intent.EXTRA_TEXT));
    String[] addresses = intent.getStringArrayExtra(Intent.EXTRA_EMAIL);
    for (String address : addresses == null ? new String[0] : addresses) {
      Recipients.parse(address).ifPresent(recipients::add);
    }
  }

  /** Shows the files, and their names as soon as they are known. */
  private void name(List<Uri> uris) {
    List<Sending.Source> nameless = new ArrayList<>();
    uris.forEach(uri -> nameless.add(new Sending.Source(uri.toString(), "")));
    files = nameless;
    ContentResolver resolver = getContentResolver();
    var unused =
        CompletableFuture.supplyAsync(
                () -> {
                  List<Sending.Source> named = new ArrayList<>();
                  uris.forEach(uri -> named.add(SharedFiles.named(resolver, uri)));
                  return named;
                })
            .thenAcceptAsync(this::named, this::runOnUiThread);
  }

  private void named(List<Sending.Source> named) {
    if (!isDestroyed()) {
      files = named;
      show(control().state());
    }
  }

  @Override
  protected void onSaveInstanceState(Bundle out) {
    super.onSaveInstanceState(out);
    out.putStringArrayList(RECIPIENTS, recipients);
  }

  /** Takes what was typed as a recipient; true, since the key was of use. */
  private boolean add() {
    Optional<String> address = Recipients.parse(recipient.getText().toString());
    if (address.isPresent()) {
      if (!recipients.contains(address.get())) {
        recipients.add(address.get());
      }
      recipient.setText("");
      recipient.setError(null);
    } else {
      recipient.setError(getString(R.string.share_not_recipient));
      recipient.requestFocus();
    }
    show(control().state());
    return true;
  }

  private void send() {
    if (recipient.length() > 0) {
      add();
      if (recipient.length() > 0) {
        return; // it is none, and says so
      }
    }
    if (recipients.isEmpty()) {
      recipient.setError(getString(R.string.share_no_recipient));
      recipient.requestFocus();
      return;
    }
    submit(
        control()
            .send(
                new Sending(
                    files, subject.getText().toString(), text.getText().toString(), recipients)));
  }

  @Override
  void done() {
    Toast.makeText(this, R.string.share_done, Toast.LENGTH_LONG).show();
    finish();
  }

  @Override
  void show(AppState state) {
    Optional<Integer> problem = problem(state);
    fileRows.show(files);
    recipientRows.show(recipients);
    show(this.<TextView>findViewById(R.id.problem), problem.map(this::getString).orElse(""));
    show(findViewById(R.id.set_up), !state.account().isPresent());
    Button send = findViewById(R.id.send);
    send.setEnabled(!problem.isPresent() && !isBusy());
    send.setText(isBusy() ? R.string.share_sending : R.string.share_send);
  }

  private Optional<Integer> problem(AppState state) {
    if (files.isEmpty()) {
      return Optional.of(R.string.share_no_file);
    } else if (!state.account().isPresent()) {
      return Optional.of(R.string.share_not_provisioned);
    } else if (!state.account().get().upload()) {
      return Optional.of(R.string.share_forbidden);
    } else if (!state.settings().services().contains(Service.UPLOAD)) {
      return Optional.of(R.string.share_off);
    }
    return Optional.empty();
  }

  private void bindFile(View row, Sending.Source file) {
    ((TextView) row)
        .setText(file.name().isEmpty() ? getString(R.string.share_unnamed) : file.name());
  }

  private void bindAddress(View row, String address) {
    String shown = Texts.address(address);
    row.<TextView>findViewById(R.id.address).setText(shown);
    Button remove = row.findViewById(R.id.remove);
    remove.setContentDescription(getString(R.string.share_remove_named, shown));
    remove.setOnClickListener(
        view -> {
          recipients.remove(address);
          show(control().state());
        });
  }
}
