package org.phonemirror.hss.criteria;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.phonemirror.hss.criteria.FilterCriterion.Match;

/**
 * What an integrator has to change in a subscriber's service profile so that the mirror works.
 *
 * @param faults the mirror does not work, or harms, as long as they are there; with their remedies
 * @param notes things that are worth knowing
 */
public record Advice(List<String> faults, List<String> notes) {
  private static final int ORIGINATING = 0;
  private static final int TERMINATING_REGISTERED = 1;
  private static final int TERMINATING_UNREGISTERED = 2;

  /** All that the mirror server looks at. */
  private static final List<SipRequest> WANTED =
      List.of(
          new SipRequest("REGISTER", OptionalInt.empty(), true, "the mirror never starts"),
          SipRequest.of("MESSAGE", ORIGINATING, true, "messages sent are not on the mirror"),
          SipRequest.of(
              "MESSAGE", TERMINATING_REGISTERED, true, "messages received are not on the mirror"),
          SipRequest.of("INVITE", ORIGINATING, true, "sessions begun are not on the mirror"),
          SipRequest.of(
              "INVITE", TERMINATING_REGISTERED, true, "sessions taken are not on the mirror"),
          SipRequest.of(
              "MESSAGE", TERMINATING_UNREGISTERED, false, "messages to a phone that is off"),
          SipRequest.of(
              "INVITE", TERMINATING_UNREGISTERED, false, "sessions to a phone that is off"));

  public Advice {
    faults = List.copyOf(faults);
    notes = List.copyOf(notes);
  }

  /** Whether the mirror has all that it needs. */
  public boolean isGood() {
    return faults.isEmpty();
  }

  /**
   * Looks at a service profile.
   *
   * @param criteria all that are known; those of other servers are passed over
   * @param serverName the mirror server's SIP URI
   */
  public static Advice on(List<FilterCriterion> criteria, String serverName) {
    List<FilterCriterion> ours =
        criteria.stream().filter(c -> sameServer(c.serverName(), serverName)).toList();
    List<String> faults = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    if (ours.isEmpty()) {
      faults.add(
          "no initial filter criterion names "
              + serverName
              + ": add one to the service profile of the subscriber (REGISTER, MESSAGE and INVITE;"
              + " DefaultHandling 0), or correct sip.uri if the server is known by another name");
      return new Advice(faults, notes);
    }
    for (SipRequest request : WANTED) {
      Match best = ours.stream().map(c -> c.match(request)).max(Match::compareTo).orElseThrow();
      if (best == Match.NO && request.needed()) {
        faults.add(request + " is not triggered: " + request.loss() + "; " + remedy(request));
      } else if (best == Match.NO) {
        notes.add(request + " is not triggered: the mirror does not see " + request.loss());
      } else if (best == Match.SOMETIMES) {
        notes.add(
            request
                + " is triggered only if a condition on its URI, headers or session description"
                + " holds: check that it does for this subscriber");
      }
    }
    for (FilterCriterion criterion : ours) {
      if (criterion.sessionTerminated()) {
        faults.add(
            "DefaultHandling of the criterion with priority "
                + criterion.priority()
                + " is SESSION_TERMINATED: calls and messages fail when the mirror server is down;"
                + " set it to 0 (SESSION_CONTINUED)");
      }
    }
    return new Advice(faults, notes);
  }

  private static String remedy(SipRequest request) {
    String points = "Method " + request.method();
    if (request.sessionCase().isPresent()) {
      points += " and SessionCase " + request.sessionCase().getAsInt();
    }
    return "add a group of service point triggers with " + points;
  }

  /** S-CSCFs and HSSs add or drop {@code ;lr}; nothing else may differ. */
  private static boolean sameServer(String one, String other) {
    return withoutLooseRouting(one).equalsIgnoreCase(withoutLooseRouting(other));
  }

  private static String withoutLooseRouting(String uri) {
    return uri.strip().replaceFirst(";lr(?=;|$)", "");
  }
}
