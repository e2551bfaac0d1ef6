package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.firewall.FirewallService;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.sip.config.MirrorConfig;

/** What the configuration asks for is there, and gone afterwards. */
class ServicePlaneTest {
  private static final String HOST = "127.17.0.41";

  private static final String WITHOUT_SERVICES =
      """
      sip.uri = sip:mirror@127.17.0.41:5080
      state.directory = state
      template.directory = templates
      sync.bind = 127.17.0.41:5684
      sync.advertised = 127.17.0.41:5684
      diameter.host = mirror.as.ims.test
      diameter.realm = as.ims.test
      diameter.address = 127.17.0.41:3868
      diameter.peer-host = hss.ims.test
      diameter.peer = 127.17.0.42:3868
      diameter.peer-realm = ims.test
      """;

  private static final String SERVICES =
      """
      traffic.address = 127.17.0.41
      download.address = 127.17.0.41:8085
      download.url = http://127.17.0.41:8085/
      download.allowed-networks = 127.17.0.0/16
      upload.mms-relay = http://127.17.0.43/
      upload.mail-server = 127.17.0.43:587
      upload.mail-sender = {user}@mail.example
      upload.mail-security = none
      upload.web = on
      antivirus.clamd = 127.17.0.43:3310
      """;

  @TempDir Path directory;

  @Test
  void whatIsConfiguredIsOfferedAlsoAfterARestart() throws Exception {
    MirrorConfig config = config(WITHOUT_SERVICES + SERVICES);
    for (int start = 0; start < 2; start++) {
      try (ServicePlane plane = open(config)) {
        plane.start();
        assertThat(plane.services())
            .extracting(MirrorService::name)
            .containsExactly("download", "upload", "antivirus", "firewall");
        assertThat(plane.observer()).isPresent();
        assertThat(ServiceHealth.looks(plane.figures()))
            .extracting(ServiceHealth.Look::name)
            .containsExactly("download", "upload", "antivirus", "firewall");
        assertThat(ServiceMetrics.format(plane.figures()))
            .contains("phonemirror_download_files 0\n", "phonemirror_firewall_rules 0\n");
        HttpResponse<String> answer =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create("http://" + HOST + ":8085/files/x")).build(),
                    HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(404);
      }
    }
  }

  @Test
  void phonesAreToldTheCertificateOfTheFileServer() throws Exception {
    Path keys = directory.resolve("files.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String make = " -genkeypair -keyalg EC -dname CN=files -storetype PKCS12 -storepass secret";
    String command = keytool + make + " -keystore " + keys;
    assertThat(new ProcessBuilder(command.split(" ")).inheritIO().start().waitFor()).isZero();
    KeyStore store = KeyStore.getInstance(keys.toFile(), "secret".toCharArray());

    String tls = "download.key-store = files.p12\ndownload.key-store-password = secret\n";
    try (ServicePlane plane = open(config(WITHOUT_SERVICES + SERVICES + tls))) {
      assertThat(plane.filesCertificate()).isEqualTo(store.getCertificate("mykey").getEncoded());
    }
    try (ServicePlane plane = open(config(WITHOUT_SERVICES + SERVICES))) {
      assertThat(plane.filesCertificate()).isEmpty();
    }
  }

  @Test
  void aNodeThatIsToBlockMayBeAwayAndIsMissed() throws Exception {
    String node = "firewall.nft = /there/is/no/nft\n";
    try (ServicePlane plane = open(config(WITHOUT_SERVICES + SERVICES + node))) {
      FirewallService firewall = plane.observer().orElseThrow();
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (firewall.stats().enforcementFailure().isEmpty()) {
        assertThat(System.nanoTime()).as("it is tried").isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThat(ServiceHealth.part(firewall.stats()).detail()).contains("/there/is/no/nft");
    }
  }

  @Test
  void withoutKeysThereIsNoService() throws Exception {
    try (ServicePlane plane = open(config(WITHOUT_SERVICES))) {
      assertThat(plane.services()).isEmpty();
      assertThat(plane.observer()).isEmpty();
    }
  }

  @Test
  void usedPhonesAreCopiedWhereThatIsConfigured() throws Exception {
    try (ServicePlane plane = open(config(WITHOUT_SERVICES + SERVICES))) {
      assertThat(plane.cloning().isOn()).isFalse();
    }
    try (ServicePlane plane = open(config(WITHOUT_SERVICES + SERVICES + "\nclone = shared\n"))) {
      assertThat(plane.cloning().isOn()).isTrue();
    }
    assertThatThrownBy(() -> config(WITHOUT_SERVICES + "\nclone = own\n"))
        .hasMessageContaining("clone needs download.address");
  }

  private ServicePlane open(MirrorConfig config) throws Exception {
    QemuDriver driver =
        new QemuDriver(
            directory.resolve("templates"), config.stateDirectory(), QemuSettings.defaults());
    return ServicePlane.open(
        config,
        driver,
        (subscriber, notice) -> CompletableFuture.completedFuture(null),
        (subscriber, contentType, body) -> CompletableFuture.completedFuture(null),
        Clock.systemUTC());
  }

  private MirrorConfig config(String text) throws Exception {
    Path file = directory.resolve("mirror.properties");
    Files.createDirectories(directory.resolve("state"));
    Files.writeString(file, text);
    return MirrorConfig.load(file);
  }
}
