package org.phonemirror.hss.profile;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Limits;

/**
 * Reads profiles whose documents are undoubtedly valid by {@code mirror-profile.xsd}. Of those that
 * are not so plain the schema decides, and says what is wrong.
 */
final class PlainProfile {
  private static final int MAX_MODEL = 64;
  private static final int MAX_DIGITS = 5;
  private static final int MAX_BUDGET_DIGITS = 6;
  private static final int LONGEST_SECONDS = 24 * 60 * 60;

  private PlainProfile() {}

  static Optional<MirrorProfile> of(PlainElement root) {
    List<PlainElement> children = root.children();
    boolean shaped =
        isNamed(root, "mirror-profile")
            && (children.size() == 2 || children.size() == 3)
            && isNamed(children.get(0), "phone-model")
            && isNamed(children.get(1), "sync-interval")
            && (children.size() == 2 || isNamed(children.get(2), "repair-budget"));
    if (!shaped) {
      return Optional.empty();
    }
    String model = children.get(0).text();
    int seconds = seconds(children.get(1).text());
    int budget =
        children.size() == 2 ? MirrorProfile.DEFAULT_REPAIR_BUDGET : number(children.get(2).text());
    boolean valid =
        isModel(model)
            && seconds >= 1
            && seconds <= LONGEST_SECONDS
            && budget >= Limits.MIN_REPAIR_BUDGET
            && budget <= Limits.MAX_REPAIR_BUDGET;
    return valid
        ? Optional.of(new MirrorProfile(model, Duration.ofSeconds(seconds), budget))
        : Optional.empty();
  }

  private static boolean isNamed(PlainElement element, String name) {
    return element.name().equals(name) && element.namespace().equals(ProfileDocument.NAMESPACE);
  }

  private static boolean isModel(String text) {
    if (text.isEmpty() || text.length() > MAX_MODEL || !isLetterOrDigit(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Up to six digits; -1 if it is something else. */
  private static int number(String text) {
    if (text.isEmpty() || text.length() > MAX_BUDGET_DIGITS) {
      return -1;
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return -1;
      }
    }
    return Integer.parseInt(text);
  }

  /** A duration of whole hours, minutes and seconds, in this order; -1 if it is not. */
  private static int seconds(String text) {
    if (!text.startsWith("PT")) {
      return -1;
    }
    int at = 2;
    int total = 0;
    int unitsLeft = 3600;
    while (at < text.length()) {
      int begin = at;
      int number = 0;
      while (at < text.length() && isDigit(text.charAt(at)) && at - begin < MAX_DIGITS) {
        number = number * 10 + text.charAt(at++) - '0';
      }
      int unit = at == begin || at == text.length() ? 0 : unit(text.charAt(at));
      if (unit == 0 || unit > unitsLeft) {
        return -1;
      }
      total += number * unit;
      unitsLeft = unit / 60;
      at++;
    }
    return total;
  }

  private static int unit(char name) {
    return switch (name) {
      case 'H' -> 3600;
      case 'M' -> 60;
      case 'S' -> 1;
      default -> 0;
    };
  }
}
