package org.phonemirror.app.engine;

import android.os.Looper;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Before;
import org.junit.Rule;
import org.junit.runner.RunWith;
import org.phonemirror.client.EngineContract;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.SyncSettings;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.annotation.Config;

/** The engine as the app puts it together: its storage, its capture, its thread. */
@RunWith(RobolectricTestRunner.class)
@Config(application = EngineApplication.class)
public final class AppEngineTest extends EngineContract {
  @Rule public final AppRule app = new AppRule();

  /** The app has begun with another clock, and with another server. */
  @Before
  public void goByTheTestsClock() throws Exception {
    app.app().phone.clock = clock.phoneClock();
    app.app().channels = settings -> server;
    app.restart();
  }

  @Override
  protected void begin(SyncSettings settings) throws Exception {
    done(app.control().provision(settings.format()));
  }

  @Override
  protected void change(SyncSettings settings) throws Exception {
    done(app.control().provision(settings.format()));
  }

  @Override
  protected void report(List<InputEvent> report) {
    app.app().parts().hub().accessibility().report(report);
  }

  @Override
  protected CompletableFuture<?> wake() {
    return app.app().parts().runner().wake();
  }

  @Override
  protected CompletableFuture<?> end() {
    return app.app().parts().runner().shutDown();
  }

  @Override
  protected void restart() throws Exception {
    app.app().phone.foreground = false;
    app.restart();
    await(() -> app.app().phone.foreground);
  }

  @Override
  protected Path storage() {
    return app.app().userStorage();
  }

  @Override
  protected Path rejected() {
    return app.app().getNoBackupFilesDir().toPath().resolve("rejected");
  }

  @Override
  protected void idle() {
    Shadows.shadowOf(Looper.getMainLooper()).idle();
  }
}
