package org.phonemirror.container;

import gov.nist.javax.sip.stack.DatagramQueuedMessageDispatch;
import java.net.DatagramPacket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Datagrams between the socket and the threads that serve them. When it is full the newest are
 * dropped, as by a full socket; the sender sends them again. A thread that takes one knows from
 * then on when it came in, which is how {@link GatedDispatcher} learns how long requests wait.
 */
public final class ReceptionQueue extends ArrayBlockingQueue<DatagramQueuedMessageDispatch> {
  private static final long serialVersionUID = 1L;
  private static final ThreadLocal<Long> TAKEN = new ThreadLocal<>();

  /** A queue for so many datagrams. */
  public ReceptionQueue(int capacity) {
    super(capacity);
  }

  /** Takes it at its own size: the stack reads each into an array for the largest. */
  @Override
  public boolean offer(DatagramQueuedMessageDispatch received) {
    DatagramPacket packet = received.packet;
    byte[] content =
        Arrays.copyOfRange(
            packet.getData(), packet.getOffset(), packet.getOffset() + packet.getLength());
    return super.offer(
        new DatagramQueuedMessageDispatch(
            new DatagramPacket(content, content.length, packet.getSocketAddress()),
            System.nanoTime()));
  }

  @Override
  public DatagramQueuedMessageDispatch take() throws InterruptedException {
    return noted(super.take());
  }

  @Override
  public DatagramQueuedMessageDispatch poll(long timeout, TimeUnit unit)
      throws InterruptedException {
    DatagramQueuedMessageDispatch taken = super.poll(timeout, unit);
    return taken == null ? null : noted(taken);
  }

  private static DatagramQueuedMessageDispatch noted(DatagramQueuedMessageDispatch taken) {
    TAKEN.set(System.nanoTime() - taken.getReceptionTime());
    return taken;
  }

  /**
   * How long the datagram that this thread serves waited here, in nanoseconds; 0 on other threads.
   */
  static long waited() {
    Long waited = TAKEN.get();
    return waited == null ? 0 : waited;
  }
}
