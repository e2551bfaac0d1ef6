package org.phonemirror.sync;

import java.util.List;

/**
 * The server's answer to a message. Only {@link Status#ACCEPTED} means that the message is durable.
 *
 * @param status what became of the message
 * @param expected the sequence number that the server takes next
 * @param detail what is wrong and what to do about it; empty if nothing is
 * @param notices what the services have to tell the phone's owner, oldest first
 * @param asks what the server wants to know of the user storage; they take the place of those of
 *     earlier acknowledgements, unless there are none
 */
public record Acknowledgement(
    Status status, long expected, String detail, List<Notice> notices, List<Ask> asks) {
  public Acknowledgement {
    Check.range("expected sequence", expected, 1, Long.MAX_VALUE / 4);
    Check.text("detail", detail, Limits.MAX_TEXT_BYTES);
    Check.range("number of notices", notices.size(), 0, Limits.MAX_NOTICES);
    Check.range("number of asks", asks.size(), 0, Limits.MAX_ASKS);
    notices = List.copyOf(notices);
    asks = List.copyOf(asks);
  }

  /** An answer that asks nothing. */
  public Acknowledgement(Status status, long expected, String detail, List<Notice> notices) {
    this(status, expected, detail, notices, List.of());
  }

  /** The same with these asks. */
  public Acknowledgement withAsks(List<Ask> asked) {
    return new Acknowledgement(status, expected, detail, notices, asked);
  }

  /** The same with these notices. */
  public Acknowledgement withNotices(List<Notice> told) {
    return new Acknowledgement(status, expected, detail, told, asks);
  }

  /** What became of a message. */
  public enum Status {
    /** Durable now, or was already (a message sent again). */
    ACCEPTED(0),
    /** Not the next one: the client goes on from {@link Acknowledgement#expected}. */
    OUT_OF_ORDER(1),
    /** Its boot id is not that of the phone's last boot: the client sends a new boot first. */
    UNKNOWN_BOOT(2),
    /** It can't be read or exceeds a limit; sending it again won't help. */
    MALFORMED(3),
    /** Nothing is wrong with it, but the server can't take it now: the client tries later. */
    UNAVAILABLE(4),
    /**
     * The phone's stream begins anew and its mirror doesn't have its user storage: the client
     * copies it to the address that the detail gives ({@link CloneRequest}), and then sends a boot.
     */
    CLONE(5);

    private final int number;

    Status(int number) {
      this.number = number;
    }

    /** Its number on the wire. */
    int number() {
      return number;
    }

    static Status of(int number) {
      for (Status status : values()) {
        if (status.number == number) {
          return status;
        }
      }
      throw new IllegalArgumentException(
          "status is " + number + ", which is none of " + values().length);
    }
  }

  /** The answer to a message that is durable. */
  public static Acknowledgement accepted(long expected, List<Notice> notices) {
    return new Acknowledgement(Status.ACCEPTED, expected, "", notices);
  }

  /** The answer to a message that was not taken. */
  public static Acknowledgement refused(Status status, long expected, String detail) {
    return new Acknowledgement(status, expected, detail, List.of());
  }
}
