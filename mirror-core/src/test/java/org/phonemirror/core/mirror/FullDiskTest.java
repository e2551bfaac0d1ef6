package org.phonemirror.core.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.SyncCodec;

/** The journal on a disk that is full, and then is not. */
class FullDiskTest {
  private static final int FILLING = 16 * 1024;

  @TempDir Path directory;

  @Test
  void whenThereIsRoomAgainMessagesAreTakenAgainWithoutARestart() throws Exception {
    Assumptions.assumeTrue(run("id", "-u").equals("0"), "mounting a small file system needs root");
    Path small = Files.createDirectory(directory.resolve("small"));
    run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small.toString());
    try {
      fillAndMakeRoom(small);
    } finally {
      run("umount", small.toString());
    }
  }

  private void fillAndMakeRoom(Path small) throws Exception {
    FakePhone phone = new FakePhone(directory.resolve("phone"), "reference");
    try (World world = World.thatNeverReplays(small)) {
      world.phoneOn();
      world.sendAccepted(phone.boot());
      int settings = world.settingsSent.size();
      fill(small.resolve("filler"));
      assertThatThrownBy(world.mirrors()::checkJournal).isInstanceOf(IOException.class);
      Batch batch = phone.type("line ".repeat(200));
      CompletableFuture<Acknowledgement> refused =
          world.mirrors().accept(World.ALICE, batch, SyncCodec.encode(batch)).toCompletableFuture();
      // the mirror's entity begins again, as its journal has failed
      World.eventually(() -> world.settingsSent.size() > settings);
      assertThat(refused.isDone() && !refused.isCompletedExceptionally())
          .as("acknowledged")
          .isFalse();
      Files.delete(small.resolve("filler"));
      world.sendAccepted(batch);
      world.mirrors().checkJournal();
      world.sendAccepted(phone.type("more"));
    }
    try (World world = World.thatNeverReplays(small)) {
      assertThat(world.await(status -> status.accepted() == 3).accepted()).isEqualTo(3);
    }
  }

  /** Leaves no byte. */
  private static void fill(Path filler) throws IOException {
    try (var out = Files.newOutputStream(filler)) {
      for (int size = FILLING; size > 0; ) {
        try {
          out.write(new byte[size]);
        } catch (IOException full) {
          size /= 2;
        }
      }
    }
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as("%s: %s", command[0], output).isZero();
    return output;
  }
}
