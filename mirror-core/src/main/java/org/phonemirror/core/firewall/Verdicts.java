package org.phonemirror.core.firewall;

import java.util.Optional;

/** Port: what is known of contents. */
@FunctionalInterface
public interface Verdicts {
  /** Nothing is known to be malware. */
  Verdicts NONE = sha256 -> Optional.empty();

  /**
   * The malware that a content is known to be. Answers from memory or a local store, as the
   * firewall waits for it.
   *
   * @param sha256 of the content, in lower-case hexadecimal
   * @return name of the signature; empty if the content is clean or not known
   */
  Optional<String> malware(String sha256);
}
