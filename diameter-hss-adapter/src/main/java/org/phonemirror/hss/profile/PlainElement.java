package org.phonemirror.hss.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An element of a document that is written plainly, as most of what an HSS sends is: ASCII names
 * without prefixes, no attribute but the default namespace, no references, comments, instructions
 * or sections. What is not so plain, or not well-formed, is not read here at all: {@link Parser}
 * has the last word on it. A plain document is read in a small part of the time that the JDK's
 * parser takes, for which the end of every document is an exception.
 */
final class PlainElement {
  private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
  private static final String XMLNS = " xmlns=\"";
  private static final int MAX_DEPTH = 16;

  private final String document;
  private final String name;
  private final String namespace;
  private final List<PlainElement> children;

  // in the document: where the element begins, what is in it, where it ends
  private final int from;
  private final int begin;
  private final int end;
  private final int to;

  private PlainElement(
      String document,
      String name,
      String namespace,
      List<PlainElement> children,
      int from,
      int begin,
      int end,
      int to) {
    this.document = document;
    this.name = name;
    this.namespace = namespace;
    this.children = children;
    this.from = from;
    this.begin = begin;
    this.end = end;
    this.to = to;
  }

  /** Reads a document; empty if it is not plain. */
  static Optional<PlainElement> read(String document) {
    if (document.length() > Parser.MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Scanner(document).document());
    } catch (NotPlain e) {
      return Optional.empty();
    }
  }

  /** Its local name. */
  String name() {
    return name;
  }

  /** Empty if it is in none. */
  String namespace() {
    return namespace;
  }

  /** The elements in it. */
  List<PlainElement> children() {
    return children;
  }

  /** Those with this name. */
  List<PlainElement> children(String childName) {
    List<PlainElement> found = new ArrayList<>(children.size());
    for (PlainElement child : children) {
      if (child.name.equals(childName)) {
        found.add(child);
      }
    }
    return found;
  }

  /** What is in an element without children; empty in one with children. */
  String text() {
    return children.isEmpty() ? document.substring(begin, end) : "";
  }

  /** The element as it was written. */
  String source() {
    return document.substring(from, to);
  }

  /** Whether it says itself in which namespace it is, so that its source can stand alone. */
  boolean standsAlone() {
    return namespace.isEmpty() || document.startsWith(XMLNS, from + 1 + name.length());
  }

  /** Without a trace, as it leaves this class never and is no fault. */
  private static final class NotPlain extends Exception {
    private static final long serialVersionUID = 1L;

    NotPlain() {
      super("not plain", null, false, false);
    }
  }

  private static final class Scanner {
    private final String in;
    private int at;

    Scanner(String in) {
      this.in = in;
    }

    PlainElement document() throws NotPlain {
      if (in.startsWith(DECLARATION)) {
        at = DECLARATION.length();
      }
      skipSpace();
      PlainElement root = element("", 0);
      skipSpace();
      check(at == in.length());
      return root;
    }

    private PlainElement element(String inherited, int depth) throws NotPlain {
      check(depth < MAX_DEPTH);
      int from = at;
      expect('<');
      String name = name();
      String namespace = peek() == ' ' ? namespace() : inherited;
      expect('>');
      int begin = at;
      List<PlainElement> children = List.of();
      boolean blank = skipText();
      while (!in.startsWith("</", at)) {
        if (children.isEmpty()) {
          children = new ArrayList<>(4);
        }
        children.add(element(namespace, depth + 1));
        blank &= skipText();
      }
      int end = at;
      check(blank || children.isEmpty());
      at += 2;
      expect(name);
      expect('>');
      return new PlainElement(in, name, namespace, children, from, begin, end, at);
    }

    private String namespace() throws NotPlain {
      expect(XMLNS);
      int from = at;
      for (char c = peek(); c != '"'; c = peek()) {
        check(c > ' ' && c < 0x7f && c != '<' && c != '&');
        at++;
      }
      String namespace = in.substring(from, at);
      check(!namespace.startsWith("http://www.w3.org/")); // some of these may not be declared
      at++;
      return namespace;
    }

    private String name() throws NotPlain {
      int from = at;
      check(isLetter(peek()));
      for (char c = peek(); isLetter(c) || (c >= '0' && c <= '9') || c == '-'; c = peek()) {
        at++;
      }
      return in.substring(from, at);
    }

    private static boolean isLetter(char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Returns whether the text is blank. */
    private boolean skipText() throws NotPlain {
      boolean blank = true;
      for (char c = peek(); c != '<'; c = peek()) {
        // the end of a section and of a line need care, and so do characters that XML has not
        check((c >= ' ' && c < 0xd800 && c != '&' && c != '>') || c == '\n' || c == '\t');
        blank &= c <= ' ';
        at++;
      }
      return blank;
    }

    private void skipSpace() {
      while (at < in.length() && (in.charAt(at) == ' ' || in.charAt(at) == '\n')) {
        at++;
      }
    }

    private char peek() throws NotPlain {
      check(at < in.length());
      return in.charAt(at);
    }

    private void expect(char what) throws NotPlain {
      check(peek() == what);
      at++;
    }

    private void expect(String what) throws NotPlain {
      check(in.startsWith(what, at));
      at += what.length();
    }

    private static void check(boolean plain) throws NotPlain {
      if (!plain) {
        throw new NotPlain();
      }
    }
  }
}
