package org.phonemirror.container;

import java.io.IOException;
import java.net.DatagramPacket;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.log4j.Logger;

/**
 * Refuses requests that came in UDP and were not served in time. What belongs to a transaction that
 * the server has is never refused: it was sent again, and its answer is on its way.
 */
public final class Refusals implements Predicate<Datagram> {
  private static final Logger LOG = Logger.getLogger(Refusals.class);

  private final Predicate<String> transactions;
  private final Sender sender;

  /** Sends a datagram. */
  @FunctionalInterface
  public interface Sender {
    void send(DatagramPacket packet) throws IOException;
  }

  /**
   * Refuses by that socket.
   *
   * @param transactions whether the server has a transaction, by its branch in lower case
   */
  public Refusals(Predicate<String> transactions, Sender sender) {
    this.transactions = transactions;
    this.sender = sender;
  }

  /** Whether it was refused; else it has to be served. */
  @Override
  public boolean test(Datagram request) {
    Optional<Refusal> refusal = Refusal.of(request);
    if (refusal.isEmpty() || transactions.test(refusal.get().transaction())) {
      return false;
    }
    try {
      sender.send(refusal.get().packet());
    } catch (IOException e) {
      LOG.debug("A request from " + request.source() + " could not be refused: " + e);
    }
    return true;
  }
}
