package org.phonemirror.testnet.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Order;
import org.phonemirror.testnet.demo.Handset;
import org.phonemirror.testnet.demo.ServicePlan;
import org.phonemirror.testnet.demo.StorageImage;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.packet.Access;
import org.phonemirror.testnet.server.MailServer;
import org.phonemirror.testnet.server.Site;
import org.phonemirror.testnet.server.VirusScanner;
import org.phonemirror.testnet.server.WebServer;

/**
 * A user, a phone, its mirror and all services, from the command line on the phone to the file on
 * both; with the web, mail and virus servers that people use.
 */
class ServicesStoryTest {
  private static final String NUMBER = "+15550081";
  private static final Duration INTERVAL = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ADDRESS = "127.36.1.1";

  @TempDir Path directory;
  private WebServer web;
  private MailServer mail;
  private String site;
  private Stage stage;
  private Handset phone;
  private Shell shell;

  @Test
  void aUserHasAllOfTheServices() throws Exception {
    int webPort = 8080; // others the download cache does not use
    int mailPort = free();
    site = "http://" + ADDRESS + ":" + webPort;
    try (WebServer nginx = WebServer.start(site("web"), webPort);
        MailServer exim = MailServer.start(site("mail"), mailPort);
        VirusScanner clamd = VirusScanner.start(ADDRESS, free(), directory.resolve("clamd"))) {
      web = nginx;
      mail = exim;
      ServicePlan plan =
          new ServicePlan(
              ADDRESS + "/32",
              new InetSocketAddress(ADDRESS, mailPort),
              Optional.empty(),
              clamd.address());
      try (Stage opened =
              new Stage(
                  directory.resolve("stage"), Access.NAT, network -> network.offerServices(plan));
          Handset handset = opened.phone(NUMBER, INTERVAL)) {
        stage = opened;
        phone = handset;
        shell = Shell.open(phone.guest());
        fetches();
        sends();
        cancels();
        scans();
        compare();
      }
    }
  }

  /** Something that is there, and something that is not. */
  private void fetches() throws Exception {
    shell.line("mirror-get " + site + "/download/3m big.bin");
    shell.line("mirror-get " + site + "/nowhere.bin");
    awaitNotice("file-failed: the server has no such file (404); check the URL");
    awaitNotice("file-cached: big.bin (3.0 MB) can be fetched");
    assertThat(web.accessLog()).content().contains("GET /download/3m");

    // a metered network: the user says when
    shell.line("mirror-fetch");
    awaitNotice("file-fetched: 'Downloads/big.bin' is there");
  }

  /** One order for two people. */
  private void sends() throws Exception {
    shell.line(
        "mirror-send /data/Downloads/big.bin bob@mail.example " + site + "/upload/big.bin -s Hi");
    awaitNotice("upload-sent: big.bin is sent to all 2 recipients");
    assertThat(web.uploads().resolve("big.bin"))
        .hasBinaryContent(Files.readAllBytes(web.file("download/3m")));
    Story.await("mail", PATIENCE, () -> !mail.messages().isEmpty());
    List<Order> sent = orders("upload", "send");
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).fields())
        .filteredOn(field -> field.name().equals("to"))
        .extracting(Field::value)
        .containsExactly("mailto:bob@mail.example", site + "/upload/big.bin");
  }

  /** Nobody takes it there, so there is time. */
  private void cancels() throws Exception {
    shell.line("mirror-send /data/Downloads/big.bin http://" + ADDRESS + ":" + free() + "/x");
    Story.await("the order", PATIENCE, () -> orders("upload", "send").size() == 2);
    String id = Long.toString(orders("upload", "send").get(1).id());
    shell.line("mirror-cancel " + id.substring(id.length() - 6));
    awaitNotice("upload-cancelled: ");
  }

  private void scans() throws Exception {
    String eicar = new String(VirusScanner.eicar(), US_ASCII);
    shell.line("printf %s '" + eicar + "' > /data/files/game.apk");
    shell.line("mirror-scan -q /data/files /data/Downloads");
    awaitNotice("scan-handled: 'files/game.apk' is in quarantine");
    awaitNotice("scan-result: ");
    assertThat(said()).contains("notice scan-finding: ").contains("Eicar-Test");
  }

  private void compare() throws Exception {
    stage.awaitFollowed(NUMBER);
    stage.switchOffAndCompare(NUMBER, phone);
    byte[] content = Files.readAllBytes(web.file("download/3m"));
    for (Path image :
        List.of(phone.guest().dataImage(), stage.server().savedImage(Stage.subscriber(NUMBER)))) {
      assertThat(file(image, "Downloads/big.bin")).as("big.bin in %s", image).isEqualTo(content);
      assertThatThrownBy(() -> file(image, "files/game.apk"))
          .as("malware in %s", image)
          .isInstanceOf(NoSuchFileException.class);
    }
    assertThat(mail.messages()).as("each recipient has it once").hasSize(1);
    assertThat(web.accessLog())
        .content()
        .containsOnlyOnce("GET /download/3m")
        .containsOnlyOnce("PUT /upload/big.bin");
  }

  private static byte[] file(Path image, String name) throws IOException {
    return StorageImage.read(image, view -> Files.readAllBytes(view.resolve(name)));
  }

  /** The orders that the server has got. */
  private List<Order> orders(String service, String action) throws Exception {
    return stage.batches(NUMBER).stream()
        .flatMap(batch -> batch.orders().stream())
        .filter(order -> order.service().equals(service))
        .filter(order -> order.first("action").filter(action::equals).isPresent())
        .toList();
  }

  private void awaitNotice(String text) throws Exception {
    awaitNotice(text, 1);
  }

  private void awaitNotice(String text, int times) throws Exception {
    String line = "notice " + text;
    Story.await(
        line + " (" + times + ")",
        PATIENCE,
        () -> said().lines().filter(said -> said.contains(line)).count() == times);
  }

  /** What the Syn-Client has told its user, among others. */
  private String said() throws IOException {
    return Files.readString(phone.guest().serialLog(), ISO_8859_1);
  }

  private Site site(String name) throws IOException {
    return Site.here(ADDRESS, Files.createDirectories(directory.resolve(name)));
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(ADDRESS, 0));
      return socket.getLocalPort();
    }
  }
}
