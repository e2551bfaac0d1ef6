package org.phonemirror.core.download.serve;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
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
