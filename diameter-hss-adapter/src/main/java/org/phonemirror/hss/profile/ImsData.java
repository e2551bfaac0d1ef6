package org.phonemirror.hss.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.phonemirror.hss.criteria.FilterCriterion;
import org.w3c.dom.Element;

/**
 * What the HSS knows of a subscriber beside transparent data, from an Sh-Data document (TS 29.328
 * annex C and D). Each document has some of it; the rest is empty.
 *
 * @param publicIdentities IMSPublicIdentity
 * @param msisdns telephone numbers, as the HSS writes them
 * @param userState IMSUserState
 * @param servingCscf S-CSCFName
 * @param criteria initial filter criteria; of one application server
 */
public record ImsData(
    List<String> publicIdentities,
    List<String> msisdns,
    Optional<UserState> userState,
    Optional<String> servingCscf,
    List<FilterCriterion> criteria) {
  private static final String NAME = "Sh-Data";
  private static final Parser PARSER = Parser.of(NAME);

  /** State of the public identity (TS 29.328 §7.6.3); the order gives the numbers. */
  public enum UserState {
    NOT_REGISTERED("not registered"),
    REGISTERED("registered"),
    REGISTERED_UNREG_SERVICES("not registered, with services for the unregistered"),
    AUTHENTICATION_PENDING("being authenticated");

    private final String words;

    UserState(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  public ImsData {
    publicIdentities = List.copyOf(publicIdentities);
    msisdns = List.copyOf(msisdns);
    criteria = List.copyOf(criteria);
  }

  /** Nothing known. */
  public static ImsData empty() {
    return new ImsData(List.of(), List.of(), Optional.empty(), Optional.empty(), List.of());
  }

  /**
   * Reads a document.
   *
   * @throws MalformedDocumentException if it is not Sh-Data
   */
  public static ImsData parse(String text) throws MalformedDocumentException {
    Element root = PARSER.tree(text).getDocumentElement();
    if (!NAME.equals(root.getLocalName())) {
      throw new MalformedDocumentException(NAME, "root element is " + root.getNodeName());
    }
    List<String> identities = new ArrayList<>();
    List<String> msisdns = new ArrayList<>();
    for (Element identifiers : Xml.children(root, "PublicIdentifiers")) {
      Xml.children(identifiers, "IMSPublicIdentity").forEach(e -> identities.add(text(e)));
      Xml.children(identifiers, "MSISDN").forEach(e -> msisdns.add(text(e)));
    }
    Optional<UserState> state = Optional.empty();
    Optional<String> cscf = Optional.empty();
    List<FilterCriterion> criteria = new ArrayList<>();
    for (Element ims : Xml.children(root, "Sh-IMS-Data")) {
      Optional<Element> number = first(ims, "IMSUserState");
      if (number.isPresent()) {
        state = Optional.of(UserState.values()[number(number.get(), UserState.values().length)]);
      }
      cscf = first(ims, "SCSCFName").map(ImsData::text).filter(name -> !name.isEmpty());
      for (Element list : Xml.children(ims, "IFCs")) {
        for (Element criterion : Xml.children(list, "InitialFilterCriteria")) {
          criteria.add(criterion(criterion));
        }
      }
    }
    return new ImsData(identities, msisdns, state, cscf, criteria);
  }

  private static FilterCriterion criterion(Element element) throws MalformedDocumentException {
    Element server =
        first(element, "ApplicationServer")
            .orElseThrow(() -> missing("InitialFilterCriteria", "ApplicationServer"));
    Element name =
        first(server, "ServerName").orElseThrow(() -> missing("ApplicationServer", "ServerName"));
    Optional<Element> handling = first(server, "DefaultHandling");
    Optional<Element> priority = first(element, "Priority");
    Optional<Element> trigger = first(element, "TriggerPoint");
    return new FilterCriterion(
        priority.isEmpty() ? 0 : number(priority.get(), Integer.MAX_VALUE),
        trigger.isEmpty() ? Optional.empty() : Optional.of(trigger(trigger.get())),
        text(name),
        handling.isPresent() && number(handling.get(), 2) == 1);
  }

  private static FilterCriterion.Trigger trigger(Element element)
      throws MalformedDocumentException {
    Map<Integer, List<FilterCriterion.ServicePoint>> groups = new TreeMap<>();
    for (Element point : Xml.children(element, "SPT")) {
      Optional<Element> negated = first(point, "ConditionNegated");
      Optional<Element> sessionCase = first(point, "SessionCase");
      FilterCriterion.ServicePoint read =
          new FilterCriterion.ServicePoint(
              negated.isPresent() && isTrue(negated.get()),
              first(point, "Method").map(ImsData::text),
              sessionCase.isEmpty()
                  ? OptionalInt.empty()
                  : OptionalInt.of(number(sessionCase.get(), Integer.MAX_VALUE)));
      for (Element group : Xml.children(point, "Group")) {
        groups.computeIfAbsent(number(group, Integer.MAX_VALUE), g -> new ArrayList<>()).add(read);
      }
    }
    Optional<Element> conjunctive = first(element, "ConditionTypeCNF");
    return new FilterCriterion.Trigger(
        conjunctive.isPresent() && isTrue(conjunctive.get()), List.copyOf(groups.values()));
  }

  private static boolean isTrue(Element flag) {
    return text(flag).equals("1") || text(flag).equals("true");
  }

  private static int number(Element element, int limit) throws MalformedDocumentException {
    try {
      int number = Integer.parseInt(text(element));
      if (number >= 0 && number < limit) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, with the numbers that are out of range
    }
    throw new MalformedDocumentException(
        NAME, element.getLocalName() + " is '" + text(element) + "', no number that it can have");
  }

  private static Optional<Element> first(Element parent, String name) {
    return Xml.children(parent, name).stream().findFirst();
  }

  private static String text(Element element) {
    return element.getTextContent().strip();
  }

  private static MalformedDocumentException missing(String where, String what) {
    return new MalformedDocumentException(NAME, where + " has no " + what);
  }
}
