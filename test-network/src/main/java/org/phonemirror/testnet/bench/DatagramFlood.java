package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;

/**
 * The speed of a link, as the paper's Table 1 has it: UDP is sent for some seconds, and what
 * arrives is counted.
 */
final class DatagramFlood {
  private static final int PAYLOAD = 1400;
  private static final int HEADERS = 28;

  /** So little that the sender waits for the link, and no more than its queue is lost. */
  private static final int SEND_BUFFER = 8 * 1024;

  private static final int PATIENCE_MILLIS = 20_000;
  private static final int END_MILLIS = 2_000;

  private DatagramFlood() {}

  /** Sends for so long. */
  static void send(InetSocketAddress to, int seconds) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSendBufferSize(SEND_BUFFER);
      DatagramPacket packet = new DatagramPacket(new byte[PAYLOAD], PAYLOAD, to);
      long end = System.nanoTime() + seconds * 1_000_000_000L;
      while (System.nanoTime() < end) {
        socket.send(packet);
      }
    }
  }

  /**
   * Counts until nothing comes.
   *
   * @return kbit/s on the IP layer, from the first datagram to the last
   */
  static double receive(DatagramSocket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    byte[] buffer = new byte[PAYLOAD];
    DatagramPacket packet = new DatagramPacket(buffer, PAYLOAD);
    socket.receive(packet);
    long first = System.nanoTime();
    long last = first;
    long bytes = 0;
    socket.setSoTimeout(END_MILLIS);
    try {
      while (true) {
        socket.receive(packet);
        last = System.nanoTime();
        bytes += packet.getLength() + HEADERS;
      }
    } catch (SocketTimeoutException e) {
      if (bytes == 0) {
        throw new IOException("one datagram came, no more", e);
      }
      return bytes * 8e6 / (last - first);
    }
  }
}
