package org.phonemirror.core.tls;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The key of a test's server and the certificate that it has signed itself, made with the JDK's
 * keytool.
 *
 * @param file PKCS#12, under {@link #PASSWORD}
 */
public record TestKeys(Path file) {
  public static final String PASSWORD = "secret-of-a-test";

  /** For hosts as {@code dns:files.test} or {@code ip:127.0.0.1}. */
  public static TestKeys of(Path file, String host) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> command =
        List.of(
            keytool,
            "-genkeypair",
            "-keyalg",
            "EC",
            "-dname",
            "CN=test",
            "-ext",
            "SAN=" + host,
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            PASSWORD);
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IllegalStateException("keytool ended with status " + status);
    }
    return new TestKeys(file);
  }

  private KeyStore load() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    keys.setCertificateEntry("trusted", keys.getCertificate("mykey"));
    return keys;
  }

  /** The server's certificate, X.509 in DER. */
  public byte[] certificate() throws Exception {
    return load().getCertificate("mykey").getEncoded();
  }

  /** Has the key, and trusts whoever has it. */
  public SSLContext context() throws Exception {
    KeyStore keys = load();
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD.toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
