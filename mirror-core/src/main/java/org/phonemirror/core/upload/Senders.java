package org.phonemirror.core.upload;

import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;

/** As whom a subscriber sends. */
final class Senders {
  private Senders() {}

  /** The telephone number of a public identity, if it has one (TS 23.003 §13.4). */
  static Optional<String> number(Impu subscriber) {
    return Optional.of(user(subscriber)).filter(Recipient::isNumber);
  }

  /** The mail address by a template, if the identity makes one. */
  static Optional<String> mail(Impu subscriber, String template) {
    String user = user(subscriber);
    String number = user.startsWith("+") ? user.substring(1) : user;
    return Optional.of(template.replace("{user}", user).replace("{number}", number))
        .filter(Recipient::isMail);
  }

  private static String user(Impu subscriber) {
    String uri = subscriber.uri();
    String rest = uri.substring(uri.indexOf(':') + 1);
    int at = rest.indexOf('@');
    return at < 0 ? rest : rest.substring(0, at);
  }
}
