package org.phonemirror.core.firewall;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Contents that were downloaded lately, in case one turns out to be malware. */
final class Downloads {
  private static final int MAX_CONTACTS = 16;

  private final Map<String, List<Contact>> recent;

  Downloads(int limit) {
    recent =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, List<Contact>> eldest) {
            return size() > limit;
          }
        };
  }

  void add(String sha256, Contact contact) {
    List<Contact> contacts = recent.computeIfAbsent(sha256, digest -> new ArrayList<>());
    if (contacts.size() < MAX_CONTACTS && !contacts.contains(contact)) {
      contacts.add(contact);
    }
  }

  /** Takes who got a content. */
  List<Contact> take(String sha256) {
    List<Contact> contacts = recent.remove(sha256);
    return contacts == null ? List.of() : contacts;
  }
}
