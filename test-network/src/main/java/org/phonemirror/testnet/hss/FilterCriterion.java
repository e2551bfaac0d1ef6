package org.phonemirror.testnet.hss;

import java.util.List;
import java.util.Optional;

/**
 * An initial filter criterion: which requests of a subscriber go to an application server (TS
 * 29.228 annex B.2.2).
 *
 * @param priority 0 is looked at first
 * @param anyOf the request must match one of these
 * @param server SIP URI of the application server; Kamailio adds {@code ;lr} to it by itself
 * @param handling what the S-CSCF does when the server does not answer
 * @param serviceInfo handed to the server with the third-party REGISTER
 */
public record FilterCriterion(
    int priority,
    List<Trigger> anyOf,
    String server,
    DefaultHandling handling,
    Optional<String> serviceInfo) {
  public FilterCriterion {
    anyOf = List.copyOf(anyOf);
    if (!server.matches("sips?:[^\\s<>]+")) {
      throw new IllegalArgumentException(
          "application server is '" + server + "', must be a SIP URI");
    }
  }

  /** What the mirror server needs to see; calls and messages go on without it. */
  public static FilterCriterion mirror(String server) {
    return new FilterCriterion(
        0,
        List.of(
            Trigger.of("REGISTER"),
            Trigger.of("MESSAGE", SessionCase.ORIGINATING),
            Trigger.of("MESSAGE", SessionCase.TERMINATING_REGISTERED),
            Trigger.of("MESSAGE", SessionCase.TERMINATING_UNREGISTERED),
            Trigger.of("INVITE", SessionCase.ORIGINATING),
            Trigger.of("INVITE", SessionCase.TERMINATING_REGISTERED),
            Trigger.of("INVITE", SessionCase.TERMINATING_UNREGISTERED)),
        server,
        DefaultHandling.SESSION_CONTINUED,
        Optional.empty());
  }

  /** Service point triggers that must all match. */
  public record Trigger(String method, Optional<SessionCase> sessionCase) {
    public Trigger {
      if (!method.matches("[A-Z]+")) {
        throw new IllegalArgumentException("'" + method + "' is no SIP method");
      }
    }

    static Trigger of(String method) {
      return new Trigger(method, Optional.empty());
    }

    static Trigger of(String method, SessionCase sessionCase) {
      return new Trigger(method, Optional.of(sessionCase));
    }
  }

  /** Direction of a request, and whether the served user is registered. */
  public enum SessionCase {
    ORIGINATING(0),
    TERMINATING_REGISTERED(1),
    TERMINATING_UNREGISTERED(2),
    ORIGINATING_UNREGISTERED(3),
    ORIGINATING_CDIV(4);

    private final int code;

    SessionCase(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  /** What the S-CSCF does when the application server does not answer. */
  public enum DefaultHandling {
    SESSION_CONTINUED(0),
    SESSION_TERMINATED(1);

    private final int code;

    DefaultHandling(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }
}
