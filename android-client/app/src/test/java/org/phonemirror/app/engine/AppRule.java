package org.phonemirror.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import android.os.Looper;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.rules.ExternalResource;
import org.phonemirror.app.model.MirrorControl;
import org.phonemirror.app.model.Status;
import org.phonemirror.client.PhoneClock;
import org.phonemirror.sync.InputEvent;
import org.robolectric.Shadows;

/** The app under test; ends its process after each. */
final class AppRule extends ExternalResource {
  static final String INVITATION =
      "phonemirror://127.42.0.1:5684/?identity=alice&key=AAAAAAAAAAAAAAAAAAAAAA==&interval=PT60S";

  private static final long PATIENCE_SECONDS = 40;

  EngineApplication app() {
    return EngineApplication.get();
  }

  MirrorControl control() {
    return app().control();
  }

  TestServer server() {
    return app().server;
  }

  Status status() {
    return control().state().status();
  }

  @Override
  protected void after() {
    try {
      app().parts().close();
    } catch (Exception e) {
      throw new AssertionError("the app does not end", e);
    }
  }

  /** The process dies, and is started again. */
  void restart() throws Exception {
    app().parts().close();
    app().onCreate();
  }

  /** Waits for something that happens on another thread, and does what the main thread has to. */
  static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      Shadows.shadowOf(Looper.getMainLooper()).idle();
      if (condition.getAsBoolean()) {
        return;
      }
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  static <T> T done(CompletableFuture<T> future) throws Exception {
    await(future::isDone);
    return future.get();
  }

  /** A key goes down, seen by the accessibility service. */
  void press(int key) {
    long now = PhoneClock.system().wallMicros();
    app()
        .parts()
        .hub()
        .accessibility()
        .report(List.of(new InputEvent(now, 0, InputEvent.EV_KEY, key, 1)));
  }
}
