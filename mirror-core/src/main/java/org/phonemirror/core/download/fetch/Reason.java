package org.phonemirror.core.download.fetch;

/** Why there is no file, as notices name it. */
public enum Reason {
  /** The server does not have it. */
  NOT_FOUND("not-found"),
  /** The server does not have it any more. */
  GONE("gone"),
  /** It is longer than any file that is kept, or than all that is kept for the subscriber. */
  TOO_BIG("too-big"),
  /** Too much is kept already. */
  QUOTA("quota"),
  /** The server does not give it to us. */
  REFUSED("refused"),
  /** The server is not there, is in trouble or hangs up. */
  UNREACHABLE("unreachable"),
  /** The server is not who it should be. */
  TLS("tls"),
  /** It came too slowly. */
  TOO_SLOW("too-slow"),
  /** The server sends us round and round. */
  REDIRECTS("redirects"),
  /** The server's answer contradicts itself, or the file is not the one that was meant. */
  WRONG_CONTENT("wrong-content"),
  /** There is no room for it on the mirror server. */
  DISK_FULL("disk-full"),
  /** It must not be fetched: by the subscriber's profile or from this place. */
  NOT_ALLOWED("not-allowed"),
  /** The order can't be understood. */
  BAD_ORDER("bad-order"),
  /** The owner did not want it any more. */
  CANCELLED("cancelled"),
  /** The mirror server failed. */
  TROUBLE("trouble");

  private final String word;

  Reason(String word) {
    this.word = word;
  }

  /** As it stands in a notice's field {@code reason}. */
  public String word() {
    return word;
  }
}
