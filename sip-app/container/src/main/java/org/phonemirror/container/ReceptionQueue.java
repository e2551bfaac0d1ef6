package org.phonemirror.container;

import gov.nist.javax.sip.stack.DatagramQueuedMessageDispatch;
import java.util.AbstractQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Datagrams between the socket and the threads that serve them. What goes on with something that
 * has begun (responses, ACK, CANCEL, requests within dialogs) goes first, so that what was admitted
 * is finished. Requests that begin something new have waited for as long as a thread shows when it
 * comes for them, and under overload are refused then, before anything is spent on them.
 *
 * <p>Either kind has so many places; when they are taken the newest are dropped, as by a full
 * socket, and their sender sends them again.
 */
public final class ReceptionQueue extends AbstractQueue<DatagramQueuedMessageDispatch>
    implements BlockingQueue<DatagramQueuedMessageDispatch> {
  private final int capacity;
  private final Predicate<Datagram> refuse;
  private final LongSupplier nanoTime;
  private final Admission admission;
  private final Deque<Datagram> begun = new ArrayDeque<>();
  private final Deque<Datagram> beginning = new ArrayDeque<>();

  /**
   * An empty queue.
   *
   * @param capacity places for datagrams of either kind
   * @param refuse answers a request that has waited too long; false if it has to be served after
   *     all
   * @param nanoTime as {@link System#nanoTime}, also of the datagrams
   */
  public ReceptionQueue(int capacity, Predicate<Datagram> refuse, LongSupplier nanoTime) {
    this.capacity = capacity;
    this.refuse = refuse;
    this.nanoTime = nanoTime;
    this.admission = new Admission(nanoTime);
  }

  /** Takes a {@link Datagram} in, or drops it. */
  @Override
  public boolean offer(DatagramQueuedMessageDispatch received) {
    Datagram datagram = (Datagram) received;
    synchronized (this) {
      Deque<Datagram> lane = datagram.begins() ? beginning : begun;
      if (lane.size() >= capacity) {
        return false;
      }
      lane.add(datagram);
      notify();
      return true;
    }
  }

  @Override
  public DatagramQueuedMessageDispatch take() throws InterruptedException {
    while (true) {
      Datagram next = next();
      if (!next.begins()
          || admission.admits(nanoTime.getAsLong() - next.getReceptionTime())
          || !refuse.test(next)) {
        return next;
      }
    }
  }

  private synchronized Datagram next() throws InterruptedException {
    while (isEmpty()) {
      wait();
    }
    return begun.isEmpty() ? beginning.remove() : begun.remove();
  }

  @Override
  public synchronized int size() {
    return begun.size() + beginning.size();
  }

  @Override
  public synchronized boolean isEmpty() {
    return begun.isEmpty() && beginning.isEmpty();
  }

  @Override
  public synchronized DatagramQueuedMessageDispatch peek() {
    return begun.isEmpty() ? beginning.peek() : begun.peek();
  }

  @Override
  public synchronized DatagramQueuedMessageDispatch poll() {
    return begun.isEmpty() ? beginning.poll() : begun.poll();
  }

  @Override
  public synchronized int remainingCapacity() {
    return 2 * capacity - size();
  }

  @Override
  public synchronized Iterator<DatagramQueuedMessageDispatch> iterator() {
    List<DatagramQueuedMessageDispatch> all = new ArrayList<>(begun);
    all.addAll(beginning);
    return all.iterator();
  }

  @Override
  public int drainTo(Collection<? super DatagramQueuedMessageDispatch> drained) {
    return drainTo(drained, Integer.MAX_VALUE);
  }

  @Override
  public synchronized int drainTo(
      Collection<? super DatagramQueuedMessageDispatch> drained, int most) {
    int count = 0;
    while (count < most && !isEmpty()) {
      drained.add(poll());
      count++;
    }
    return count;
  }

  /** The stack's threads take one when there is one. */
  @Override
  public DatagramQueuedMessageDispatch poll(long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException("the stack's thread auditor is not supported");
  }

  @Override
  public boolean offer(DatagramQueuedMessageDispatch received, long timeout, TimeUnit unit) {
    return offer(received);
  }

  @Override
  public void put(DatagramQueuedMessageDispatch received) {
    offer(received);
  }
}
