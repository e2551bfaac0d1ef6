package org.phonemirror.testnet.sgsn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The passive copy for the mirror server: GTP datagrams just as they are on the way. It never
 * waits: what does not go at once is dropped and counted. Whether anyone receives it does not
 * matter.
 */
public final class TrafficCopy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrafficCopy.class);

  private final InetSocketAddress control;
  private final InetSocketAddress user;
  private final DatagramChannel channel;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();

  /**
   * Sends to nobody yet.
   *
   * @param control where the mirror server takes GTP-C
   * @param user where the mirror server takes GTP-U
   */
  public TrafficCopy(InetSocketAddress control, InetSocketAddress user) throws IOException {
    this.control = control;
    this.user = user;
    // not connected: so a port that nobody listens on is no error
    this.channel = DatagramChannel.open();
    channel.configureBlocking(false);
  }

  /** Copies a datagram of the control plane. */
  void control(byte[] datagram) {
    send(ByteBuffer.wrap(datagram), control);
  }

  /** Copies a datagram of the user plane; leaves the buffer as it is. */
  void user(ByteBuffer datagram) {
    send(datagram.duplicate(), user);
  }

  private void send(ByteBuffer datagram, InetSocketAddress to) {
    try {
      if (channel.send(datagram, to) > 0) {
        sent.incrementAndGet();
        return;
      }
    } catch (IOException e) {
      LOG.debug("a copy for {} is lost", to, e);
    }
    dropped.incrementAndGet();
  }

  /** How many datagrams went out. */
  public long sent() {
    return sent.get();
  }

  /** How many did not, as the kernel could not take them at once. */
  public long dropped() {
    return dropped.get();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
