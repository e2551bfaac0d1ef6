package org.phonemirror.app.ui;

import android.os.Bundle;
import android.view.View;
import android.widget.Button;
import android.widget.TextView;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Upload;
import org.phonemirror.app.model.Upload.Recipient;

/** What the mirror was asked to send, and who has it. */
public final class OutboxActivity extends Screen {
  private Texts texts;
  private RowList<Upload> rows;
  private AppState shown;

  @Override
  int layout() {
    return R.layout.outbox;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    texts = new Texts(this);
    rows = new RowList<>(findViewById(R.id.rows), R.layout.upload, this::bind);
  }

  @Override
  void show(AppState state) {
    shown = state;
    show(findViewById(R.id.none), state.outbox().isEmpty());
    rows.show(state.outbox());
  }

  private void bind(View row, Upload upload) {
    row.<TextView>findViewById(R.id.upload_name).setText(upload.name());
    row.<TextView>findViewById(R.id.upload_about)
        .setText(
            getString(
                R.string.upload_about,
                texts.bytes(upload.size()),
                texts.time(upload.at(), shown.at())));
    show(
        row.<TextView>findViewById(R.id.upload_subject),
        upload.subject().isEmpty() ? "" : getString(R.string.upload_subject, upload.subject()));
    new RowList<>(row.findViewById(R.id.recipients), R.layout.recipient, this::bindRecipient)
        .show(upload.recipients());
    Button cancel = row.findViewById(R.id.upload_cancel);
    show(cancel, upload.waits());
    cancel.setContentDescription(getString(R.string.cancel_named, upload.name()));
    cancel.setOnClickListener(view -> attempt(control().cancel(upload.order())));
  }

  private void bindRecipient(View row, Recipient recipient) {
    TextView line = (TextView) row;
    String address = Texts.address(recipient.address());
    line.setText(
        switch (recipient.state()) {
          case WAITING -> getString(R.string.recipient_waiting, address);
          case SENT -> getString(R.string.recipient_sent, address);
          case FAILED -> getString(R.string.recipient_failed, address, recipient.text());
          case CANCELLED -> getString(R.string.recipient_cancelled, address);
        });
    line.setTextColor(
        getColor(
            switch (recipient.state()) {
              case WAITING -> R.color.text;
              case SENT -> R.color.good;
              case FAILED -> R.color.bad;
              case CANCELLED -> R.color.text_quiet;
            }));
  }
}
