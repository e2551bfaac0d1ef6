package org.phonemirror.testnet.sip;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIP over UDP. */
final class UdpTransport implements SipTransport {
  private static final Logger LOG = LoggerFactory.getLogger(UdpTransport.class);
  private static final int MAX_DATAGRAM = 65_535;
  private static final int KEEP_ALIVE = 4; // shorter ones are keep-alives (RFC 5626)
  private static final long CLOSE_MILLIS = 1_000;

  private final DatagramSocket socket;
  private Thread thread;

  UdpTransport(InetSocketAddress local) throws IOException {
    try {
      this.socket = new DatagramSocket(local);
    } catch (SocketException e) {
      throw new IOException("cannot bind SIP to UDP " + local + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return "UDP";
  }

  @Override
  public InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public void start(Receiver receiver) {
    thread = new Thread(() -> receive(receiver), "sip-receiver-" + local());
    thread.setDaemon(true);
    thread.start();
  }

  private void receive(Receiver receiver) {
    byte[] buffer = new byte[MAX_DATAGRAM];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        if (packet.getLength() > KEEP_ALIVE) {
          receiver.received(
              Arrays.copyOf(buffer, packet.getLength()),
              (InetSocketAddress) packet.getSocketAddress());
        }
      } catch (IOException e) {
        if (!socket.isClosed()) {
          LOG.warn("Receiving on {} failed", local(), e);
        }
      }
    }
  }

  @Override
  public void send(byte[] message, InetSocketAddress to) throws IOException {
    socket.send(new DatagramPacket(message, message.length, to));
  }

  @Override
  public void close() {
    socket.close();
    if (thread != null && Thread.currentThread() != thread) {
      try {
        thread.join(CLOSE_MILLIS); // the port is free only when nobody receives from it
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
