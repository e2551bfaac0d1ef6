package gov.nist.javax.sip.stack;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.util.LinkedList;
import org.apache.log4j.Logger;
import org.phonemirror.container.Datagram;
import org.phonemirror.container.ReceptionQueue;
import org.phonemirror.container.Refusals;

/**
 * UDP that stays well under overload. The stack's own reads each datagram into an array for the
 * largest, into a queue without bound, and through a socket that holds no more than a few
 * milliseconds of them.
 */
final class BoundedUdpProcessor extends UDPMessageProcessor {
  private static final Logger LOG = Logger.getLogger(BoundedUdpProcessor.class);
  private static final int LARGEST = 65_536;

  /** At 10,000 requests a second, 0.4 s of them: later answers would help nobody. */
  private static final int DATAGRAMS = 4_096;

  /** For as long as the reader does not run; the kernel gives no more than net.core.rmem_max. */
  private static final int SOCKET_BUFFER = 4 << 20;

  private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;

  BoundedUdpProcessor(InetAddress address, SIPTransactionStack stack, int port) throws IOException {
    super(address, stack, port);
    sock.setReceiveBufferSize(SOCKET_BUFFER);
    Refusals refusals = new Refusals(this::isOpen, packet -> sock.send(packet));
    messageQueue = new ReceptionQueue(DATAGRAMS, refusals, System::nanoTime);
  }

  private boolean isOpen(String transaction) {
    return sipStack.findTransaction(transaction, true) != null;
  }

  @Override
  @SuppressWarnings("JdkObsolete") // the stack's list is one
  public void run() {
    messageChannels = new LinkedList<MessageChannel>();
    String name = ((gov.nist.javax.sip.SipStackImpl) sipStack).getStackName();
    for (int i = 0; i < sipStack.threadPoolSize; i++) {
      addChannel(name + "-UDPMessageChannelThread-" + i);
    }
    DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
    while (isRunning) {
      try {
        packet.setLength(LARGEST);
        sock.receive(packet);
        messageQueue.offer(new Datagram(packet, System.nanoTime()));
      } catch (IOException e) {
        if (isRunning) {
          LOG.warn("Reading from UDP port " + getPort() + " failed: " + e);
          pause();
        }
      }
    }
  }

  @SuppressWarnings("unchecked") // the stack's list has no type
  private void addChannel(String name) {
    messageChannels.add(new UDPMessageChannel(sipStack, this, name));
  }

  /** So that a socket that keeps failing does not take the processor and the log. */
  private static void pause() {
    try {
      Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
