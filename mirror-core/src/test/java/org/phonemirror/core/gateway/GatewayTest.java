package org.phonemirror.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.gateway.link.GuestAddresses;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.traffic.Packets;
import org.phonemirror.core.traffic.packet.Discard;

/** The gateway's socket, as QEMU uses it. */
@Timeout(120)
class GatewayTest {
  private static final long HOUR = 3_600_000_000L;

  @TempDir private Path directory;
  private final AtomicLong nanos = new AtomicLong(17);
  private Path socket;
  private Gateway gateway;
  private CompletableFuture<NetworkReport> play;

  @BeforeEach
  void open() throws IOException {
    socket = directory.resolve("net");
    gateway = Gateway.open(socket, addresses(), nanos::get);
    play = play();
  }

  @AfterEach
  void close() throws IOException {
    gateway.close();
  }

  private static GuestAddresses addresses() {
    return GuestAddresses.of((Inet4Address) TestGuest.address(TestGuest.PHONE), List.of());
  }

  private CompletableFuture<NetworkReport> play() {
    CompletableFuture<NetworkReport> future = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                future.complete(gateway.play(Tape.silent(0, HOUR), 0, HOUR));
              } catch (IOException | RuntimeException e) {
                future.completeExceptionally(e);
              }
            },
            "play");
    thread.setDaemon(true);
    thread.start();
    return future;
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  private static void send(SocketChannel channel, byte[] frame, int piece) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).flip();
    while (all.hasRemaining()) {
      ByteBuffer next = all.slice(all.position(), Math.min(piece, all.remaining()));
      all.position(all.position() + channel.write(next));
    }
  }

  private static byte[] receive(SocketChannel channel) throws IOException {
    ByteBuffer length = read(channel, 4);
    return read(channel, length.getInt()).array();
  }

  private static ByteBuffer read(SocketChannel channel, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      assertThat(channel.read(buffer)).isPositive();
    }
    return buffer.flip();
  }

  private static byte[] syn() {
    return Packets.ethernet(
        TestGuest.ip(
            TestGuest.PHONE, "192.0.2.1", 6, Packets.tcp(50_000, 80, 7, 0, "S", new byte[0])));
  }

  @Test
  void framesInAnyPieces() throws Exception {
    try (SocketChannel guest = connect()) {
      for (int piece : new int[] {1, 3, 1000}) {
        send(guest, syn(), piece);
        assertThat(receive(guest)).hasSize(14 + 20 + 24);
      }
      send(guest, new byte[0], 4);
      send(guest, syn(), 1000);
      assertThat(receive(guest)).hasSize(14 + 20 + 24);
    }
    assertThat(gateway.discarded()).containsEntry(Discard.ETHERNET_HEADER, 1L);
  }

  @Test
  void anIntervalEndsAtItsTime() throws Exception {
    try (SocketChannel guest = connect()) {
      send(guest, syn(), 1000);
      receive(guest); // it has begun
      nanos.addAndGet(HOUR * 1000);
      send(guest, syn(), 1000); // wakes the player
      assertThat(play.get(60, TimeUnit.SECONDS)).isEqualTo(NetworkReport.silent());
    }
  }

  @Test
  void aGuestMayComeAgain() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (SocketChannel guest = connect()) {
        send(guest, syn(), 1000);
        assertThat(receive(guest)).hasSize(14 + 20 + 24);
      }
    }
  }

  @Test
  void aGuestThatReadsNothingFillsNoMemory() throws Exception {
    try (SocketChannel guest = connect()) {
      byte[] stray =
          Packets.ethernet(
              TestGuest.ip(
                  TestGuest.PHONE, "192.0.2.1", 6, Packets.tcp(1, 2, 3, 4, "A", new byte[0])));
      for (int i = 0; i < 50_000; i++) {
        send(guest, stray, 1000);
      }
      send(guest, syn(), 1000);
      int answers = 0;
      while (receive(guest).length != 14 + 20 + 24) {
        assertThat(++answers).isLessThanOrEqualTo(50_000);
        if (answers % 1000 == 0) {
          send(guest, syn(), 1000);
        }
      }
    }
  }

  @Test
  void whatIsNoFrameEndsTheConnectionWithAnError() throws Exception {
    for (int length : new int[] {100_000, -1}) {
      try (SocketChannel guest = connect()) {
        guest.write(ByteBuffer.allocate(4).putInt(length).flip());
        assertThatThrownBy(() -> play.get(60, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasMessageContaining(socket.toString())
            .hasMessageContaining("a frame can't have " + (length & 0xffff_ffffL) + " bytes");
        assertThat(guest.read(ByteBuffer.allocate(1))).isNegative();
      }
      play = play();
    }
  }

  @Test
  void closingItWakesThePlayerAndLeavesNothing() throws Exception {
    gateway.close();
    assertThatThrownBy(() -> play.get(60, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
    assertThat(Files.exists(socket)).isFalse();
  }

  @Test
  void aPathThatIsTakenIsNamed() {
    assertThatThrownBy(() -> Gateway.open(socket, addresses(), nanos::get))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(socket.toString());
  }
}
