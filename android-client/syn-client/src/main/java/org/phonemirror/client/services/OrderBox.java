package org.phonemirror.client.services;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.SyncCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders that no batch has taken yet, on the medium as soon as they are in the box. The latest that
 * have gone are remembered, without effect, so that the user can name them.
 *
 * <p>An order rides on the batch of an interval that ends after it was given: at the end of an
 * earlier one the mirror does not have yet what the order speaks of. If the clock was set back, an
 * order seems to come from the future; then the next batch takes it.
 *
 * <p>Not safe for use by several threads.
 */
final class OrderBox {
  /** Most orders that wait; a phone without a server gives no more. */
  static final int MAX_WAITING = 256;

  static final int REMEMBERED = 64;

  private static final Logger LOG = LoggerFactory.getLogger(OrderBox.class);
  private static final String WAITING = "waiting";

  private static final String SENT = "sent";

  /** Was on a batch that the server refused, and rides on another one. */
  private static final String WAITING_AGAIN = "waiting-again";

  private static final String SENT_AGAIN = "sent-again";

  private final EntryFile file;
  private List<Entry> entries;

  private OrderBox(EntryFile file, List<Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  static OrderBox open(EntryFile file) throws IOException {
    return new OrderBox(file, file.load());
  }

  /**
   * Takes an order; one that is there already, by its id, changes nothing.
   *
   * @param givenMicros the moment from which on a mirror can have what it speaks of
   * @throws IOException if it can't be stored, or too many wait; the order is then not given
   */
  void add(Order order, long givenMicros) throws IOException {
    if (knows(order.id())) {
      return;
    }
    if (waiting().size() >= MAX_WAITING) {
      throw new OrderException(
          OrderException.Reason.TOO_MANY_ORDERS,
          MAX_WAITING + " orders wait already; give this one when the phone is in touch again");
    }
    List<Entry> more = new ArrayList<>(entries);
    more.add(new Entry(order.id(), givenMicros, WAITING, order.service(), order.fields()));
    save(more);
  }

  private void save(List<Entry> changed) throws IOException {
    file.save(changed);
    entries = changed;
  }

  private List<Entry> waiting() {
    List<Entry> waiting = new ArrayList<>();
    for (Entry entry : entries) {
      if (!isSent(entry)) {
        waiting.add(entry);
      }
    }
    return waiting;
  }

  private static boolean isSent(Entry entry) {
    return entry.state().equals(SENT) || entry.state().equals(SENT_AGAIN);
  }

  boolean isEmpty() {
    return waiting().isEmpty();
  }

  /** All that is known, oldest first. */
  List<Entry> known() {
    return List.copyOf(entries);
  }

  /** Whether an order is here, or went not long ago. */
  boolean knows(long id) {
    return entries.stream().anyMatch(e -> e.key() == id);
  }

  /** Whether an order has not been put on a batch. */
  boolean waits(long id) {
    return waiting().stream().anyMatch(e -> e.key() == id);
  }

  /**
   * The oldest orders that a batch can take; they stay in the box.
   *
   * @param endMicros of the batch's interval
   * @param nowMicros by the phone's clock
   * @param room how many bytes its message still holds
   */
  List<Order> fitting(long endMicros, long nowMicros, int room) {
    List<Order> orders = new ArrayList<>();
    int left = room;
    for (Entry entry : waiting()) {
      boolean later = entry.micros() > endMicros;
      boolean clockWasSet = entry.micros() > nowMicros + StorageScanner.SETTLE_MICROS;
      if (later && !clockWasSet) {
        continue;
      }
      Order order = new Order(entry.key(), entry.name(), entry.fields());
      int length = SyncCodec.length(order);
      if (length > left || orders.size() == Limits.MAX_ORDERS) {
        break; // those behind it wait, too: a cancellation does not overtake its order
      }
      orders.add(order);
      left -= length;
    }
    return orders;
  }

  /** These are in the queue, durably. */
  void sent(List<Order> orders) {
    Set<Long> ids = ids(orders);
    List<Entry> changed = new ArrayList<>();
    for (Entry entry : entries) {
      String state = entry.state().equals(WAITING_AGAIN) ? SENT_AGAIN : SENT;
      changed.add(ids.contains(entry.key()) && !isSent(entry) ? entry.in(state) : entry);
    }
    forgetOldest(changed);
    try {
      save(changed);
    } catch (IOException e) {
      // they go out once more, and the server knows them by their ids
      LOG.warn("orders that are sent can't be forgotten: {}", e.toString());
    }
  }

  private static Set<Long> ids(List<Order> orders) {
    Set<Long> ids = new HashSet<>();
    orders.forEach(order -> ids.add(order.id()));
    return ids;
  }

  private static void forgetOldest(List<Entry> changed) {
    long sent = changed.stream().filter(OrderBox::isSent).count();
    for (int i = 0; i < changed.size() && sent > REMEMBERED; ) {
      if (isSent(changed.get(i))) {
        changed.remove(i);
        sent--;
      } else {
        i++;
      }
    }
  }

  /**
   * The server has refused the message that these rode on: they ride on another one.
   *
   * @return those that were refused for the second time, and are given up
   */
  List<Order> refused(List<Order> orders) throws IOException {
    List<Order> givenUp = new ArrayList<>();
    List<Entry> changed = new ArrayList<>(entries);
    for (Order order : orders) {
      Optional<Entry> before = entries.stream().filter(e -> e.key() == order.id()).findFirst();
      before.ifPresent(changed::remove);
      if (before.filter(e -> e.state().equals(SENT_AGAIN)).isPresent()) {
        givenUp.add(order);
      } else {
        changed.add(new Entry(order.id(), 0, WAITING_AGAIN, order.service(), order.fields()));
      }
    }
    save(changed);
    return givenUp;
  }

  /** Takes an order back that waits. */
  void withdraw(long id) throws IOException {
    List<Entry> changed = new ArrayList<>(entries);
    changed.removeIf(entry -> entry.key() == id && !isSent(entry));
    save(changed);
  }
}
