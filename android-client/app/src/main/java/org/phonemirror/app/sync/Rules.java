package org.phonemirror.app.sync;

import java.util.Optional;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.phone.Phone;

/** Whether anything may be sent now. Safe for use by several threads. */
public final class Rules {
  /** Why nothing may be sent. */
  public enum Hold {
    /** The owner has paused everything. */
    PAUSED("everything is paused"),
    /** There is no network. */
    NO_NETWORK("there is no network"),
    /** The settings want Wi-Fi. */
    WIFI_ONLY("the settings allow unmetered networks only"),
    /** The settings want no roaming. */
    ROAMING("the settings don't allow roaming");

    private final String text;

    Hold(String text) {
      this.text = text;
    }

    /** For the log. */
    public String text() {
      return text;
    }
  }

  private final Phone phone;
  private volatile Settings settings = Settings.USUAL;
  private volatile boolean closing;

  public Rules(Phone phone) {
    this.phone = phone;
  }

  /** By these settings from now on. */
  void settings(Settings fresh) {
    settings = fresh;
  }

  /** A session that is being paused still tells its end. */
  void closing(boolean now) {
    closing = now;
  }

  /** Whether the end of a session is being told. */
  boolean isClosing() {
    return closing;
  }

  /** Why nothing may be sent; empty if it may. */
  public Optional<Hold> hold() {
    Settings now = settings;
    if (now.paused() && !closing) {
      return Optional.of(Hold.PAUSED);
    }
    Phone.Network network = phone.network();
    if (network == Phone.Network.NONE) {
      return Optional.of(Hold.NO_NETWORK);
    }
    if (now.wifiOnly() && network != Phone.Network.UNMETERED) {
      return Optional.of(Hold.WIFI_ONLY);
    }
    if (!now.roaming() && network == Phone.Network.ROAMING) {
      return Optional.of(Hold.ROAMING);
    }
    return Optional.empty();
  }
}
