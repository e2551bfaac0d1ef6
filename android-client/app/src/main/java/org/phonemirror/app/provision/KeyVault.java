package org.phonemirror.app.provision;

import java.security.GeneralSecurityException;

/** Port: encrypts what only this app on this phone may read, with a key that never leaves it. */
public interface KeyVault {
  /** Encrypts and authenticates. */
  byte[] seal(byte[] plain) throws GeneralSecurityException;

  /**
   * Gives back what {@link #seal} was given.
   *
   * @throws GeneralSecurityException if it was sealed by another key, or was changed
   */
  byte[] open(byte[] sealed) throws GeneralSecurityException;
}
