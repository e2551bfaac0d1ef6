package org.phonemirror.core.emulator;

import com.android.emulator.control.EmulatorControllerGrpc;
import com.android.emulator.control.EmulatorStatus;
import com.android.emulator.control.KeyboardEvent;
import com.android.emulator.control.SnapshotPackage;
import com.android.emulator.control.SnapshotServiceGrpc;
import com.android.emulator.control.TouchEvent;
import com.android.emulator.control.VmRunState;
import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * The services of an emulator, for tests: EmulatorController and SnapshotService at its port, adbd
 * at the other, and its advertisement.
 */
final class FakeEmulator implements AutoCloseable {
  private static final String TOKEN = "secret";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** What does not work. */
  enum Fault {
    /** It ends with a message. */
    PANICS,
    /** It tells nobody where it listens. */
    SILENT,
    /** It asks for another token than it tells. */
    OTHER_TOKEN,
    /** Its Android does not boot. */
    NEVER_BOOTS,
    /** Its adbd answers nobody. */
    ADB_OFFLINE,
    /** It does not answer when it gets a key. */
    KEYS_HANG,
    /** It ends when it gets a key. */
    KEYS_KILL,
    /** It knows no key. */
    KEYS_REFUSED,
    /** It can't load a snapshot. */
    NO_SNAPSHOTS,
    /** Android does not switch itself off. */
    STAYS_ON
  }

  private final FakeAndroid android;
  private final TestAdbd adbd;
  private final Optional<Fault> fault;
  private final Runnable die;
  private final Server server;
  private final int grpcPort;
  private final Path runtime;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<TouchEvent> touches = new CopyOnWriteArrayList<>();

  /**
   * Has adbd listen, and nothing else yet.
   *
   * @param runtime where it advertises itself
   * @param die ends its process
   */
  FakeEmulator(
      FakeAndroid android,
      InetAddress address,
      int grpcPort,
      int adbPort,
      Path runtime,
      Optional<Fault> fault,
      Runnable die)
      throws IOException {
    this.android = android;
    this.fault = fault;
    this.die = die;
    this.adbd = new TestAdbd(address, adbPort, runtime, android::here);
    if (fault.equals(Optional.of(Fault.ADB_OFFLINE))) {
      adbd.fallSilent();
    }
    this.server =
        OkHttpServerBuilder.forPort(
                new InetSocketAddress(address, grpcPort), InsecureServerCredentials.create())
            .intercept(new Token(is(Fault.OTHER_TOKEN) ? "other" : TOKEN))
            .addService(new Controller())
            .addService(new Snapshots())
            .build();
    this.grpcPort = grpcPort;
    this.runtime = runtime;
  }

  /** Begins to listen, and advertises itself. */
  void start() throws IOException {
    server.start();
    if (!is(Fault.SILENT)) {
      Path file = runtime.resolve("avd/running/pid_1.ini");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "grpc.token=" + TOKEN + "\ngrpc.port=" + grpcPort + "\n");
    }
  }

  private boolean is(Fault asked) {
    return fault.equals(Optional.of(asked));
  }

  /** Its adbd. */
  TestAdbd adbd() {
    return adbd;
  }

  /** What its display was touched with. */
  List<TouchEvent> touches() {
    return touches;
  }

  private record Token(String wanted) implements ServerInterceptor {
    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      if (!("Bearer " + wanted).equals(headers.get(AUTHORIZATION))) {
        call.close(Status.UNAUTHENTICATED.withDescription("wrong token"), new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, headers);
    }
  }

  private interface Answer<T> {
    T get() throws IOException;
  }

  private static <T> void answer(StreamObserver<T> to, Answer<T> answer) {
    try {
      to.onNext(answer.get());
      to.onCompleted();
    } catch (IOException | RuntimeException e) {
      to.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
    }
  }

  private final class Controller extends EmulatorControllerGrpc.EmulatorControllerImplBase {
    @Override
    public void getStatus(Empty request, StreamObserver<EmulatorStatus> to) {
      boolean booted = !is(Fault.NEVER_BOOTS);
      answer(to, () -> EmulatorStatus.newBuilder().setBooted(booted).build());
    }

    @Override
    public void sendKey(KeyboardEvent key, StreamObserver<Empty> to) {
      if (is(Fault.KEYS_HANG)) {
        return;
      } else if (is(Fault.KEYS_KILL)) {
        die.run();
        return;
      } else if (is(Fault.KEYS_REFUSED)) {
        to.onError(Status.INVALID_ARGUMENT.asRuntimeException());
        return;
      }
      answer(
          to,
          () -> {
            boolean pressed = key.getEventType() == KeyboardEvent.KeyEventType.keydown;
            android.key(key.getKeyCode(), pressed);
            return Empty.getDefaultInstance();
          });
    }

    @Override
    public void sendTouch(TouchEvent touch, StreamObserver<Empty> to) {
      answer(
          to,
          () -> {
            android.mustRun();
            touches.add(touch);
            return Empty.getDefaultInstance();
          });
    }

    @Override
    public void setVmState(VmRunState state, StreamObserver<Empty> to) {
      android.run(state.getState() == VmRunState.RunState.RUNNING);
      answer(to, Empty::getDefaultInstance);
    }

    @Override
    public void getVmState(Empty request, StreamObserver<VmRunState> to) {
      VmRunState.RunState now =
          android.runs() ? VmRunState.RunState.RUNNING : VmRunState.RunState.PAUSED;
      answer(to, () -> VmRunState.newBuilder().setState(now).build());
    }
  }

  private final class Snapshots extends SnapshotServiceGrpc.SnapshotServiceImplBase {
    @Override
    public void saveSnapshot(SnapshotPackage wanted, StreamObserver<SnapshotPackage> to) {
      answer(
          to,
          () -> {
            android.save(wanted.getSnapshotId());
            return SnapshotPackage.newBuilder().setSuccess(true).build();
          });
    }

    @Override
    public void loadSnapshot(SnapshotPackage wanted, StreamObserver<SnapshotPackage> to) {
      answer(
          to,
          () -> {
            Optional<String> why =
                is(Fault.NO_SNAPSHOTS)
                    ? Optional.of("it was saved by another emulator")
                    : android.load(wanted.getSnapshotId());
            return SnapshotPackage.newBuilder()
                .setSuccess(why.isEmpty())
                .setErr(ByteString.copyFromUtf8(why.orElse("")))
                .build();
          });
    }
  }

  @Override
  public void close() throws IOException {
    android.end();
    server.shutdownNow();
    adbd.close();
    ended.countDown();
  }

  /** Returns when its process has ended, and nobody listens any more. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }
}
