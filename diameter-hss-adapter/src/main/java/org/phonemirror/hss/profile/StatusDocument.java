package org.phonemirror.hss.profile;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.w3c.dom.Element;

/** A mirror's condition as an XML document of the schema {@code mirror-status.xsd}. */
public final class StatusDocument {
  /** Namespace of the document, with its version. */
  public static final String NAMESPACE = "urn:phonemirror:status:1";

  /** A failure's text is cut beyond; the HSS need not keep a stack trace. */
  private static final int MAX_FAILURE = 500;

  private static final String NAME = "mirror status";

  private static final Parser PARSER =
      Parser.validating(
          NAME,
          Objects.requireNonNull(
              StatusDocument.class.getResource("mirror-status.xsd"),
              "mirror-status.xsd is not in the jar"));

  private StatusDocument() {}

  /** Writes the document, without an XML declaration. */
  public static String format(MirrorCondition condition) {
    String failure = condition.failure();
    if (failure.length() > MAX_FAILURE) {
      failure = failure.substring(0, MAX_FAILURE);
    }
    // what XML 1.0 cannot hold
    failure = failure.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
    return "<mirror-status xmlns=\""
        + NAMESPACE
        + "\"><phase>"
        + condition.phase().name().toLowerCase(Locale.ROOT)
        + "</phase><phone-model>"
        + Xml.escape(condition.phoneModel())
        + "</phone-model><since>"
        + condition.since()
        + "</since>"
        + (failure.isEmpty() ? "" : "<failure>" + Xml.escape(failure) + "</failure>")
        + "</mirror-status>";
  }

  /**
   * Reads a document.
   *
   * @throws MalformedDocumentException if it is not valid; the text names the line
   */
  public static MirrorCondition parse(String text) throws MalformedDocumentException {
    Element root = PARSER.tree(text).getDocumentElement();
    try {
      return new MirrorCondition(
          MirrorCondition.Phase.valueOf(value(root, "phase").toUpperCase(Locale.ROOT)),
          value(root, "phone-model"),
          time(value(root, "since")),
          value(root, "failure"));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      throw new MalformedDocumentException(NAME, e.getMessage());
    }
  }

  private static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  private static String value(Element root, String name) {
    List<Element> found = Xml.children(root, name);
    return found.isEmpty() ? "" : found.get(0).getTextContent().strip();
  }
}
