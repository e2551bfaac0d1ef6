package org.phonemirror.testnet.packet;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.phonemirror.testnet.gtp.ControlMessage;
import org.phonemirror.testnet.gtp.UserPacket;

/** Takes what a mirror server would be sent: datagrams of GTP-C and GTP-U. */
final class Monitor implements AutoCloseable {
  private static final int MAX_DATAGRAM = 65_535;
  private static final int RECEIVE_BUFFER = 8 << 20;
  private static final int WAIT_MILLIS = 20_000;
  private static final int QUIET_MILLIS = 300;

  private final DatagramSocket control;
  private final DatagramSocket user;

  Monitor(String address) throws IOException {
    control = new DatagramSocket(new InetSocketAddress(address, 0));
    user = new DatagramSocket(new InetSocketAddress(address, 0));
    user.setReceiveBufferSize(RECEIVE_BUFFER);
  }

  InetSocketAddress control() {
    return (InetSocketAddress) control.getLocalSocketAddress();
  }

  InetSocketAddress user() {
    return (InetSocketAddress) user.getLocalSocketAddress();
  }

  /** The next datagram of the control plane. */
  byte[] nextControl() throws IOException {
    return next(control, WAIT_MILLIS);
  }

  /** The next message of the control plane. */
  ControlMessage nextMessage() throws IOException {
    return ControlMessage.decode(ByteBuffer.wrap(nextControl()));
  }

  /** The next message of a type; others are left out, as open contexts are announced anew. */
  ControlMessage nextMessage(int type) throws IOException {
    ControlMessage message = nextMessage();
    while (message.type() != type) {
      message = nextMessage();
    }
    return message;
  }

  /** The next datagram of the user plane. */
  byte[] nextUser() throws IOException {
    return next(user, WAIT_MILLIS);
  }

  /** The next message of the user plane. */
  UserPacket nextPacket() throws IOException {
    return UserPacket.decode(ByteBuffer.wrap(nextUser()));
  }

  /** Whether no packet comes for a while. */
  boolean hearsNoPacket() throws IOException {
    try {
      next(user, QUIET_MILLIS);
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  private static byte[] next(DatagramSocket socket, int millis) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
    socket.setSoTimeout(millis);
    socket.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  /** Is gone, as a mirror server is that was killed. */
  @Override
  public void close() {
    control.close();
    user.close();
  }
}
