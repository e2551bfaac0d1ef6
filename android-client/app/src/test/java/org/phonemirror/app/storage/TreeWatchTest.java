package org.phonemirror.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.phonemirror.client.StorageWatch;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(application = android.app.Application.class)
public class TreeWatchTest {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();

  @After
  public void stop() {
    executor.shutdownNow();
  }

  @Test
  public void aChangeBelowIsAnotherNumberAndNoChangeIsNone() throws Exception {
    File below = folder.newFolder("a", "b");
    try (TreeWatch watch = new TreeWatch(folder.getRoot(), executor)) {
      awaitOther(watch, StorageWatch.UNKNOWN);
      long before = watch.changes();
      assertThat(watch.changes()).isEqualTo(before);
      Files.writeString(below.toPath().resolve("note"), "x");
      awaitOther(watch, before);

      File fresh = new File(below, "fresh");
      assertThat(fresh.mkdir()).isTrue();
      // it is watched as soon as its own number is in
      for (long seen = -2; seen != watch.changes(); Thread.sleep(300)) {
        seen = watch.changes();
      }
      before = watch.changes();
      Files.writeString(fresh.toPath().resolve("note"), "x");
      awaitOther(watch, before);
    }
  }

  private static void awaitOther(TreeWatch watch, long number) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (watch.changes() == number) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
