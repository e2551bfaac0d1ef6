package org.phonemirror.sip;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;
import org.w3c.dom.Element;

/** Registration information, {@code application/reginfo+xml} (RFC 3680 §5). */
final class RegInfo {
  private static final String NAMESPACE = "urn:ietf:params:xml:ns:reginfo";
  private static final int MAX_REGISTRATIONS = 100;

  private RegInfo() {}

  /**
   * Which of the addresses-of-record are registered. A registration in the state {@code init} is
   * one that has no contact yet (§4.1).
   *
   * @return empty if the document is malformed; addresses that are no SIP or tel URI are left out
   */
  static Optional<Map<Impu, Boolean>> parse(byte[] document) {
    Optional<Element> root = BodyXml.root("application/reginfo+xml", document);
    if (root.isEmpty() || !"reginfo".equals(root.get().getLocalName())) {
      return Optional.empty();
    }
    Map<Impu, Boolean> registered = new LinkedHashMap<>();
    var all = root.get().getElementsByTagNameNS(NAMESPACE, "registration");
    for (int i = 0; i < Math.min(all.getLength(), MAX_REGISTRATIONS); i++) {
      Element registration = (Element) all.item(i);
      boolean active = registration.getAttribute("state").equals("active");
      impu(registration.getAttribute("aor")).ifPresent(impu -> registered.put(impu, active));
    }
    return Optional.of(registered);
  }

  private static Optional<Impu> impu(String uri) {
    try {
      return Optional.of(new Impu(uri.strip()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
