package org.phonemirror.testnet.mms;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.mms.Content;
import org.phonemirror.core.mms.Envelope;

/** Messages that wait for their recipients, in memory. */
final class MessageStore {
  /**
   * A message as it was handed in.
   *
   * @param sender number in international format
   * @param size bytes
   */
  record Message(
      String id, String sender, Envelope envelope, Content content, int size, Instant expires) {}

  /**
   * A message for one recipient.
   *
   * @param id names it in its Content-Location
   * @param number of the recipient, in international format
   * @param address of the recipient, as the sender wrote it
   * @param deferred whether the phone has said that it will come later
   */
  record Delivery(String id, Message message, String number, String address, boolean deferred) {}

  /** A recipient. */
  record Recipient(String number, String address) {}

  private final RelayConfig.Limits limits;
  private final String prefix;
  private final Map<String, Delivery> deliveries = new LinkedHashMap<>();
  private long bytes;
  private long count;

  /**
   * Makes an empty store.
   *
   * @param prefix of names, which no other store had before
   */
  MessageStore(RelayConfig.Limits limits, String prefix) {
    this.limits = limits;
    this.prefix = prefix;
  }

  /** Names for a new message. */
  synchronized String nextId() {
    return prefix + ++count;
  }

  /** Keeps a message for each recipient, or for none of them if there is no room. */
  synchronized Optional<List<Delivery>> add(Message message, List<Recipient> recipients) {
    long added = (long) message.size() * recipients.size();
    if (deliveries.size() + recipients.size() > limits.messages()
        || bytes + added > limits.storeBytes()) {
      return Optional.empty();
    }
    bytes += added;
    List<Delivery> made = new ArrayList<>();
    for (Recipient recipient : recipients) {
      Delivery delivery =
          new Delivery(nextId(), message, recipient.number(), recipient.address(), false);
      deliveries.put(delivery.id(), delivery);
      made.add(delivery);
    }
    return Optional.of(made);
  }

  synchronized Optional<Delivery> find(String id) {
    return Optional.ofNullable(deliveries.get(id));
  }

  synchronized void defer(String id) {
    deliveries.computeIfPresent(
        id, (key, d) -> new Delivery(d.id(), d.message(), d.number(), d.address(), true));
  }

  /** Forgets it; empty if it is not there, so that only one thread can be the last. */
  synchronized Optional<Delivery> remove(String id) {
    Optional<Delivery> removed = Optional.ofNullable(deliveries.remove(id));
    removed.ifPresent(delivery -> bytes -= delivery.message().size());
    return removed;
  }

  synchronized List<Delivery> expired(Instant now) {
    return deliveries.values().stream()
        .filter(delivery -> !now.isBefore(delivery.message().expires()))
        .toList();
  }

  synchronized int size() {
    return deliveries.size();
  }
}
