package org.phonemirror.app.provision;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** What the Android Keystore does, which Robolectric lacks, with a key of the test's own. */
public final class PlainVault implements KeyVault {
  private static final int NONCE = 12;

  private final SecretKey key;

  public PlainVault() {
    try {
      key = KeyGenerator.getInstance("AES").generateKey();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public byte[] seal(byte[] plain) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key);
    byte[] text = cipher.doFinal(plain);
    byte[] sealed = Arrays.copyOf(cipher.getIV(), NONCE + text.length);
    System.arraycopy(text, 0, sealed, NONCE, text.length);
    return sealed;
  }

  @Override
  public byte[] open(byte[] sealed) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, sealed, 0, NONCE));
    return cipher.doFinal(sealed, NONCE, sealed.length - NONCE);
  }
}
