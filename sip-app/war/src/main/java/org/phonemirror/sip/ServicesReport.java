package org.phonemirror.sip;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The services' part of {@code ./mirror status}: their lines of the server's health. */
final class ServicesReport {
  private static final List<String> SERVICES =
      List.of("download", "upload", "antivirus", "firewall");

  private ServicesReport() {}

  /** Asks a server and prints what it says of its services; nothing if it has none. */
  static void print(PrintStream out, HttpClient client, String server, Duration patience)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server + "/health")).timeout(patience).build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    answer
        .body()
        .lines()
        .map(line -> line.split(" ", 3))
        .filter(words -> words.length == 3 && SERVICES.contains(words[0]))
        .forEach(
            words -> {
              String mark = words[1].equals("ok") ? " " : "!";
              out.printf(Locale.ROOT, "%s %-9s %s%n", mark, words[0], words[2]);
            });
  }
}
