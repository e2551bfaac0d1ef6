package org.phonemirror.hss.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xml.sax.Attributes;
import org.xml.sax.ext.DefaultHandler2;

/** Takes the transparent data out of an Sh-Data document; all else in it is passed over. */
final class ShDataHandler extends DefaultHandler2 {
  private static final int ROOT = 1;
  private static final int DATA = 2;
  private static final int FIELD = 3;
  private static final int CONTENT = 4;

  private final List<ShData.Entry> entries = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final Fragment fragment = new Fragment();
  private String root = "";
  private String rootName = "";
  private int depth;
  private boolean inEntry;
  private String field = "";
  private boolean copying;

  // of the entry being read
  private List<String> indications = new ArrayList<>();
  private List<String> numbers = new ArrayList<>();
  private int serviceDataSeen;
  private Optional<String> serviceData = Optional.empty();

  /** What was read; complete at the end of the document. */
  ShData result() {
    return new ShData(rootName, root.equals(ShData.NAME), entries);
  }

  @Override
  public void startPrefixMapping(String prefix, String uri) {
    fragment.declare(prefix, uri);
  }

  @Override
  public void endPrefixMapping(String prefix) {
    fragment.undeclare(prefix);
  }

  @Override
  public void startElement(String uri, String localName, String name, Attributes attributes) {
    depth++;
    if (copying) {
      fragment.start(name, attributes);
      return;
    }
    if (isFirstContent()) {
      copying = true;
      fragment.begin(name, attributes);
      return;
    }
    fragment.pass();
    if (depth == ROOT) {
      root = localName;
      rootName = name;
    } else if (depth == DATA && localName.equals(ShData.REPOSITORY_DATA)) {
      inEntry = true;
    } else if (depth == FIELD && inEntry) {
      field = localName;
      text.setLength(0);
      if (field.equals(ShData.SERVICE_DATA)) {
        serviceDataSeen++;
      }
    }
  }

  private boolean isFirstContent() {
    return depth == CONTENT
        && inEntry
        && field.equals(ShData.SERVICE_DATA)
        && serviceDataSeen == 1
        && serviceData.isEmpty();
  }

  @Override
  public void endElement(String uri, String localName, String name) {
    if (copying) {
      fragment.end(name);
      if (depth == CONTENT) {
        copying = false;
        serviceData = Optional.of(fragment.toString());
      }
    } else if (depth == FIELD && inEntry) {
      switch (field) {
        case ShData.SERVICE_INDICATION -> indications.add(text.toString().strip());
        case ShData.SEQUENCE_NUMBER -> numbers.add(text.toString().strip());
        default -> {
          // of no interest, or copied already
        }
      }
    } else if (depth == DATA && inEntry) {
      entries.add(new ShData.Entry(indications, numbers, serviceData));
      indications = new ArrayList<>();
      numbers = new ArrayList<>();
      serviceDataSeen = 0;
      serviceData = Optional.empty();
      inEntry = false;
    }
    depth--;
  }

  @Override
  public void characters(char[] characters, int start, int length) {
    if (copying) {
      fragment.text(characters, start, length);
    } else if (depth >= FIELD && inEntry) {
      text.append(characters, start, length);
    }
  }

  @Override
  public void processingInstruction(String target, String data) {
    if (copying) {
      fragment.instruction(target, data);
    }
  }

  @Override
  public void comment(char[] characters, int start, int length) {
    if (copying) {
      fragment.comment(characters, start, length);
    }
  }
}
