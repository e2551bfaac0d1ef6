package org.phonemirror.core.mms;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What stands on the outside of a message, on its way in and out.
 *
 * @param from empty on the way in: the relay shall insert it; on the way out: the sender is hidden
 */
public record Envelope(
    Optional<String> from,
    List<String> to,
    List<String> cc,
    Optional<Instant> date,
    Optional<String> subject,
    Optional<MessageClass> messageClass,
    Optional<Priority> priority,
    boolean deliveryReport,
    boolean readReport) {
  public Envelope {
    from.ifPresent(value -> Check.text("From", value));
    to = List.copyOf(to);
    to.forEach(address -> Check.text("To", address));
    cc = List.copyOf(cc);
    cc.forEach(address -> Check.text("Cc", address));
    if (to.size() + cc.size() > MmsLimits.RECIPIENTS) {
      throw new IllegalArgumentException("more than " + MmsLimits.RECIPIENTS + " recipients");
    }
    date = date.map(Check::date);
    subject.ifPresent(value -> Check.text("subject", value));
  }

  /** A plain message without wishes, whose sender the relay inserts. */
  public static Envelope of(List<String> to, String subject) {
    return new Envelope(
        Optional.empty(),
        to,
        List.of(),
        Optional.empty(),
        Optional.of(subject),
        Optional.empty(),
        Optional.empty(),
        false,
        false);
  }

  /** The same as the relay passes it on. */
  public Envelope sent(Optional<String> sender, Instant when) {
    return new Envelope(
        sender,
        to,
        cc,
        Optional.of(when),
        subject,
        messageClass,
        priority,
        deliveryReport,
        readReport);
  }

  /** The same, and the sender wants to know when it has been delivered. */
  public Envelope withDeliveryReport() {
    return new Envelope(from, to, cc, date, subject, messageClass, priority, true, readReport);
  }
}
