package org.phonemirror.core.antivirus.clamd;

/** What came of sending a content to clamd. Only one of them says that it is clean. */
public sealed interface ScanReply {
  /** clamd got all of it, and found nothing in all of it. */
  record Clean() implements ScanReply {}

  /**
   * clamd got all of it and found something.
   *
   * @param signature its name
   */
  record Found(String signature) implements ScanReply {}

  /**
   * Beyond a limit of ours or of clamd's, so that nobody knows what is in it.
   *
   * @param limit that was exceeded
   */
  record LimitExceeded(String limit) implements ScanReply {}

  /**
   * clamd says that it cannot.
   *
   * @param reason in its words
   */
  record Refused(String reason) implements ScanReply {}

  /**
   * There was no answer: clamd is not there, broke off, or took too long.
   *
   * @param reason for people
   */
  record Unavailable(String reason) implements ScanReply {}
}
