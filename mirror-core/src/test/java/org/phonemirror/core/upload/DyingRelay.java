package org.phonemirror.core.upload;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The process that {@link KilledRelayTest} ends: takes one order, and then sends for its life. */
public final class DyingRelay {
  static final String FILE = "film.mp4";
  static final int FILE_BYTES = 30_000_000;

  private DyingRelay() {}

  /**
   * Runs until it is killed.
   *
   * @param args directory, port of the mail server, recipients
   */
  public static void main(String[] args) throws Exception {
    UploadWorld world = world(Path.of(args[0]), Integer.parseInt(args[1])).open();
    byte[] content = world.write(UploadWorld.ALICE, FILE, FILE_BYTES);
    String[] to = java.util.Arrays.copyOfRange(args, 2, args.length);
    world.settle(UploadWorld.ALICE, UploadWorld.send(1, FILE, content, to));
    System.out.println("settled");
    Thread.sleep(TimeUnit.MINUTES.toMillis(5));
  }

  static UploadWorld world(Path directory, int mailPort) {
    UploadWorld world = new UploadWorld(directory);
    world.limits = new UploadSettings.Limits(100, 1L << 30, 1L << 30, 8, 1L << 30, 0);
    Duration timeout = Duration.ofMinutes(2);
    world.web = Optional.of(new WebSettings(address -> true, timeout));
    world.mail =
        Optional.of(
            new MailSettings(
                KilledRelayTest.HOST,
                mailPort,
                MailSettings.Security.NONE,
                Optional.empty(),
                "{user}@mail.example",
                "mirror.example",
                1L << 30,
                timeout));
    return world;
  }
}
