package org.phonemirror.hss.profile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.xml.sax.Attributes;

/**
 * Writes one element out of a document as a document of its own, while the whole is being read. The
 * namespaces that were declared around the element are declared on it.
 */
final class Fragment {
  private record Declaration(String prefix, String uri) {}

  private final List<Declaration> scope = new ArrayList<>();
  private final StringBuilder out = new StringBuilder();

  /** Declarations of the scope that no element has written yet begin here. */
  private int fresh;

  void declare(String prefix, String uri) {
    scope.add(new Declaration(prefix, uri));
  }

  void undeclare(String prefix) {
    for (int i = scope.size() - 1; i >= 0; i--) {
      if (scope.get(i).prefix().equals(prefix)) {
        scope.remove(i);
        break;
      }
    }
    fresh = Math.min(fresh, scope.size());
  }

  /** An element that is not written has begun. */
  void pass() {
    fresh = scope.size();
  }

  /** The element begins that is to be written. */
  void begin(String name, Attributes attributes) {
    out.setLength(0);
    out.append('<').append(name);
    Set<String> written = new HashSet<>();
    for (int i = scope.size() - 1; i >= 0; i--) {
      Declaration declaration = scope.get(i);
      boolean none = declaration.prefix().isEmpty() && declaration.uri().isEmpty();
      if (written.add(declaration.prefix()) && !none) {
        write(declaration);
      }
    }
    finish(attributes);
  }

  /** An element within it begins. */
  void start(String name, Attributes attributes) {
    out.append('<').append(name);
    for (Declaration declaration : scope.subList(fresh, scope.size())) {
      write(declaration);
    }
    finish(attributes);
  }

  private void finish(Attributes attributes) {
    fresh = scope.size();
    for (int i = 0; i < attributes.getLength(); i++) {
      attribute(attributes.getQName(i), attributes.getValue(i));
    }
    out.append('>');
  }

  void end(String name) {
    out.append("</").append(name).append('>');
  }

  void text(char[] characters, int start, int length) {
    for (int i = start; i < start + length; i++) {
      char c = characters[i];
      if (c == '\r') {
        out.append("&#13;"); // a reader takes the character itself for the end of a line
      } else {
        append(c);
      }
    }
  }

  void comment(char[] characters, int start, int length) {
    out.append("<!--").append(characters, start, length).append("-->");
  }

  void instruction(String target, String data) {
    out.append("<?").append(target).append(' ').append(data).append("?>");
  }

  private void write(Declaration declaration) {
    String name = declaration.prefix().isEmpty() ? "xmlns" : "xmlns:" + declaration.prefix();
    attribute(name, declaration.uri());
  }

  private void attribute(String name, String value) {
    out.append(' ').append(name).append("=\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\t' || c == '\n' || c == '\r') {
        out.append("&#").append((int) c).append(';');
      } else {
        append(c);
      }
    }
    out.append('"');
  }

  private void append(char c) {
    switch (c) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      default -> out.append(c);
    }
  }

  /** What was written last. */
  @Override
  public String toString() {
    return out.toString();
  }
}
