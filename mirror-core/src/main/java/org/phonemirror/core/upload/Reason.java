package org.phonemirror.core.upload;

/** Why a file is not sent, as {@code upload-failed} notices say it. */
enum Reason {
  /** The order can't be read, or has what the service can't send. */
  WRONG_ORDER("wrong-order"),
  /** The order to be cancelled is not known. */
  UNKNOWN_ORDER("unknown-order"),
  /** The order to be cancelled has left. */
  TOO_LATE("too-late"),
  /** By the profile, or by the operator's rules for destinations. */
  NOT_ALLOWED("not-allowed"),
  /** The mirror never had the file with this content. */
  NOT_ON_MIRROR("not-on-mirror"),
  /** Beyond the operator's or the recipient's limit. */
  TOO_BIG("too-big"),
  /** Too much of the subscriber's is on its way. */
  QUOTA("quota"),
  /** The server has no room for it. */
  DISK_FULL("disk-full"),
  /** The other side wants it never. */
  REFUSED("refused"),
  /** The other side could not take it for all the time of the retries. */
  UNREACHABLE("unreachable"),
  /** What was kept has changed on the server's disk. */
  WRONG_CONTENT("wrong-content");

  private final String word;

  Reason(String word) {
    this.word = word;
  }

  /** As it stands in a notice. */
  String word() {
    return word;
  }
}
