package org.phonemirror.core.upload;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.phonemirror.sync.Order;

/**
 * An order to send a file.
 *
 * @param id of the order
 * @param path of the file, below the top of user storage
 * @param size in bytes, as the phone saw it
 * @param sha256 of the content, lower-case hex
 * @param subject for people; may be empty
 * @param text for people; may be empty
 * @param recipients at least one, each once
 */
record Upload(
    long id,
    String path,
    long size,
    String sha256,
    String subject,
    String text,
    List<Recipient> recipients) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\uFFFD]");

  Upload {
    recipients = List.copyOf(recipients);
  }

  /** Reads an order of action {@code send}. */
  static Upload of(Order order, int maxRecipients) throws WrongOrderException {
    String path = need(order, "path");
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
        throw new WrongOrderException(
            "path '" + path + "' does not stay below the top of user storage");
      }
    }
    String sha256 = need(order, "sha256");
    if (!SHA256.matcher(sha256).matches()) {
      throw new WrongOrderException("sha256 '" + sha256 + "' must be 64 hexadecimal digits");
    }
    List<Recipient> recipients = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>(order.all("to"));
    if (seen.isEmpty() || seen.size() > maxRecipients) {
      throw new WrongOrderException(
          seen.size() + " recipients, must be 1 to " + maxRecipients + ": send it in portions");
    }
    for (String uri : seen) {
      recipients.add(Recipient.of(uri));
    }
    return new Upload(
        order.id(),
        path,
        size(need(order, "size")),
        sha256,
        order.first("subject").orElse(""),
        order.first("text").orElse(""),
        recipients);
  }

  private static String need(Order order, String field) throws WrongOrderException {
    return order
        .first(field)
        .orElseThrow(() -> new WrongOrderException("order has no field '" + field + "'"));
  }

  private static long size(String text) throws WrongOrderException {
    try {
      long size = Long.parseLong(text);
      if (size >= 0) {
        return size;
      }
    } catch (NumberFormatException e) {
      throw new WrongOrderException("size '" + text + "' is no number of bytes");
    }
    throw new WrongOrderException("size " + text + " is less than 0");
  }

  /** The file's own name, fit for headers: what is not printable is an underscore. */
  String fileName() {
    return printable(path.substring(path.lastIndexOf('/') + 1), "_");
  }

  /** In one line, as headers need it. */
  String title() {
    return subject.isBlank() ? fileName() : printable(subject, " ").strip();
  }

  private static String printable(String text, String otherwise) {
    return UNPRINTABLE.matcher(text).replaceAll(otherwise);
  }

  /**
   * Names a sending for whoever gets it: the same again and again for this order and recipient, and
   * of no other.
   */
  static String key(String subscriber, long order, String recipient) {
    String all = subscriber + '\n' + order + '\n' + recipient;
    return Sha256.hex(all.getBytes(StandardCharsets.UTF_8)).substring(0, 40);
  }
}
