package org.phonemirror.hss.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The transparent data of an Sh-Data document, not yet checked; all else in it is passed over.
 *
 * @param root name of the root element, as it was written
 * @param isShData whether that is Sh-Data, in whatever namespace: Sh implementations differ in it
 * @param entries each RepositoryData
 */
record ShData(String root, boolean isShData, List<Entry> entries) {
  /** Name of the document, and of its root element. */
  static final String NAME = "Sh-Data";

  static final String REPOSITORY_DATA = "RepositoryData";
  static final String SERVICE_INDICATION = "ServiceIndication";
  static final String SEQUENCE_NUMBER = "SequenceNumber";
  static final String SERVICE_DATA = "ServiceData";

  private static final Parser PARSER = Parser.of(NAME);

  /**
   * A RepositoryData element.
   *
   * @param indications the text of each ServiceIndication
   * @param numbers the text of each SequenceNumber
   * @param serviceData the element in the first ServiceData
   */
  record Entry(List<String> indications, List<String> numbers, Optional<String> serviceData) {}

  /**
   * Reads a document.
   *
   * @throws MalformedDocumentException if it is not well-formed
   */
  static ShData read(String text) throws MalformedDocumentException {
    Optional<ShData> plain = PlainElement.read(text).flatMap(ShData::of);
    return plain.isPresent() ? plain.get() : readAny(text);
  }

  /** Reads a document that need not be plain. */
  static ShData readAny(String text) throws MalformedDocumentException {
    ShDataHandler handler = new ShDataHandler();
    PARSER.events(text, handler);
    return handler.result();
  }

  private static Optional<ShData> of(PlainElement root) {
    List<Entry> entries = new ArrayList<>();
    for (PlainElement data : root.children(REPOSITORY_DATA)) {
      List<String> indications = new ArrayList<>(1);
      List<String> numbers = new ArrayList<>(1);
      Optional<PlainElement> serviceData = Optional.empty();
      for (PlainElement field : data.children()) {
        boolean isData = field.name().equals(SERVICE_DATA);
        if (!isData && !field.children().isEmpty()) {
          return Optional.empty();
        }
        if (isData && serviceData.isEmpty()) {
          serviceData = Optional.of(field);
        } else if (field.name().equals(SERVICE_INDICATION)) {
          indications.add(field.text().strip());
        } else if (field.name().equals(SEQUENCE_NUMBER)) {
          numbers.add(field.text().strip());
        }
      }
      Optional<PlainElement> content =
          serviceData.filter(d -> !d.children().isEmpty()).map(d -> d.children().get(0));
      if (content.isPresent() && !content.get().standsAlone()) {
        return Optional.empty();
      }
      entries.add(new Entry(indications, numbers, content.map(PlainElement::source)));
    }
    return Optional.of(new ShData(root.name(), root.name().equals(NAME), entries));
  }
}
