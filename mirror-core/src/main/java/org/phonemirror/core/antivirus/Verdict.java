package org.phonemirror.core.antivirus;

/**
 * What is known of a content.
 *
 * @param kind whether it may be used
 * @param detail the signature that was found, or the {@link Reason} why nobody knows and a text,
 *     with a space between; empty of what is clean
 */
record Verdict(Kind kind, String detail) {
  static final Verdict CLEAN = new Verdict(Kind.CLEAN, "");

  /** Of what nobody could look into, there is no word whether it is clean. */
  enum Kind {
    CLEAN,
    INFECTED,
    FAILED
  }

  static Verdict infected(String signature) {
    return new Verdict(Kind.INFECTED, signature);
  }

  static Verdict failed(Reason reason, String text) {
    return new Verdict(Kind.FAILED, reason.word() + " " + text);
  }

  /** Of a failure, as the field of a notice has it. */
  String reason() {
    return detail.substring(0, detail.indexOf(' '));
  }

  /** Of a failure, for people. */
  String text() {
    return detail.substring(detail.indexOf(' ') + 1);
  }
}
