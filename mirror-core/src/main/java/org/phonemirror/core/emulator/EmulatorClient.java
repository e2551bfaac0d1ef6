package org.phonemirror.core.emulator;

import com.android.emulator.control.EmulatorControllerGrpc;
import com.android.emulator.control.SnapshotPackage;
import com.android.emulator.control.SnapshotServiceGrpc;
import com.android.emulator.control.VmRunState;
import com.google.protobuf.Empty;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC services of one emulator (emulator_controller.proto, snapshot_service.proto of the
 * Android Emulator).
 */
final class EmulatorClient implements AutoCloseable {
  private final ManagedChannel channel;
  private final Duration callTime;

  /** Speaks over a channel, which it closes at the end. */
  EmulatorClient(ManagedChannel channel, Duration callTime) {
    this.channel = channel;
    this.callTime = callTime;
  }

  private interface Call<T> {
    T run();
  }

  private <S extends AbstractStub<S>> S timed(S stub) {
    return stub.withDeadlineAfter(callTime.toMillis(), TimeUnit.MILLISECONDS);
  }

  private EmulatorControllerGrpc.EmulatorControllerBlockingStub controller() {
    return timed(EmulatorControllerGrpc.newBlockingStub(channel));
  }

  private SnapshotServiceGrpc.SnapshotServiceBlockingStub snapshots() {
    return timed(SnapshotServiceGrpc.newBlockingStub(channel));
  }

  private static <T> T call(String what, Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (StatusRuntimeException e) {
      throw new IOException("the emulator can't " + what + ": " + e.getStatus(), e);
    }
  }

  /** Whether Android has booted; false also while the emulator does not answer yet. */
  boolean isBooted() {
    try {
      return controller().getStatus(Empty.getDefaultInstance()).getBooted();
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  void send(InputPlan.Step step) throws IOException {
    if (step.key().isPresent()) {
      call("take a key", () -> controller().sendKey(step.key().get()));
    }
    if (step.touch().isPresent()) {
      call("take a touch", () -> controller().sendTouch(step.touch().get()));
    }
  }

  /** Lets the virtual machine run. */
  void resume() throws IOException {
    set(VmRunState.RunState.RUNNING);
  }

  /** Stops its processors, and so its clock. */
  void pause() throws IOException {
    set(VmRunState.RunState.PAUSED);
  }

  /** Asks Android to switch itself off. */
  void shutDown() throws IOException {
    set(VmRunState.RunState.SHUTDOWN);
  }

  private void set(VmRunState.RunState state) throws IOException {
    VmRunState wanted = VmRunState.newBuilder().setState(state).build();
    call("become " + state, () -> controller().setVmState(wanted));
  }

  /** Saves memory, devices and disks under a name. */
  void saveSnapshot(String name) throws IOException {
    SnapshotPackage wanted = SnapshotPackage.newBuilder().setSnapshotId(name).build();
    SnapshotPackage done = call("save snapshot " + name, () -> snapshots().saveSnapshot(wanted));
    if (!done.getSuccess()) {
      throw new IOException(
          "the emulator can't save snapshot " + name + ": " + done.getErr().toStringUtf8());
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
