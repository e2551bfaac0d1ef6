package org.phonemirror.core.emulator;

import com.android.emulator.control.EmulatorControllerGrpc;
import com.android.emulator.control.SnapshotPackage;
import com.android.emulator.control.SnapshotServiceGrpc;
import com.android.emulator.control.VmRunState;
import com.google.protobuf.Empty;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The gRPC services of one emulator (emulator_controller.proto, snapshot_service.proto of the
 * Android Emulator). Each call has a deadline.
 */
final class EmulatorClient implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** What an emulator says to an event that it does not know; it goes on. */
  private static final Set<Status.Code> REFUSALS =
      Set.of(Status.Code.INVALID_ARGUMENT, Status.Code.OUT_OF_RANGE, Status.Code.UNIMPLEMENTED);

  private final ManagedChannel channel;
  private final Duration callTime;
  private final Duration stateTime;

  private EmulatorClient(ManagedChannel channel, Duration callTime, Duration stateTime) {
    this.channel = channel;
    this.callTime = callTime;
    this.stateTime = stateTime;
  }

  /**
   * Speaks to an emulator on this host.
   *
   * @param token that it asks for; empty if it asks for none
   * @param callTime how long a call may take
   * @param stateTime how long saving and loading a snapshot may
   */
  static EmulatorClient at(
      InetSocketAddress address, String token, Duration callTime, Duration stateTime) {
    OkHttpChannelBuilder builder =
        OkHttpChannelBuilder.forAddress(address.getHostString(), address.getPort()).usePlaintext();
    if (!token.isEmpty()) {
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, "Bearer " + token);
      builder.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
    return new EmulatorClient(builder.build(), callTime, stateTime);
  }

  private static <S extends AbstractStub<S>> S timed(S stub, Duration time) {
    return stub.withDeadlineAfter(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private EmulatorControllerGrpc.EmulatorControllerBlockingStub controller() {
    return timed(EmulatorControllerGrpc.newBlockingStub(channel), callTime);
  }

  private SnapshotServiceGrpc.SnapshotServiceBlockingStub snapshots() {
    return timed(SnapshotServiceGrpc.newBlockingStub(channel), stateTime);
  }

  private static <T> T call(String what, Supplier<T> call) throws IOException {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw new IOException("the emulator can't " + what + ": " + e.getStatus(), e);
    }
  }

  /** How far an emulator is. */
  enum Answer {
    NONE,
    STARTED,
    BOOTED
  }

  /**
   * Whether it answers yet, and whether Android has booted.
   *
   * @throws IOException if it never will: the token is wrong, or that is no emulator
   */
  Answer status() throws IOException {
    try {
      boolean booted = controller().getStatus(Empty.getDefaultInstance()).getBooted();
      return booted ? Answer.BOOTED : Answer.STARTED;
    } catch (StatusRuntimeException e) {
      Status.Code code = e.getStatus().getCode();
      if (code == Status.Code.UNAVAILABLE || code == Status.Code.DEADLINE_EXCEEDED) {
        return Answer.NONE;
      }
      throw new IOException("the emulator can't tell its status: " + e.getStatus(), e);
    }
  }

  /**
   * Gives it a key or touches.
   *
   * @return false if it does not know such an event
   */
  boolean send(InputPlan.Step step) throws IOException {
    try {
      if (step.key().isPresent()) {
        controller().sendKey(step.key().get());
      }
      if (step.touch().isPresent()) {
        controller().sendTouch(step.touch().get());
      }
      return true;
    } catch (StatusRuntimeException e) {
      if (REFUSALS.contains(e.getStatus().getCode())) {
        return false;
      }
      throw new IOException("the emulator can't take input: " + e.getStatus(), e);
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

  private void set(VmRunState.RunState state) throws IOException {
    VmRunState wanted = VmRunState.newBuilder().setState(state).build();
    call("become " + state, () -> controller().setVmState(wanted));
  }

  /** Whether its processors stand. What {@link #pause} asked for is done a little later. */
  boolean isPaused() throws IOException {
    return call("tell its state", () -> controller().getVmState(Empty.getDefaultInstance()))
            .getState()
        == VmRunState.RunState.PAUSED;
  }

  /** Saves memory, devices and disks under a name. */
  void saveSnapshot(String name) throws IOException {
    done("save snapshot " + name, () -> snapshots().saveSnapshot(named(name)));
  }

  /** Goes back to a snapshot; fails if that was saved by another emulator or configuration. */
  void loadSnapshot(String name) throws IOException {
    done("load snapshot " + name, () -> snapshots().loadSnapshot(named(name)));
  }

  private static SnapshotPackage named(String name) {
    return SnapshotPackage.newBuilder().setSnapshotId(name).build();
  }

  private static void done(String what, Supplier<SnapshotPackage> call) throws IOException {
    SnapshotPackage done = call(what, call);
    if (!done.getSuccess()) {
      throw new IOException("the emulator can't " + what + ": " + done.getErr().toStringUtf8());
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
