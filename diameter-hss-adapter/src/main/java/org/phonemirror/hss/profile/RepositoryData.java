package org.phonemirror.hss.profile;

import java.util.List;
import java.util.Optional;

/**
 * Transparent data of an application server in the HSS, and the Sh-Data document that carries it
 * (TS 29.328 §7.6.1 and annex D).
 *
 * @param serviceIndication whose data it is
 * @param sequenceNumber 0 for data that is new to the HSS, from 1 to 65535 for an update
 * @param serviceData an XML element; empty where the data is absent or to be removed
 */
public record RepositoryData(
    String serviceIndication, int sequenceNumber, Optional<String> serviceData) {
  /** Highest sequence number; the next after it is 1, as 0 means new data. */
  public static final int MAX_SEQUENCE_NUMBER = 65_535;

  public RepositoryData {
    if (serviceIndication.isBlank()) {
      throw new IllegalArgumentException("service indication is empty");
    }
    if (sequenceNumber < 0 || sequenceNumber > MAX_SEQUENCE_NUMBER) {
      throw new IllegalArgumentException(
          "sequence number is " + sequenceNumber + ", must be 0 to " + MAX_SEQUENCE_NUMBER);
    }
  }

  /** The sequence number that an update of this data must have (TS 29.328 §6.1.2). */
  public int nextSequenceNumber() {
    return sequenceNumber % MAX_SEQUENCE_NUMBER + 1;
  }

  /** Writes the Sh-Data document. */
  public String toShData() {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Sh-Data><RepositoryData><ServiceIndication>"
        + Xml.escape(serviceIndication)
        + "</ServiceIndication><SequenceNumber>"
        + sequenceNumber
        + "</SequenceNumber>"
        + serviceData.map(data -> "<ServiceData>" + data + "</ServiceData>").orElse("")
        + "</RepositoryData></Sh-Data>";
  }

  /**
   * Reads the data of one service from an Sh-Data document.
   *
   * @return empty if the document holds no data of that service
   * @throws MalformedDocumentException if the document is not Sh-Data
   */
  public static Optional<RepositoryData> fromShData(String text, String serviceIndication)
      throws MalformedDocumentException {
    ShData document = ShData.read(text);
    if (!document.isShData()) {
      throw new MalformedDocumentException(ShData.NAME, "root element is " + document.root());
    }
    for (ShData.Entry entry : document.entries()) {
      if (only(ShData.SERVICE_INDICATION, entry.indications()).equals(serviceIndication)) {
        return Optional.of(of(entry, serviceIndication));
      }
    }
    return Optional.empty();
  }

  /**
   * Reads the only data of an Sh-Data document, as an update carries it.
   *
   * @throws MalformedDocumentException if the document is not Sh-Data with one RepositoryData
   */
  public static RepositoryData onlyOf(String text) throws MalformedDocumentException {
    ShData document = ShData.read(text);
    List<ShData.Entry> all = document.entries();
    if (!document.isShData() || all.size() != 1) {
      throw new MalformedDocumentException(
          ShData.NAME,
          "must have one RepositoryData, has " + all.size() + " in " + document.root());
    }
    return of(all.get(0), only(ShData.SERVICE_INDICATION, all.get(0).indications()));
  }

  private static RepositoryData of(ShData.Entry entry, String serviceIndication)
      throws MalformedDocumentException {
    String number = only(ShData.SEQUENCE_NUMBER, entry.numbers());
    try {
      return new RepositoryData(serviceIndication, Integer.parseInt(number), entry.serviceData());
    } catch (NumberFormatException e) {
      throw new MalformedDocumentException(
          ShData.NAME, "SequenceNumber is '" + number + "', must be 0 to " + MAX_SEQUENCE_NUMBER);
    } catch (IllegalArgumentException e) {
      throw new MalformedDocumentException(ShData.NAME, e.getMessage());
    }
  }

  private static String only(String name, List<String> values) throws MalformedDocumentException {
    if (values.size() != 1) {
      throw new MalformedDocumentException(
          ShData.NAME, "RepositoryData must have one " + name + ", has " + values.size());
    }
    return values.get(0);
  }
}
