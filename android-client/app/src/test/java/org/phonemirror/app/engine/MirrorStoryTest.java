package org.phonemirror.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.Assume.assumeFalse;
import static org.phonemirror.app.engine.AppRule.done;

import android.os.Looper;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.phonemirror.app.capture.CaptureHub;
import org.phonemirror.app.model.Settings;
import org.phonemirror.client.TestClock;
import org.phonemirror.client.channel.CoapChannel;
import org.phonemirror.client.channel.CoapTiming;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuSettings;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.annotation.Config;

/** The app against the mirror server with a mirror that is a virtual machine, over loopback. */
@RunWith(RobolectricTestRunner.class)
@Config(application = EngineApplication.class)
public class MirrorStoryTest {
  private static final long BOOT_MICROS = 1_767_600_000_400_000L;
  private static final long INTERVAL_MICROS = 20_000_000;
  private static final long GRACE_MICROS = 400_000;
  private static final String MODEL = "reference";
  private static final long PATIENCE_SECONDS = 120;

  @Rule public final AppRule app = new AppRule();
  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  private final TestClock clock = new TestClock(BOOT_MICROS);
  private long ends = BOOT_MICROS;

  @Test
  public void whatTheAppSeesIsReplayedAndWhatItDoesNotSeeIsFound() throws Exception {
    String templates = System.getProperty("mirror.templates", "");
    assumeFalse("needs what ./mirror test builds: -Dmirror.templates=", templates.isEmpty());
    Path storage = app.app().userStorage();
    try (QemuDriver phones = driver(templates, "phone");
        OwnersPhone phone =
            new OwnersPhone(phones.start(phones.create("phone", MODEL), 1), clock, storage);
        RealMirror mirror =
            new RealMirror(
                folder.newFolder("server").toPath(),
                driver(templates, "mirrors"),
                new InetSocketAddress("127.60.7.2", 0),
                MODEL,
                Duration.of(INTERVAL_MICROS, ChronoUnit.MICROS))) {
      app.app().phone.clock = clock.phoneClock();
      app.app().channels = settings -> new CoapChannel(settings, CoapTiming.DEFAULT);
      app.restart();
      phone.switchOn();
      await(mirror.message()::isDone);
      await(() -> mirror.status().filter(s -> s.phase() == MirrorStatus.Phase.RUNNING).isPresent());
      done(app.control().provision(mirror.message().get()));
      CaptureHub hub = app.app().parts().hub();
      hub.systemRuns(true);
      hub.serviceRuns(true);

      phone.openShell(hub.system()::report);
      phone.replay(INTERVAL_MICROS);
      endInterval();
      phone.type(hub.system()::report, "cp /etc/passwd note\n");
      phone.replay(INTERVAL_MICROS);
      assertThat(storage.resolve("home/note")).content().startsWith("root:");
      endInterval();
      await(() -> status(mirror).intervals() == 2);
      assertThat(status(mirror).replayed()).as("a boot and two batches").isEqualTo(3);
      assertThat(status(mirror).diverged()).as("%s", status(mirror)).isZero();

      // at first it might be that the mirror is a moment ahead, so that it is looked at twice
      for (int interval = 3; interval <= 4; interval++) {
        phone.replay(INTERVAL_MICROS);
        write(storage.resolve("home/unseen"), "by an app that tells nothing");
        endInterval();
      }
      await(() -> status(mirror).intervals() == 4);
      assertThat(status(mirror).diverged()).as("%s", status(mirror)).isEqualTo(1);
      hub.systemRuns(false);
    }
  }

  private QemuDriver driver(String templates, String name) throws Exception {
    return new QemuDriver(
        Path.of(templates), folder.newFolder(name).toPath(), QemuSettings.defaults());
  }

  private static MirrorStatus status(RealMirror mirror) {
    return mirror.status().orElseThrow();
  }

  /** Somebody writes a file long before the interval's end. */
  private static void write(Path file, String text) throws Exception {
    Files.writeString(file, text);
    for (Path written : List.of(file, file.getParent())) {
      Files.setLastModifiedTime(written, FileTime.fromMillis(BOOT_MICROS / 1000));
    }
  }

  /** Time passes until an interval is over, and is told to the server. */
  private void endInterval() throws Exception {
    // the storage is walked anew, however soon its watch tells of what was written
    done(app.control().change(Settings.USUAL));
    ends += INTERVAL_MICROS;
    clock.advance(ends + GRACE_MICROS - clock.now());
    var told = app.app().parts().runner().wake();
    await(told::isDone);
  }

  /** As {@link AppRule#await}, with patience for machines. */
  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      Shadows.shadowOf(Looper.getMainLooper()).idle();
      if (condition.getAsBoolean()) {
        return;
      }
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(50);
    }
  }
}
