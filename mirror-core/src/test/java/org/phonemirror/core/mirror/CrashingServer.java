package org.phonemirror.core.mirror;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;

/**
 * The process that {@link CrashTest} ends: accepts a phone's messages, tells each that it
 * acknowledged, and replays none, as its t_max is an hour.
 */
public final class CrashingServer {
  private static final String LINE = "0123456789 the quick brown fox jumps over the lazy dog ";

  private CrashingServer() {}

  /** Runs until it is killed or can't acknowledge any more. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    try (World world = World.thatNeverReplays(directory)) {
      FakePhone phone = new FakePhone(directory.resolve("phone"), "reference");
      world.phoneOn();
      boolean goesOn = send(world, phone.boot());
      while (goesOn) {
        goesOn = send(world, phone.type(LINE.repeat(20)));
      }
      System.out.println("refused");
      Thread.sleep(TimeUnit.MINUTES.toMillis(5));
    }
  }

  private static boolean send(World world, SyncMessage message)
      throws InterruptedException, ExecutionException {
    try {
      world
          .mirrors()
          .accept(World.ALICE, message, SyncCodec.encode(message))
          .toCompletableFuture()
          .get(5, TimeUnit.SECONDS);
      System.out.println("acknowledged " + message.sequence());
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
