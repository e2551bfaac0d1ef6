package org.phonemirror.hss.criteria;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An initial filter criterion (TS 29.228 annex B.2.2 and C).
 *
 * @param priority the lowest is looked at first
 * @param trigger which requests it is for; empty for all
 * @param serverName SIP URI of the application server
 * @param sessionTerminated whether a request fails when the server does not answer
 *     (DefaultHandling)
 */
public record FilterCriterion(
    int priority, Optional<Trigger> trigger, String serverName, boolean sessionTerminated) {

  /** Whether a request is for the application server. */
  public enum Match {
    NO,
    /** It depends on what else is in the request. */
    SOMETIMES,
    YES;

    private Match negated() {
      return this == SOMETIMES ? SOMETIMES : this == YES ? NO : YES;
    }

    private static Match all(Match one, Match other) {
      return one.compareTo(other) < 0 ? one : other;
    }

    private static Match any(Match one, Match other) {
      return one.compareTo(other) > 0 ? one : other;
    }
  }

  /**
   * Service point triggers, by group.
   *
   * @param conjunctive ConditionTypeCNF: each group must hold, by any of its points; otherwise one
   *     group must hold, with all its points
   * @param groups in each, its points
   */
  public record Trigger(boolean conjunctive, List<List<ServicePoint>> groups) {
    public Trigger {
      groups = groups.stream().map(List::copyOf).toList();
    }

    private Match match(SipRequest request) {
      Match result = conjunctive ? Match.YES : Match.NO;
      for (List<ServicePoint> group : groups) {
        Match whole = conjunctive ? Match.NO : Match.YES;
        for (ServicePoint point : group) {
          Match one = point.match(request);
          whole = conjunctive ? Match.any(whole, one) : Match.all(whole, one);
        }
        result = conjunctive ? Match.all(result, whole) : Match.any(result, whole);
      }
      return result;
    }
  }

  /**
   * A service point trigger. One on a header, a Request-URI or a session description is neither: it
   * matches sometimes.
   *
   * @param negated ConditionNegated
   * @param method SIP method
   * @param sessionCase number of the SessionCase
   */
  public record ServicePoint(boolean negated, Optional<String> method, OptionalInt sessionCase) {
    private Match match(SipRequest request) {
      Match match = Match.SOMETIMES;
      if (method.isPresent()) {
        match = method.get().equals(request.method()) ? Match.YES : Match.NO;
      } else if (sessionCase.isPresent() && request.sessionCase().isPresent()) {
        match = sessionCase.equals(request.sessionCase()) ? Match.YES : Match.NO;
      }
      return negated ? match.negated() : match;
    }
  }

  /** Whether such a request is for the server. */
  public Match match(SipRequest request) {
    return trigger.map(t -> t.match(request)).orElse(Match.YES);
  }
}
