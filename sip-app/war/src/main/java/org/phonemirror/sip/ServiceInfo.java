package org.phonemirror.sip;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** The service information in a body {@code application/3gpp-ims+xml} (TS 24.229 §7.6). */
final class ServiceInfo {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceInfo.class);

  private ServiceInfo() {}

  /**
   * The service information.
   *
   * @param contentType may be null, as in a request without a body
   * @return empty if the body is of another type, has none, or is malformed: a registration counts
   *     all the same
   */
  static Optional<String> in(String contentType, byte[] body) {
    if (contentType == null
        || !contentType.strip().toLowerCase(Locale.ROOT).startsWith("application/3gpp-ims+xml")) {
      return Optional.empty();
    }
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      Element root = builder.parse(new ByteArrayInputStream(body)).getDocumentElement();
      var found = root.getElementsByTagName("service-info");
      return found.getLength() == 0
          ? Optional.empty()
          : Optional.of(found.item(0).getTextContent().strip());
    } catch (SAXException e) {
      LOG.warn("Malformed application/3gpp-ims+xml body ignored: {}", e.getMessage());
      return Optional.empty();
    } catch (IOException | ParserConfigurationException e) {
      throw new IllegalStateException("no XML parser for documents in memory", e);
    }
  }
}
