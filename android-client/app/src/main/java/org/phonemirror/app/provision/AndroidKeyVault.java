package org.phonemirror.app.provision;

import android.security.keystore.KeyGenParameterSpec;
import android.security.keystore.KeyProperties;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM with a key in the Android Keystore: in the phone's secure hardware, where it has one.
 *
 * <p>The operator's pre-shared key itself can't stay in there, since DTLS computes with its bytes
 * (RFC 4279 §2); it is stored sealed, and is in the clear in the app's memory alone.
 */
public final class AndroidKeyVault implements KeyVault {
  private static final String PROVIDER = "AndroidKeyStore";
  private static final String ALIAS = "phone-mirror";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int TAG_BITS = 128;
  private static final int NONCE_BYTES = 12;
  private static final int KEY_BITS = 256;

  @Override
  public byte[] seal(byte[] plain) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(Cipher.ENCRYPT_MODE, key());
    byte[] nonce = cipher.getIV();
    byte[] text = cipher.doFinal(plain);
    return ByteBuffer.allocate(nonce.length + text.length).put(nonce).put(text).array();
  }

  @Override
  public byte[] open(byte[] sealed) throws GeneralSecurityException {
    if (sealed.length < NONCE_BYTES) {
      throw new GeneralSecurityException("only " + sealed.length + " bytes were sealed");
    }
    Cipher cipher = Cipher.getInstance(CIPHER);
    GCMParameterSpec nonce = new GCMParameterSpec(TAG_BITS, Arrays.copyOf(sealed, NONCE_BYTES));
    cipher.init(Cipher.DECRYPT_MODE, key(), nonce);
    return cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
  }

  private static SecretKey key() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(PROVIDER);
    try {
      store.load(null);
    } catch (IOException e) {
      throw new GeneralSecurityException("the Android Keystore can't be read", e);
    }
    Key key = store.getKey(ALIAS, null);
    if (key instanceof SecretKey secret) {
      return secret;
    }
    KeyGenerator generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER);
    generator.init(
        new KeyGenParameterSpec.Builder(
                ALIAS, KeyProperties.PURPOSE_ENCRYPT | KeyProperties.PURPOSE_DECRYPT)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setKeySize(KEY_BITS)
            .build());
    return generator.generateKey();
  }
}
