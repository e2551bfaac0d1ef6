package org.phonemirror.core.download.serve;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Where and how files are served.
 *
 * @param address to listen at
 * @param keyStore for TLS; plain HTTP without
 * @param maxConnections most at a time
 * @param maxConnectionsPerAddress most of them from one IP address
 * @param idleTime how long a connection may stand still
 */
public record FileServerSettings(
    InetSocketAddress address,
    Optional<KeyStoreFile> keyStore,
    int maxConnections,
    int maxConnectionsPerAddress,
    Duration idleTime) {
  /**
   * The server's certificate with its key.
   *
   * @param file PKCS#12
   * @param password of it
   */
  public record KeyStoreFile(Path file, String password) {
    /**
     * What phones verify the server by: the last certificate of its chain, which is its own if
     * nobody else has signed it.
     *
     * @return X.509, DER
     * @throws IOException naming the file that can't be used
     */
    public byte[] anchor() throws IOException {
      try {
        KeyStore keys = load();
        for (String alias : Collections.list(keys.aliases())) {
          if (keys.isKeyEntry(alias)) {
            List<Certificate> chain = List.of(keys.getCertificateChain(alias));
            return chain.get(chain.size() - 1).getEncoded();
          }
        }
        throw new IOException("there is no key in it");
      } catch (GeneralSecurityException | IOException e) {
        throw unusable(e);
      }
    }

    KeyStore load() throws GeneralSecurityException, IOException {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        keys.load(in, password.toCharArray());
      }
      return keys;
    }

    IOException unusable(Exception cause) {
      return new IOException("can't use the key store " + file + ": " + cause.getMessage(), cause);
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }

  /** The values to use where there is no reason for others. */
  public static FileServerSettings at(InetSocketAddress address, Optional<KeyStoreFile> keyStore) {
    return new FileServerSettings(address, keyStore, 1000, 16, Duration.ofSeconds(60));
  }
}
