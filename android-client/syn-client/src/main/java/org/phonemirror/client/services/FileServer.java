package org.phonemirror.client.services;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * The server that has the fetched files. If the settings name a certificate, nothing but TLS with a
 * chain that ends there will do; the host's name is checked in any case.
 */
public final class FileServer {
  private static final int CONNECT_MILLIS = 30_000;
  private static final int READ_MILLIS = 30_000;

  private final Optional<SSLSocketFactory> pinned;

  private FileServer(Optional<SSLSocketFactory> pinned) {
    this.pinned = pinned;
  }

  /**
   * By the settings.
   *
   * @param certificate X.509 (DER) of the server or its authority; empty for those of the system
   * @throws IllegalArgumentException if it is no certificate
   */
  public static FileServer trusting(byte[] certificate) {
    if (certificate.length == 0) {
      return new FileServer(Optional.empty());
    }
    try {
      Certificate anchor =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(certificate));
      KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      anchors.setCertificateEntry("files-ca", anchor);
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(anchors);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return new FileServer(Optional.of(context.getSocketFactory()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("files-ca is no certificate: " + e.getMessage(), e);
    }
  }

  /** Whether files may come from there. */
  public boolean allows(URI from) {
    String scheme = String.valueOf(from.getScheme());
    boolean known = scheme.equals("https") || (scheme.equals("http") && !pinned.isPresent());
    return known && from.getHost() != null;
  }

  /** Asks for a file from a byte on; nothing has been sent yet. */
  public HttpURLConnection open(URI from, long offset) throws IOException {
    URLConnection opened = from.toURL().openConnection();
    if (!(opened instanceof HttpURLConnection http)) {
      throw new IOException("'" + from.getScheme() + "' is not HTTP");
    }
    if (http instanceof HttpsURLConnection https) {
      pinned.ifPresent(https::setSSLSocketFactory);
    }
    http.setConnectTimeout(CONNECT_MILLIS);
    http.setReadTimeout(READ_MILLIS);
    http.setInstanceFollowRedirects(false);
    http.setUseCaches(false);
    http.setRequestProperty("Accept-Encoding", "identity");
    if (offset > 0) {
      http.setRequestProperty("Range", "bytes=" + offset + "-");
    }
    return http;
  }
}
