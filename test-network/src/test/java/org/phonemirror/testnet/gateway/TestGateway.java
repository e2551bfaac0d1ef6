package org.phonemirror.testnet.gateway;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.phonemirror.core.gateway.Gateway;
import org.phonemirror.core.gateway.link.GuestAddresses;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;

/** A gateway in real time, whose interval ends when the test says so. */
final class TestGateway implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final AtomicLong skippedNanos = new AtomicLong();
  private final Gateway gateway;
  private CompletableFuture<NetworkReport> report = new CompletableFuture<>();

  private TestGateway(Path socket) throws IOException {
    GuestAddresses addresses =
        new GuestAddresses(
            (Inet4Address) InetAddress.getByName("10.0.2.15"),
            (Inet4Address) InetAddress.getByName("10.0.2.2"),
            List.of(InetAddress.getByName("10.0.2.3")),
            Optional.of((Inet6Address) InetAddress.getByName("2001:db8:1:2::")));
    gateway = Gateway.open(socket, addresses, () -> System.nanoTime() + skippedNanos.get());
  }

  static TestGateway open(Path socket) throws IOException {
    return new TestGateway(socket);
  }

  /** An interval begins. */
  void begin(Tape tape) {
    report = new CompletableFuture<>();
    CompletableFuture<NetworkReport> result = report;
    Thread player =
        new Thread(
            () -> {
              try {
                long length = tape.endMicros() - tape.startMicros();
                result.complete(gateway.play(tape, tape.startMicros(), length));
              } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
              }
            },
            "player");
    player.setDaemon(true);
    player.start();
  }

  /** Makes the guest send a frame. */
  interface Nudge {
    void frame() throws Exception;
  }

  /**
   * The interval ends.
   *
   * @param nudge wakes the player, who sees what time it is
   */
  NetworkReport end(Nudge nudge) throws Exception {
    skippedNanos.addAndGet(TimeUnit.DAYS.toNanos(1));
    nudge.frame();
    return report.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    gateway.close();
  }
}
