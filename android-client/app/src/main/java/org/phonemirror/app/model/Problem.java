package org.phonemirror.app.model;

/** Why something that the owner asked for is not done; each has its text in every language. */
public enum Problem {
  /** Mirroring is paused. */
  PAUSED,
  /** The owner has switched the service off. */
  SERVICE_OFF,
  /** The phone has no invitation. */
  NOT_PROVISIONED,
  /** What was given is no invitation that can be used. */
  BAD_INVITATION,
  /** The phone has no room for settings. */
  NOT_STORED,
  /** The finding has gone. */
  UNKNOWN_FINDING,
  /** What was entered is no web address. */
  NO_WEB_ADDRESS,
  /** It was not shared by another app. */
  NOT_SHARED,
  /** The app that shares a file does not give it. */
  NOT_GIVEN,
  /** The operator sends no files. */
  NO_UPLOADS,
  /** A file is to be sent to nobody. */
  NO_RECIPIENT,
  /** That is no address that files are sent to. */
  NOT_A_RECIPIENT,
  /** The file is not among what is mirrored. */
  NOT_IN_STORAGE,
  /** It has no content. */
  NOT_A_FILE,
  /** It is being written. */
  BEING_WRITTEN,
  /** Several files have the name. */
  SEVERAL_FILES,
  /** There is no such order any more. */
  UNKNOWN_ORDER,
  /** Too many orders wait. */
  TOO_MANY_ORDERS,
  /** The order is too long. */
  NOT_AN_ORDER,
  /** Anything else; the log tells. */
  OTHER
}
