package org.phonemirror.app.model;

import java.util.List;

/**
 * Files that the mirror is to send.
 *
 * @param files at least one
 * @param subject may be empty
 * @param text may be empty
 * @param recipients at least one: {@code mailto:}, {@code mms:}, {@code http:} or {@code https:}
 */
public record Sending(List<Source> files, String subject, String text, List<String> recipients) {
  public Sending {
    files = List.copyOf(files);
    recipients = List.copyOf(recipients);
    if (files.isEmpty() || recipients.isEmpty()) {
      throw new IllegalArgumentException(
          files.size() + " files to " + recipients.size() + " recipients, must be one at least");
    }
  }

  /**
   * A file that another app shares.
   *
   * @param uri {@code content:}, for the phone's content resolver; other schemes could name what
   *     the app alone may read
   * @param name as its owner calls it; empty if that is not known
   */
  public record Source(String uri, String name) {}
}
