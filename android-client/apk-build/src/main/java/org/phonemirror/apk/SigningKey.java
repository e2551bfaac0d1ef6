package org.phonemirror.apk;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;

/**
 * What an APK is signed with.
 *
 * @param certificate of its public key
 */
public record SigningKey(PrivateKey privateKey, X509Certificate certificate) {
  /**
   * A key that everybody has who has this code: for tests and for those who install by hand. Who
   * publishes the app has a keystore.
   */
  public static SigningKey everybodys() throws GeneralSecurityException {
    return EverybodysKey.make();
  }

  /**
   * The key in a keystore (PKCS #12 or JKS).
   *
   * @param alias which; may be empty if there is but one
   * @throws IOException if there is none; the text says why
   */
  static SigningKey of(Path keystore, String password, String alias)
      throws IOException, GeneralSecurityException {
    if (password == null) {
      throw new IOException(
          "the password of " + keystore + " is missing: set APK_KEYSTORE_PASSWORD");
    }
    KeyStore keys = KeyStore.getInstance(keystore.toFile(), password.toCharArray());
    List<String> names = Collections.list(keys.aliases());
    String name = alias.isEmpty() && names.size() == 1 ? names.get(0) : alias;
    Key key = keys.getKey(name, password.toCharArray());
    if (!(key instanceof PrivateKey privateKey)
        || !(keys.getCertificate(name) instanceof X509Certificate certificate)) {
      throw new IOException(
          keystore + " has no private key '" + name + "'; it has " + names + " (-Dapk.alias)");
    }
    return new SigningKey(privateKey, certificate);
  }
}
