package org.phonemirror.testnet.sgsn;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.testnet.gtp.Gtp;
import org.phonemirror.testnet.gtp.GtpException;
import org.phonemirror.testnet.gtp.UserPacket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The user plane towards the GGSNs: one UDP port, on which a tunnel's number tells the phone. */
public final class UserPlane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UserPlane.class);
  private static final int MAX_DATAGRAM = 65_535;
  private static final int SOCKET_BUFFER = 1 << 20;

  private final DatagramChannel channel;
  private final Map<Long, Receiver> receivers = new ConcurrentHashMap<>();

  /** Takes the packets of a tunnel, by the user plane's own thread. */
  interface Receiver {
    /**
     * A packet for the phone.
     *
     * @param datagram as it came; valid for the call
     * @param packet the part of it that is the user's
     */
    void received(ByteBuffer datagram, ByteBuffer packet);
  }

  /** Opens it. */
  public UserPlane(Inet4Address local) throws IOException {
    channel = DatagramChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER);
      channel.bind(new InetSocketAddress(local, Gtp.USER_PORT));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    Thread reader = new Thread(this::read, "gtp-u");
    reader.setDaemon(true);
    reader.start();
  }

  /** From now on gives the packets of a tunnel to this receiver. */
  void receive(long teid, Receiver receiver) {
    receivers.put(teid, receiver);
  }

  /** From now on drops the packets of a tunnel. */
  void forget(long teid) {
    receivers.remove(teid);
  }

  /** Sends a datagram to a GGSN; leaves the buffer as it is. */
  void send(ByteBuffer datagram, Inet4Address ggsn) throws IOException {
    channel.send(datagram.duplicate(), new InetSocketAddress(ggsn, Gtp.USER_PORT));
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM);
    while (channel.isOpen()) {
      SocketAddress from = null;
      try {
        buffer.clear();
        from = channel.receive(buffer);
        received(buffer.flip(), UserPacket.decode(buffer), from);
      } catch (GtpException e) {
        LOG.warn("from {}: {}", from, e.getMessage());
      } catch (IOException e) {
        LOG.debug("the user plane is closed", e);
      }
    }
  }

  private void received(ByteBuffer datagram, UserPacket message, SocketAddress from)
      throws IOException {
    switch (message.type()) {
      case Gtp.T_PDU -> {
        Receiver receiver = receivers.get(message.teid());
        if (receiver != null) {
          receiver.received(datagram, message.payload());
        }
      }
      case Gtp.ECHO_REQUEST -> channel.send(UserPacket.echoResponse(datagram), from);
      case Gtp.ERROR_INDICATION -> LOG.warn("{} knows no such tunnel: it was restarted", from);
      default -> LOG.info("{} sends a message of type {}", from, message.type());
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
