package org.phonemirror.core.sync;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What a {@link SyncServer} is made with.
 *
 * @param bind address and UDP port to listen on; port 0 takes a free one
 * @param maxConnections most DTLS sessions. When all are taken, a new phone takes the place of one
 *     that was quiet for half an hour, or is refused
 * @param maxInFlight most messages that the sink has not answered yet; beyond it phones are asked
 *     to come later
 * @param maxBlockTransfers most messages that are arriving block by block: long ones, and all of
 *     phones on UMTS, which take some seconds each; each takes up to {@link
 *     org.phonemirror.sync.Limits#MAX_MESSAGE_BYTES} of memory
 * @param slow an answer that takes longer is announced by an empty acknowledgement and sent
 *     separately (RFC 7252 §5.2.2), so that the phone does not send again. Less than the phones'
 *     ACK_TIMEOUT of 2 s
 */
public record SyncServerConfig(
    InetSocketAddress bind,
    int maxConnections,
    int maxInFlight,
    int maxBlockTransfers,
    Duration slow) {
  public SyncServerConfig {
    if (maxConnections < 1 || maxInFlight < 1 || maxBlockTransfers < 1) {
      throw new IllegalArgumentException(
          "limits of the sync server must be at least 1, but are "
              + maxConnections
              + " connections, "
              + maxInFlight
              + " messages in flight and "
              + maxBlockTransfers
              + " block transfers");
    }
    if (slow.isNegative() || slow.isZero()) {
      throw new IllegalArgumentException("slow is " + slow + ", must be above zero");
    }
  }

  /** For some ten thousand phones on one machine, at this address. */
  public static SyncServerConfig at(InetSocketAddress bind) {
    return new SyncServerConfig(bind, 20_000, 1_000, 512, Duration.ofSeconds(1));
  }
}
