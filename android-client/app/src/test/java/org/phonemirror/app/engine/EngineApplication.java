package org.phonemirror.app.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import org.phonemirror.app.Parts;
import org.phonemirror.app.PhoneMirrorApplication;
import org.phonemirror.app.provision.PlainVault;
import org.phonemirror.client.ChannelFactory;
import org.robolectric.RuntimeEnvironment;

/** The app on a phone that is as the test says, and with its server. */
public final class EngineApplication extends PhoneMirrorApplication {
  final TestPhone phone = new TestPhone();
  final TestServer server = new TestServer();
  ChannelFactory channels = settings -> server;
  private final PlainVault vault = new PlainVault();

  /** The one of the test that runs. */
  static EngineApplication get() {
    return (EngineApplication) RuntimeEnvironment.getApplication();
  }

  Path userStorage() {
    return getDataDir().toPath().resolve("storage");
  }

  /** Of the kernel's input devices: none that the app may read. */
  private Path none() {
    return getDataDir().toPath().resolve("none");
  }

  @Override
  protected Parts.Surroundings surroundings() {
    try {
      Files.createDirectories(userStorage());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return new Parts.Surroundings(
        phone, phone, vault, settings -> channels.open(settings), userStorage(), none(), none());
  }
}
