package org.phonemirror.app.ui;

import android.app.AlertDialog;
import android.content.Intent;
import android.os.Bundle;
import android.widget.Switch;
import android.widget.TextView;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.phonemirror.app.R;
import org.phonemirror.app.model.Account;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Settings.Service;

/** What the owner decides. Each change is in force at once. */
public final class SettingsActivity extends Screen {
  private static final String ASKING = "asking";

  private static final List<Optional<Duration>> INTERVALS =
      List.of(
          Optional.empty(),
          Optional.of(Duration.ofSeconds(10)),
          Optional.of(Duration.ofSeconds(30)),
          Optional.of(Duration.ofMinutes(1)),
          Optional.of(Duration.ofMinutes(5)),
          Optional.of(Duration.ofMinutes(10)),
          Optional.of(Duration.ofMinutes(30)),
          Optional.of(Duration.ofHours(1)));

  private static final List<Long> UPLOADS =
      List.of(100_000L, 500_000L, 1_000_000L, 5_000_000L, 20_000_000L);

  private static final List<Long> FETCHES = List.of(0L, 100_000L, 1_000_000L, 5_000_000L);

  private final Map<Service, Switch> services = new EnumMap<>(Service.class);
  private Texts texts;
  private Choice<Optional<Duration>> interval;
  private Choice<Long> upload;
  private Choice<Long> fetch;
  private Switch charger;
  private Switch wifi;
  private Switch roaming;
  private Switch passwords;
  private Optional<AlertDialog> dialog = Optional.empty();

  @Override
  int layout() {
    return R.layout.settings;
  }

  @Override
  protected void onCreate(Bundle saved) {
    super.onCreate(saved);
    texts = new Texts(this);
    interval =
        new Choice<>(
            findViewById(R.id.interval),
            INTERVALS,
            this::interval,
            chosen -> change(settings -> settings.withInterval(chosen)));
    upload =
        new Choice<>(
            findViewById(R.id.upload),
            UPLOADS,
            bytes -> texts.bytes(bytes),
            chosen -> change(s -> s.withThresholds(chosen, s.fetchThreshold())));
    fetch =
        new Choice<>(
            findViewById(R.id.fetch),
            FETCHES,
            bytes -> bytes == 0 ? getString(R.string.settings_fetch_never) : texts.bytes(bytes),
            chosen -> change(s -> s.withThresholds(s.uploadThreshold(), chosen)));
    charger = findViewById(R.id.charger);
    charger.setOnClickListener(
        view -> change(settings -> settings.withFasterOnCharger(charger.isChecked())));
    wifi = findViewById(R.id.wifi);
    wifi.setOnClickListener(view -> change(s -> s.withNetworks(wifi.isChecked(), s.roaming())));
    roaming = findViewById(R.id.roaming);
    roaming.setOnClickListener(
        view -> change(s -> s.withNetworks(s.wifiOnly(), roaming.isChecked())));
    service(Service.DOWNLOAD, R.id.service_download);
    service(Service.UPLOAD, R.id.service_upload);
    service(Service.ANTIVIRUS, R.id.service_antivirus);
    service(Service.FIREWALL, R.id.service_firewall);
    passwords = findViewById(R.id.passwords);
    passwords.setOnClickListener(view -> passwords());
    findViewById(R.id.capture)
        .setOnClickListener(view -> startActivity(new Intent(this, CaptureActivity.class)));
    if (saved != null && saved.getBoolean(ASKING)) {
      ask();
    }
  }

  @Override
  protected void onSaveInstanceState(Bundle out) {
    super.onSaveInstanceState(out);
    out.putBoolean(ASKING, dialog.filter(AlertDialog::isShowing).isPresent());
  }

  @Override
  protected void onDestroy() {
    dialog.ifPresent(AlertDialog::dismiss);
    super.onDestroy();
  }

  private String interval(Optional<Duration> value) {
    if (value.isPresent()) {
      return texts.duration(value.get());
    }
    Optional<Account> account = control().state().account();
    return account.isPresent()
        ? getString(
            R.string.settings_interval_operator_is, texts.duration(account.get().interval()))
        : getString(R.string.settings_interval_operator);
  }

  private void service(Service service, int id) {
    Switch view = findViewById(id);
    services.put(service, view);
    view.setOnClickListener(
        clicked -> change(settings -> settings.withService(service, view.isChecked())));
  }

  private void change(Function<Settings, Settings> how) {
    attempt(control().change(how.apply(control().state().settings())));
  }

  private void passwords() {
    if (passwords.isChecked()) {
      passwords.setChecked(false); // until the owner knows what that means
      ask();
    } else {
      change(settings -> settings.withPasswords(false));
    }
  }

  private void ask() {
    dialog =
        Optional.of(
            new AlertDialog.Builder(this)
                .setTitle(R.string.passwords_ask_title)
                .setMessage(R.string.passwords_ask_text)
                .setPositiveButton(
                    R.string.passwords_ask_yes,
                    (shown, which) -> change(settings -> settings.withPasswords(true)))
                .setNegativeButton(R.string.no, null)
                .show());
  }

  @Override
  void show(AppState state) {
    Settings settings = state.settings();
    interval.show(settings.interval());
    upload.show(settings.uploadThreshold());
    fetch.show(settings.fetchThreshold());
    this.<TextView>findViewById(R.id.upload_help).setText(uploadHelp(state.account()));
    charger.setChecked(settings.fasterOnCharger());
    wifi.setChecked(settings.wifiOnly());
    roaming.setChecked(settings.roaming());
    roaming.setEnabled(!settings.wifiOnly());
    services.forEach((service, view) -> view.setChecked(settings.services().contains(service)));
    passwords.setChecked(settings.passwords());
  }

  private String uploadHelp(Optional<Account> account) {
    if (!account.isPresent()) {
      return getString(R.string.settings_upload_unknown);
    }
    return account.get().upload()
        ? getString(R.string.settings_upload_help, texts.bytes(account.get().uploadThreshold()))
        : getString(R.string.settings_upload_never);
  }
}
