package org.phonemirror.testnet.hss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.phonemirror.hss.criteria.FilterCriterion.ServicePoint;
import org.phonemirror.hss.profile.ImsData;
import org.phonemirror.hss.profile.MalformedDocumentException;
import org.phonemirror.testnet.hss.FilterCriterion.DefaultHandling;
import org.phonemirror.testnet.hss.FilterCriterion.SessionCase;
import org.phonemirror.testnet.hss.FilterCriterion.Trigger;

/** Reads an InitialFilterCriteria element (TS 29.228 annex E), as operators write it. */
public final class CriterionDocument {
  private CriterionDocument() {}

  /**
   * Reads one.
   *
   * @param xml the element
   * @throws IllegalArgumentException if it is malformed, or has what this HSS does not serve: other
   *     conditions than Method and SessionCase, negated ones, a conjunctive normal form,
   *     ServiceInfo
   */
  public static FilterCriterion parse(String xml) {
    List<org.phonemirror.hss.criteria.FilterCriterion> read;
    try {
      read =
          ImsData.parse("<Sh-Data><Sh-IMS-Data><IFCs>" + xml + "</IFCs></Sh-IMS-Data></Sh-Data>")
              .criteria();
    } catch (MalformedDocumentException e) {
      throw new IllegalArgumentException("filter criterion: " + e.getMessage(), e);
    }
    if (xml.contains("ServiceInfo")) {
      throw unserved("an ApplicationServer without ServiceInfo");
    }
    if (read.size() != 1) {
      throw new IllegalArgumentException(
          "there must be one InitialFilterCriteria, but there are " + read.size());
    }
    var criterion = read.get(0);
    var trigger =
        criterion
            .trigger()
            .filter(present -> !present.conjunctive())
            .orElseThrow(() -> unserved("a TriggerPoint in disjunctive form (ConditionTypeCNF 0)"));
    return new FilterCriterion(
        criterion.priority(),
        trigger.groups().stream().map(CriterionDocument::group).toList(),
        criterion.serverName(),
        criterion.sessionTerminated()
            ? DefaultHandling.SESSION_TERMINATED
            : DefaultHandling.SESSION_CONTINUED,
        Optional.empty());
  }

  private static Trigger group(List<ServicePoint> points) {
    List<String> methods = new ArrayList<>();
    List<SessionCase> cases = new ArrayList<>();
    for (ServicePoint point : points) {
      if (point.negated() || (point.method().isEmpty() && point.sessionCase().isEmpty())) {
        throw unserved("Method and SessionCase, not negated");
      }
      point.method().ifPresent(methods::add);
      OptionalInt number = point.sessionCase();
      if (number.isPresent()) {
        cases.add(
            Arrays.stream(SessionCase.values())
                .filter(value -> value.code() == number.getAsInt())
                .findFirst()
                .orElseThrow(() -> unserved("SessionCase 0 to 4")));
      }
    }
    if (methods.size() != 1 || cases.size() > 1) {
      throw unserved("one Method and at most one SessionCase in a group");
    }
    return new Trigger(methods.get(0), cases.stream().findFirst());
  }

  private static IllegalArgumentException unserved(String what) {
    return new IllegalArgumentException("filter criterion: this HSS takes only " + what);
  }
}
