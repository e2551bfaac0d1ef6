package org.phonemirror.client.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.client.services.ServicesBench.cached;
import static org.phonemirror.client.services.ServicesBench.network;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.FileServices;
import org.phonemirror.sync.StorageScope;

/** Files come from the server whose certificate the settings name, and from nobody else. */
@Timeout(120)
class PinnedServerTest {
  private static final String HOST = "127.65.1.2";
  private static final byte[] CONTENT = "precious".getBytes(StandardCharsets.UTF_8);
  private static final String PASSWORD = "changeit";

  @TempDir Path directory;

  /** A self-signed key for an address, made by the JDK's own tool. */
  private KeyStore key(String address) throws Exception {
    Path file = directory.resolve(address + ".p12");
    Process tool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=files",
                "-ext",
                "san=ip:" + address,
                "-alias",
                "files",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(tool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static HttpsServer serve(KeyStore key) throws Exception {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(key, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(new InetSocketAddress(HOST, 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT);
          }
        });
    server.start();
    return server;
  }

  private static void trust(ServicesBench bench, KeyStore key) throws Exception {
    byte[] certificate = key.getCertificate("files").getEncoded();
    bench.onEngine(
        () ->
            bench
                .services
                .engineSide()
                .settings(FileServices.USUAL.withCertificate(certificate), StorageScope.ALL));
  }

  @Test
  void theNamedCertificateIsTrustedForItsHostAlone() throws Exception {
    KeyStore own = key(HOST);
    KeyStore elsewhere = key("127.65.1.3");
    HttpsServer server = serve(own);
    HttpsServer wrongName = serve(elsewhere);
    String from = "https://" + HOST + ":" + server.getAddress().getPort() + "/token";
    String fromWrong = "https://" + HOST + ":" + wrongName.getAddress().getPort() + "/token";
    try (ServicesBench bench = new ServicesBench(directory, network(true))) {
      Fetcher fetcher = new Fetcher();
      try (fetcher) {
        Path part = directory.resolve("part");
        Fetcher.Wanted good =
            new Fetcher.Wanted(
                java.net.URI.create(from), part, CONTENT.length, ServicesBench.sha256(CONTENT));
        assertThat(fetch(fetcher, good).outcome()).isEqualTo(Fetcher.Outcome.INTERRUPTED);
        fetcher.setServer(FileServer.trusting(elsewhere.getCertificate("files").getEncoded()));
        assertThat(fetch(fetcher, good).outcome()).isEqualTo(Fetcher.Outcome.INTERRUPTED);
        Fetcher.Wanted bad =
            new Fetcher.Wanted(
                java.net.URI.create(fromWrong),
                part,
                CONTENT.length,
                ServicesBench.sha256(CONTENT));
        Fetcher.Result misnamed = fetch(fetcher, bad);
        assertThat(misnamed.outcome()).isEqualTo(Fetcher.Outcome.INTERRUPTED);
        assertThat(misnamed.text()).contains(HOST);
        assertThat(part).doesNotExist();
      }
      trust(bench, own);
      bench.come(cached(from, "a", CONTENT));
      bench.await("file-cached");
      assertThat(bench.services.fetch("").get(20, TimeUnit.SECONDS)).isEqualTo(1);
      bench.await("file-fetched");
      assertThat(directory.resolve("data/Downloads/a")).hasBinaryContent(CONTENT);
    } finally {
      server.stop(0);
      wrongName.stop(0);
    }
  }

  private static Fetcher.Result fetch(Fetcher fetcher, Fetcher.Wanted wanted) throws Exception {
    java.util.concurrent.CompletableFuture<Fetcher.Result> done =
        new java.util.concurrent.CompletableFuture<>();
    fetcher.fetch(wanted, done::complete);
    return done.get(20, TimeUnit.SECONDS);
  }

  @Test
  void withACertificateNothingComesWithoutTls() throws Exception {
    FileServer server = FileServer.trusting(key(HOST).getCertificate("files").getEncoded());
    assertThat(server.allows(java.net.URI.create("http://" + HOST + "/x"))).isFalse();
    assertThat(server.allows(java.net.URI.create("https://" + HOST + "/x"))).isTrue();
    assertThatThrownBy(() -> FileServer.trusting(new byte[] {1, 2, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("files-ca");
  }
}
