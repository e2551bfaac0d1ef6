package org.phonemirror.app.settings;

import android.content.SharedPreferences;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Settings.Service;

/**
 * The owner's settings, and the session, in shared preferences. Safe for use by several threads.
 */
public final class SettingsStore {
  private static final String INTERVAL = "interval-s";
  private static final String FASTER = "faster-on-charger";
  private static final String WIFI_ONLY = "wifi-only";
  private static final String ROAMING = "roaming";
  private static final String UPLOAD_THRESHOLD = "upload-threshold";
  private static final String FETCH_THRESHOLD = "fetch-threshold";
  private static final String SERVICES_OFF = "services-off";
  private static final String PASSWORDS = "passwords";
  private static final String PAUSED = "paused";
  private static final String SESSION_BOOT = "session-boot-id";
  private static final String SESSION_REACHED = "session-reached-us";
  private static final String SESSION_PHONE_BOOT = "session-phone-boot";

  private final SharedPreferences preferences;

  public SettingsStore(SharedPreferences preferences) {
    this.preferences = preferences;
  }

  /** As they are; what can't be used is as usual. */
  public Settings settings() {
    Settings usual = Settings.USUAL;
    Set<Service> services = EnumSet.allOf(Service.class);
    Set<String> off = preferences.getStringSet(SERVICES_OFF, new HashSet<>());
    services.removeIf(service -> off.contains(service.name()));
    long seconds = preferences.getLong(INTERVAL, 0);
    boolean usable =
        seconds >= Settings.MIN_INTERVAL.toMillis() / 1000
            && seconds <= Settings.MAX_INTERVAL.toMillis() / 1000;
    return new Settings(
        usable ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty(),
        preferences.getBoolean(FASTER, usual.fasterOnCharger()),
        preferences.getBoolean(WIFI_ONLY, usual.wifiOnly()),
        preferences.getBoolean(ROAMING, usual.roaming()),
        Math.max(0, preferences.getLong(UPLOAD_THRESHOLD, usual.uploadThreshold())),
        Math.max(0, preferences.getLong(FETCH_THRESHOLD, usual.fetchThreshold())),
        services,
        preferences.getBoolean(PASSWORDS, usual.passwords()),
        preferences.getBoolean(PAUSED, usual.paused()));
  }

  /**
   * Takes settings over, except for whether all is paused.
   *
   * @return whether they are on the medium
   */
  public boolean save(Settings settings) {
    Set<String> off = new HashSet<>();
    for (Service service : Service.values()) {
      if (!settings.services().contains(service)) {
        off.add(service.name());
      }
    }
    return preferences
        .edit()
        .putLong(
            INTERVAL,
            settings.interval().map(Duration::toMillis).map(millis -> millis / 1000).orElse(0L))
        .putBoolean(FASTER, settings.fasterOnCharger())
        .putBoolean(WIFI_ONLY, settings.wifiOnly())
        .putBoolean(ROAMING, settings.roaming())
        .putLong(UPLOAD_THRESHOLD, settings.uploadThreshold())
        .putLong(FETCH_THRESHOLD, settings.fetchThreshold())
        .putStringSet(SERVICES_OFF, off)
        .putBoolean(PASSWORDS, settings.passwords())
        .commit();
  }

  /**
   * Whether all is paused from now on.
   *
   * @return whether that is on the medium
   */
  public boolean savePaused(boolean paused) {
    return preferences.edit().putBoolean(PAUSED, paused).commit();
  }

  /** The session that has not ended in good order; empty if the last one has. */
  public Optional<Session> session() {
    return preferences.contains(SESSION_BOOT)
        ? Optional.of(
            new Session(
                preferences.getLong(SESSION_BOOT, 0),
                preferences.getLong(SESSION_REACHED, 0),
                preferences.getLong(SESSION_PHONE_BOOT, 0)))
        : Optional.empty();
  }

  /** Remembers how far a session is. */
  public void saveSession(Session session) {
    preferences
        .edit()
        .putLong(SESSION_BOOT, session.bootId())
        .putLong(SESSION_REACHED, session.reachedMicros())
        .putLong(SESSION_PHONE_BOOT, session.phoneBoot())
        .apply();
  }

  /** The session has ended in good order. */
  public void endSession() {
    preferences
        .edit()
        .remove(SESSION_BOOT)
        .remove(SESSION_REACHED)
        .remove(SESSION_PHONE_BOOT)
        .apply();
  }
}
