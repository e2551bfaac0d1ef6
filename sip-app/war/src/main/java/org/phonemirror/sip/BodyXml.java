package org.phonemirror.sip;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * Reads XML bodies of SIP requests. A document type declaration is refused, so that no entity can
 * reach a file or the network, or grow.
 */
final class BodyXml {
  private static final Logger LOG = LoggerFactory.getLogger(BodyXml.class);

  private BodyXml() {}

  /** The root element; empty if the body is malformed, which is logged. */
  static Optional<Element> root(String contentType, byte[] body) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      return Optional.of(builder.parse(new ByteArrayInputStream(body)).getDocumentElement());
    } catch (SAXException | IOException e) {
      LOG.warn("Malformed {} body ignored: {}", contentType, e.getMessage());
      return Optional.empty();
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's XML parser lacks a feature", e);
    }
  }
}
