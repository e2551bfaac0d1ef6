package org.phonemirror.testnet.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.testnet.demo.Story;

/** The servers that phones talk to, on loopback. */
class ServersTest {
  private static final String ADDRESS = "127.33.1.1";

  @TempDir Path directory;

  private final HttpClient http =
      HttpClient.newBuilder()
          .cookieHandler(new CookieManager())
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  @Test
  void theWebHasWhatBrowsersMeet() throws Exception {
    assumeTrue(WebServer.isInstalled(), "nginx is not installed");
    int port = freePort();
    String site = "http://" + ADDRESS + ":" + port;
    try (WebServer web = WebServer.start(Site.here(ADDRESS, directory), port)) {
      assertThat(get(site + "/").body()).contains("Start page", "/pages/news.html");
      HttpResponse<String> redirected = get(site + "/moved");
      assertThat(redirected.uri().getPath()).isEqualTo("/pages/news.html");
      assertThat(get(site + "/cookie").body()).contains("your cookie: ", "phone");
      HttpResponse<String> chunked = get(site + "/chunked/now.html");
      assertThat(chunked.headers().firstValue("transfer-encoding")).contains("chunked");
      assertThat(chunked.body()).contains("Java-http-client");
      HttpResponse<String> missing = get(site + "/nowhere");
      assertThat(missing.statusCode()).isEqualTo(404);
      assertThat(missing.body()).contains("There is no such page");
      assertThatThrownBy(() -> get(site + "/hang-up")).isInstanceOf(IOException.class);
      HttpRequest download = HttpRequest.newBuilder(URI.create(site + "/download/3m")).build();
      byte[] octets = http.send(download, BodyHandlers.ofByteArray()).body();
      assertThat(octets)
          .hasSize(WebServer.LARGE_DOWNLOAD)
          .isEqualTo(Files.readAllBytes(web.file("download/3m")));
      assertThat(Files.readString(web.accessLog())).contains("\"GET /download/3m HTTP/1.1\" 200");
    }
  }

  @Test
  void whatIsPutOrPostedIsKept() throws Exception {
    assumeTrue(WebServer.isInstalled(), "nginx is not installed");
    int port = freePort();
    String site = "http://" + ADDRESS + ":" + port;
    try (WebServer web = WebServer.start(Site.here(ADDRESS, directory), port)) {
      HttpRequest put =
          HttpRequest.newBuilder(URI.create(site + "/upload/trip/1.txt"))
              .PUT(BodyPublishers.ofString("day 1"))
              .build();
      assertThat(http.send(put, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
      assertThat(web.uploads().resolve("trip/1.txt")).content().isEqualTo("day 1");
      HttpRequest post =
          HttpRequest.newBuilder(URI.create(site + "/post"))
              .POST(BodyPublishers.ofString("text=hello"))
              .build();
      assertThat(http.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
      try (Stream<Path> all = Files.list(web.uploads())) {
        assertThat(all.filter(Files::isRegularFile))
            .singleElement()
            .satisfies(file -> assertThat(file).content().isEqualTo("text=hello"));
      }
    }
  }

  @Test
  void mailIsDeliveredWithItsEnvelope() throws Exception {
    assumeTrue(MailServer.isInstalled(), "Exim is not installed");
    int port = freePort();
    try (MailServer mail = MailServer.start(Site.here(ADDRESS, directory), port);
        SmtpClient client = new SmtpClient(ADDRESS, port)) {
      client.send(
          "user@phone.example",
          List.of("bob@mail.example", "eve@mail.example"),
          "Subject: hello\r\n\r\nThe bridge is open.\r\n");
      Story.await("delivery", Duration.ofSeconds(20), () -> !mail.messages().isEmpty());
      assertThat(Files.readString(mail.messages().get(0)))
          .contains("Return-path: <user@phone.example>", "The bridge is open.")
          .containsPattern("Envelope-to: bob@mail.example,\\s+eve@mail.example");
    }
  }

  @Test
  void whatWasDeliveredIsInTheMailboxUntilItIsDeleted() throws Exception {
    assumeTrue(MailServer.isInstalled(), "Exim is not installed");
    assumeTrue(ImapServer.isInstalled(), "Dovecot is not installed");
    int smtp = freePort();
    Site site = Site.here(ADDRESS, directory);
    try (MailServer mail = MailServer.start(site, smtp);
        SmtpClient sender = new SmtpClient(ADDRESS, smtp)) {
      int imap = freePort();
      try (ImapServer mailbox = ImapServer.start(site, mail.maildir(), imap);
          ImapClient reader = new ImapClient(ADDRESS, imap);
          ImapClient another = new ImapClient(ADDRESS, imap)) {
        sender.send(
            "user@phone.example",
            List.of("bob@mail.example"),
            "Subject: hello\r\n\r\nThe bridge is open.\r\n");
        Story.await("delivery", Duration.ofSeconds(20), () -> !mail.messages().isEmpty());

        assertThat(reader.logIn(ImapServer.USER, ImapServer.PASSWORD))
            .as("challenge of the moment")
            .isNotEqualTo(another.logIn(ImapServer.USER, ImapServer.PASSWORD));
        assertThat(reader.command("SELECT INBOX")).contains("* 1 EXISTS");
        assertThat(reader.command("FETCH 1 BODY[TEXT]")).contains("The bridge is open.");
        assertThat(mail.messages()).as("also when they were read").hasSize(1);
        reader.command("STORE 1 +FLAGS (\\Deleted)");
        assertThat(reader.command("EXPUNGE")).contains("* 1 EXPUNGE");
        assertThat(mail.messages()).isEmpty();
        assertThat(another.command("SELECT INBOX")).contains("* 0 EXISTS");
      }
    }
  }

  @Test
  void aMailboxIsForItsUserAlone() throws Exception {
    assumeTrue(ImapServer.isInstalled(), "Dovecot is not installed");
    int port = freePort();
    try (ImapServer mailbox =
            ImapServer.start(Site.here(ADDRESS, directory), directory.resolve("mail"), port);
        ImapClient reader = new ImapClient(ADDRESS, port)) {
      assertThatThrownBy(() -> reader.logIn(ImapServer.USER, "guess"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("NO [AUTHENTICATIONFAILED]");
    }
  }

  @Test
  void aServerWhosePortIsTakenTellsSo() throws Exception {
    assumeTrue(WebServer.isInstalled(), "nginx is not installed");
    assumeTrue(MailServer.isInstalled(), "Exim is not installed");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
      int port = taken.getLocalPort();
      assertThatThrownBy(() -> WebServer.start(Site.here(ADDRESS, directory), port))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Address already in use");
      assertThatThrownBy(() -> MailServer.start(Site.here(ADDRESS, directory), port))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Address already in use");
      if (ImapServer.isInstalled()) {
        assertThatThrownBy(
                () ->
                    ImapServer.start(
                        Site.here(ADDRESS, directory), directory.resolve("mail"), port))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("Address already in use");
      }
    }
  }

  private HttpResponse<String> get(String uri) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(20)).build();
    return http.send(request, BodyHandlers.ofString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
      return socket.getLocalPort();
    }
  }
}
