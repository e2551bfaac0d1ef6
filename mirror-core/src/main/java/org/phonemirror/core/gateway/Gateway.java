package org.phonemirror.core.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongSupplier;
import org.phonemirror.core.gateway.link.GuestAddresses;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.traffic.packet.Discard;

/**
 * The network of a mirror that runs in real time, without an agent: the other end of its network
 * device, given to QEMU as {@code -netdev stream,server=off,addr.type=unix,addr.path=SOCKET}.
 *
 * <p>Each interval's tape is played with {@link #play} while the guest runs; in between, when it is
 * stopped, the gateway's time stands too. A guest that boots is given its addresses by a silent
 * tape. Nothing that it sends goes any further.
 *
 * <p>The state of connections is here and not in the guest: one that goes back to a checkpoint has
 * lost them, and {@link #reset} tells so.
 *
 * <p>One thread at a time may use it; {@link #close} may come from any.
 */
public final class Gateway implements AutoCloseable {
  private static final long NANOS_PER_MICRO = 1_000;

  private final FrameChannel channel;
  private final GuestNetwork network;
  private final LongSupplier nanoTime;

  /** What had passed in intervals when this one began, and when that was. */
  private long begin;

  private long beginNanos;

  private final FrameChannel.Guest guest =
      new FrameChannel.Guest() {
        @Override
        public void frame(byte[] data, int from, int to) {
          network.receive(data, from, to, now());
        }

        @Override
        public void disconnected() {
          network.disconnected();
        }
      };

  private Gateway(FrameChannel channel, GuestAddresses addresses, LongSupplier nanoTime) {
    this.channel = channel;
    this.network = new GuestNetwork(addresses, channel);
    this.nanoTime = nanoTime;
  }

  /**
   * Listens for the guest's QEMU.
   *
   * @param socket path that does not exist yet; it is removed by {@link #close}
   * @param addresses what the guest is told of its network
   * @param nanoTime as {@link System#nanoTime}
   * @throws IOException naming the socket
   */
  public static Gateway open(Path socket, GuestAddresses addresses, LongSupplier nanoTime)
      throws IOException {
    return new Gateway(FrameChannel.open(socket), addresses, nanoTime);
  }

  /**
   * Plays an interval's tape, from now on, when the guest's clock is at the interval's start, to
   * the interval's end.
   *
   * @param startMicros t_k in microseconds since the epoch, by the clock of the times on the tape
   * @param lengthMicros the interval's length
   * @return what the mirror did with it
   * @throws IOException if the socket fails, QEMU sends what is no frame, the thread is interrupted
   *     or the gateway is closed
   */
  public NetworkReport play(Tape tape, long startMicros, long lengthMicros) throws IOException {
    beginNanos = nanoTime.getAsLong();
    long end = begin + lengthMicros;
    network.begin(tape, startMicros, begin);
    try {
      while (true) {
        long now = now();
        long next = Math.min(end, network.step(now));
        channel.flush(guest);
        if (now >= end) {
          return network.end(now);
        }
        channel.await(next - now, guest);
      }
    } finally {
      begin = now();
    }
  }

  /** Within an interval; microseconds of all intervals. */
  private long now() {
    return begin + (nanoTime.getAsLong() - beginNanos) / NANOS_PER_MICRO;
  }

  /** Forgets connections and tapes: the guest is switched off, or another one than it was. */
  public void reset() {
    network.clear();
  }

  /** What the guest sent that could not be read, or found no room, by reason. */
  public Map<Discard, Long> discarded() {
    return network.discards().snapshot();
  }

  /** Ends it; the guest's network is dead from then on. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
