package org.phonemirror.hss.profile;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The mirror profile as an XML document of the schema {@code mirror-profile.xsd}. */
public final class ProfileDocument {
  /** Namespace of the document, with its version. */
  public static final String NAMESPACE = "urn:phonemirror:profile:1";

  private static final String NAME = "mirror profile";
  private static final String MODEL = "phone-model";
  private static final String INTERVAL = "sync-interval";
  private static final String BUDGET = "repair-budget";

  private static final Parser PARSER =
      Parser.validating(
          NAME,
          Objects.requireNonNull(
              ProfileDocument.class.getResource("mirror-profile.xsd"),
              "mirror-profile.xsd is not in the jar"));

  private ProfileDocument() {}

  /**
   * Reads a document.
   *
   * @throws MalformedDocumentException if it is not valid; the text names the line
   */
  public static MirrorProfile parse(String text) throws MalformedDocumentException {
    Optional<MirrorProfile> plain = PlainElement.read(text).flatMap(PlainProfile::of);
    return plain.isPresent() ? plain.get() : parseAny(text);
  }

  /** Reads a document that need not be plain. */
  static MirrorProfile parseAny(String text) throws MalformedDocumentException {
    Element root = PARSER.tree(text).getDocumentElement();
    if (!NAMESPACE.equals(root.getNamespaceURI())) {
      throw new MalformedDocumentException(
          NAME, "namespace is " + root.getNamespaceURI() + ", must be " + NAMESPACE);
    }
    try {
      Optional<Element> budget = child(root, BUDGET);
      return new MirrorProfile(
          value(root, MODEL),
          Duration.parse(value(root, INTERVAL)),
          budget.isPresent()
              ? Integer.parseInt(budget.get().getTextContent().trim())
              : MirrorProfile.DEFAULT_REPAIR_BUDGET,
          ServiceElements.read(name -> child(root, name)));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new MalformedDocumentException(NAME, e.getMessage());
    }
  }

  /**
   * Reads a {@code firewall} element that is a document by itself.
   *
   * @throws MalformedDocumentException if it is not valid; the text names the line
   */
  public static ServicePolicies.Firewall parseFirewall(String text)
      throws MalformedDocumentException {
    Element root = PARSER.tree(text).getDocumentElement();
    if (!NAMESPACE.equals(root.getNamespaceURI())
        || !ServiceElements.FIREWALL.equals(root.getLocalName())) {
      throw new MalformedDocumentException(
          NAME, "is not <firewall xmlns=\"" + NAMESPACE + "\">, by itself");
    }
    try {
      return ServiceElements.firewall(root);
    } catch (IllegalArgumentException e) {
      throw new MalformedDocumentException(NAME, e.getMessage());
    }
  }

  /**
   * Writes the document that {@link #parse} reads back, without an XML declaration. Policies that
   * are the usual ones are left out.
   */
  public static String format(MirrorProfile profile) {
    StringBuilder text = new StringBuilder("<mirror-profile xmlns=\"").append(NAMESPACE);
    text.append("\">\n");
    elements(profile).values().stream()
        .filter(element -> !element.isEmpty())
        .forEach(element -> text.append("  ").append(element).append('\n'));
    return text.append("</mirror-profile>").toString();
  }

  /** All elements by their names, in the order of the document; those left out are empty. */
  private static Map<String, String> elements(MirrorProfile profile) {
    Map<String, String> elements = new LinkedHashMap<>();
    elements.put(MODEL, element(MODEL, Xml.escape(profile.phoneModel())));
    elements.put(INTERVAL, element(INTERVAL, profile.syncInterval().toString()));
    elements.put(BUDGET, element(BUDGET, Integer.toString(profile.repairBudget())));
    elements.putAll(ServiceElements.format(profile.services()));
    return elements;
  }

  private static String element(String name, String text) {
    return "<" + name + ">" + text + "</" + name + ">";
  }

  /**
   * Puts other values into a document; what an operator has added to it stays, and so does what is
   * not changed.
   *
   * @throws MalformedDocumentException if the document is not valid; the text names the line
   */
  public static String replace(String text, MirrorProfile profile)
      throws MalformedDocumentException {
    Map<String, String> before = elements(parse(text));
    Element root = PARSER.tree(text).getDocumentElement();
    Element written = PARSER.tree(format(profile)).getDocumentElement();
    List<String> preceding = new ArrayList<>();
    for (Map.Entry<String, String> element : elements(profile).entrySet()) {
      if (!element.getValue().equals(before.get(element.getKey()))) {
        put(root, element.getKey(), child(written, element.getKey()), preceding);
      }
      preceding.add(element.getKey());
    }
    return Xml.write(root);
  }

  /** Puts an element into its place, or takes it away. */
  private static void put(
      Element root, String name, Optional<Element> element, List<String> preceding) {
    Optional<Node> wanted =
        element.map(written -> root.getOwnerDocument().importNode(written, true));
    Optional<Element> present = child(root, name);
    if (present.isPresent()) {
      wanted.ifPresent(node -> root.insertBefore(node, present.get()));
      root.removeChild(present.get());
    } else if (wanted.isPresent()) {
      Element last =
          preceding.stream()
              .flatMap(before -> child(root, before).stream())
              .reduce((first, second) -> second)
              .orElseThrow();
      root.insertBefore(wanted.get(), last.getNextSibling());
    }
  }

  private static String value(Element root, String name) throws MalformedDocumentException {
    return child(root, name)
        .map(child -> child.getTextContent().trim())
        .orElseThrow(() -> new MalformedDocumentException(NAME, name + " is missing"));
  }

  private static Optional<Element> child(Element root, String name) {
    return Xml.children(root, name).stream()
        .filter(child -> NAMESPACE.equals(child.getNamespaceURI()))
        .findFirst();
  }
}
