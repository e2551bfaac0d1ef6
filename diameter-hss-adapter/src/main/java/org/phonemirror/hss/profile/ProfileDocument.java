package org.phonemirror.hss.profile;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.w3c.dom.Element;

/** The mirror profile as an XML document of the schema {@code mirror-profile.xsd}. */
public final class ProfileDocument {
  /** Namespace of the document, with its version. */
  public static final String NAMESPACE = "urn:phonemirror:profile:1";

  private static final String NAME = "mirror profile";
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
          value(root, "phone-model"),
          Duration.parse(value(root, INTERVAL)),
          budget.isPresent()
              ? Integer.parseInt(budget.get().getTextContent().trim())
              : MirrorProfile.DEFAULT_REPAIR_BUDGET);
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new MalformedDocumentException(NAME, e.getMessage());
    }
  }

  /** Writes the document that {@link #parse} reads back, without an XML declaration. */
  public static String format(MirrorProfile profile) {
    return "<mirror-profile xmlns=\""
        + NAMESPACE
        + "\">\n  <phone-model>"
        + Xml.escape(profile.phoneModel())
        + "</phone-model>\n  <sync-interval>"
        + profile.syncInterval()
        + "</sync-interval>\n  <repair-budget>"
        + profile.repairBudget()
        + "</repair-budget>\n</mirror-profile>";
  }

  /**
   * Puts other values into a document; what an operator has added to it stays.
   *
   * @throws MalformedDocumentException if the document is not valid; the text names the line
   */
  public static String replace(String text, MirrorProfile profile)
      throws MalformedDocumentException {
    parse(text);
    Element root = PARSER.tree(text).getDocumentElement();
    set(root, "phone-model", profile.phoneModel());
    set(root, INTERVAL, profile.syncInterval().toString());
    if (child(root, BUDGET).isEmpty()) {
      Element interval = child(root, INTERVAL).orElseThrow();
      Element budget = root.getOwnerDocument().createElementNS(NAMESPACE, BUDGET);
      root.insertBefore(budget, interval.getNextSibling());
    }
    set(root, BUDGET, Integer.toString(profile.repairBudget()));
    return Xml.write(root);
  }

  private static void set(Element root, String name, String value) {
    child(root, name).ifPresent(child -> child.setTextContent(value));
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
