package org.phonemirror.app.model;

import java.time.Instant;
import java.util.List;

/**
 * A file that the mirror was asked to send.
 *
 * @param order names it in {@link MirrorControl#cancel}
 * @param at when it was ordered
 * @param name of the file
 * @param size in bytes
 * @param subject of the message; may be empty
 * @param recipients each with what has become of it
 */
public record Upload(
    long order, Instant at, String name, long size, String subject, List<Recipient> recipients) {
  public Upload {
    recipients = List.copyOf(recipients);
  }

  /** Whether cancelling it can still change something. */
  public boolean waits() {
    return recipients.stream().anyMatch(r -> r.state() == Recipient.State.WAITING);
  }

  /**
   * One of them.
   *
   * @param address {@code mailto:}, {@code mms:}, {@code http:} or {@code https:}
   * @param state whether it has the file
   * @param text for people: why not
   */
  public record Recipient(String address, State state, String text) {
    /** Whether a recipient has the file. */
    public enum State {
      WAITING,
      SENT,
      FAILED,
      CANCELLED
    }
  }
}
