package org.phonemirror.hss.diameter;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a node needs to speak Diameter over TLS (RFC 6733 §13.1): both sides show a certificate.
 *
 * @param keyStore PKCS#12 or JKS file with one private key and the chain of its certificate, which
 *     names the node's Origin-Host
 * @param keyStorePassword also of the key in it
 * @param trustStore PKCS#12 or JKS file with the certificates of the authorities that peers'
 *     certificates must come from
 * @param trustStorePassword of that file
 */
public record Tls(
    Path keyStore, String keyStorePassword, Path trustStore, String trustStorePassword) {
  /**
   * Reads the files.
   *
   * @throws IOException if one of them cannot be used; the text names it and says why
   */
  public SSLContext context() throws IOException {
    KeyStore keys = load("key store", keyStore, keyStorePassword);
    KeyStore trusted = load("trust store", trustStore, trustStorePassword);
    try {
      if (Collections.list(keys.aliases()).stream().noneMatch(alias -> isKey(keys, alias))) {
        throw new IOException("key store " + keyStore + " holds no private key");
      }
      if (!trusted.aliases().hasMoreElements()) {
        throw new IOException("trust store " + trustStore + " holds no certificate");
      }
      KeyManagerFactory own =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      own.init(keys, keyStorePassword.toCharArray());
      TrustManagerFactory others =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      others.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.getKeyManagers(), others.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "the key in " + keyStore + " cannot be used (" + e.getMessage() + ")", e);
    }
  }

  private static boolean isKey(KeyStore keys, String alias) {
    try {
      return keys.isKeyEntry(alias);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key store that was read is not initialized", e);
    }
  }

  private static KeyStore load(String what, Path path, String password) throws IOException {
    File file = path.toFile();
    if (!file.canRead()) {
      throw new IOException(what + " " + path + " cannot be read: is it there, and permitted?");
    }
    try {
      return KeyStore.getInstance(file, password.toCharArray());
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(
          what
              + " "
              + path
              + " is no PKCS#12 or JKS file of that password ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** Without the passwords: this may end up in a log. */
  @Override
  public String toString() {
    return "Tls[" + keyStore + ", " + trustStore + "]";
  }
}
