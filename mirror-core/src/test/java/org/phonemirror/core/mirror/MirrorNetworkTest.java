package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LONG;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.FakeMachineDriver;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.sync.Batch;

class MirrorNetworkTest {
  @TempDir Path directory;
  private World world;
  private FakePhone phone;

  @BeforeEach
  void start() throws IOException {
    world = new World(directory, 1, 1_000_000);
    phone = new FakePhone(directory.resolve("phone"), "reference");
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void eachIntervalIsReplayedWithItsTapeAndTapesGoWithCheckpoints() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    Batch batch = phone.type("one");
    long end = batch.startMicros() + batch.lengthMicros();
    Tape tape =
        TapeWriter.of(batch.startMicros(), end)
            .attempt("192.0.2.1", 80, batch.startMicros(), TcpFlow.Opening.SILENT)
            .tape();
    world.tapes.tapes.put(batch.sequence(), tape);
    world.tapes.failures.add(new IOException("tape store is busy"));
    world.sendAccepted(batch);
    Batch next = phone.type("two");
    world.sendAccepted(next);
    world.awaitReplayed(next);
    assertThat(world.driver.replayed())
        .extracting(FakeMachineDriver.Replayed::tape)
        .startsWith(tape)
        .endsWith(Tape.silent(next.startMicros(), next.startMicros() + next.lengthMicros()));
    for (int i = 0; i < World.RETENTION; i++) {
      Batch more = phone.type("more");
      world.sendAccepted(more);
      world.awaitReplayed(more);
    }
    world.mirrors().phoneOff(World.ALICE);
    world.await(status -> status.phase() == MirrorStatus.Phase.SAVED);
    assertThat(world.tapes.observed).startsWith(end, next.endMicros());
    // to the checkpoint from which the mirror can be built again, which may be an older one
    assertThat(world.tapes.released).last(LONG).isBetween(1L, next.sequence());
    assertThat(world.tapes.forgotten).isEmpty();
  }

  @Test
  void whatTheNetworkReportTellsDoesNotHoldTheMirrorUp() throws Exception {
    world.phoneOn();
    world.sendAccepted(phone.boot());
    NetworkReport.Request request =
        new NetworkReport.Request(
            0, NetworkReport.Protocol.TCP, new InetSocketAddress("192.0.2.1", 80), new byte[] {0});
    world.driver.reportNext(
        new NetworkReport(
            List.of(new NetworkReport.Flow(1, 5, 6, 2, 0, 1, 0)),
            List.of(2L),
            List.of(),
            List.of(request),
            1));
    Batch batch = phone.type("one");
    world.sendAccepted(batch);
    assertThat(world.awaitReplayed(batch).diverged()).isZero();
    assertThat(request).hasToString("TCP 192.0.2.1 80 '.'");
  }
}
