package org.phonemirror.hss.profile;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.w3c.dom.Document;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXNotRecognizedException;
import org.xml.sax.SAXNotSupportedException;
import org.xml.sax.SAXParseException;
import org.xml.sax.XMLReader;
import org.xml.sax.ext.DefaultHandler2;

/**
 * Reads small documents of one kind with the JDK's own parser, whatever else is on the class path.
 * A document type declaration is refused, so that no entity can reach a file or the network, or
 * grow.
 *
 * <p>To make a parser takes longer than to read a document with it, by far; so some are kept, and
 * no more than are used at one time. They belong to this class rather than to threads, which may
 * outlive it in a container.
 */
final class Parser {
  /** Longest document taken, in characters; an HSS answers 5008 (too much data) far below. */
  static final int MAX_LENGTH = 64 * 1024;

  private static final int KEPT = 8;
  private static final String NO_DOCTYPE = "http://apache.org/xml/features/disallow-doctype-decl";

  /** A tree that is made at once is cheaper where all of it is looked at. */
  private static final String DEFERRED_TREE =
      "http://apache.org/xml/features/dom/defer-node-expansion";

  private static final String LEXICAL_HANDLER = "http://xml.org/sax/properties/lexical-handler";

  private final String name;
  private final Optional<Schema> schema;
  private final Queue<DocumentBuilder> builders = new ArrayBlockingQueue<>(KEPT);
  private final Queue<XMLReader> readers = new ArrayBlockingQueue<>(KEPT);

  private Parser(String name, Optional<Schema> schema) {
    this.name = name;
    this.schema = schema;
  }

  /**
   * Reads well-formed documents.
   *
   * @param name of the documents, for texts of failures
   */
  static Parser of(String name) {
    return new Parser(name, Optional.empty());
  }

  /** Reads documents that are valid. */
  static Parser validating(String name, URL schema) {
    return new Parser(name, Optional.of(load(schema)));
  }

  /** Reads a document as a tree. */
  Document tree(String text) throws MalformedDocumentException {
    DocumentBuilder kept = builders.poll();
    DocumentBuilder builder = kept == null ? newBuilder() : kept;
    Document document = read(text, builder::parse);
    builders.offer(builder);
    return document;
  }

  /** Tells a handler what a document has in it; the schema is not looked at. */
  void events(String text, DefaultHandler2 handler) throws MalformedDocumentException {
    XMLReader kept = readers.poll();
    XMLReader reader = kept == null ? newReader() : kept;
    read(
        text,
        source -> {
          reader.setContentHandler(handler);
          reader.setProperty(LEXICAL_HANDLER, handler);
          reader.parse(source);
          return handler;
        });
    readers.offer(reader);
  }

  private interface Reading<T> {
    T read(InputSource source) throws SAXException, IOException;
  }

  private <T> T read(String text, Reading<T> reading) throws MalformedDocumentException {
    if (text.length() > MAX_LENGTH) {
      throw new MalformedDocumentException(
          name, "has " + text.length() + " characters, at most " + MAX_LENGTH + " are taken");
    }
    try {
      return reading.read(new InputSource(new StringReader(text)));
    } catch (SAXParseException e) {
      throw new MalformedDocumentException(name, e.getLineNumber(), e.getMessage(), e);
    } catch (SAXException e) {
      throw new MalformedDocumentException(name, 0, e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }

  private DocumentBuilder newBuilder() {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setNamespaceAware(true);
      factory.setXIncludeAware(false);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature(NO_DOCTYPE, true);
      factory.setFeature(DEFERRED_TREE, false);
      schema.ifPresent(factory::setSchema);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new Strict());
      return builder;
    } catch (ParserConfigurationException e) {
      throw lacking(e);
    }
  }

  private static XMLReader newReader() {
    try {
      SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
      factory.setNamespaceAware(true);
      factory.setXIncludeAware(false);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature(NO_DOCTYPE, true);
      XMLReader reader = factory.newSAXParser().getXMLReader();
      reader.setErrorHandler(new Strict());
      return reader;
    } catch (ParserConfigurationException
        | SAXNotRecognizedException
        | SAXNotSupportedException e) {
      throw lacking(e);
    } catch (SAXException e) {
      throw new IllegalStateException("the JDK cannot read XML", e);
    }
  }

  private static Schema load(URL resource) {
    try {
      SchemaFactory factory = SchemaFactory.newDefaultInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      return factory.newSchema(resource);
    } catch (SAXException e) {
      throw new IllegalStateException("schema " + resource + " is broken", e);
    }
  }

  private static IllegalStateException lacking(Exception cause) {
    return new IllegalStateException("the JDK's XML parser lacks a feature", cause);
  }

  private static final class Strict implements ErrorHandler {
    @Override
    public void warning(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void error(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }
  }
}
