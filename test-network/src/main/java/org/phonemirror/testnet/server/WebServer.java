package org.phonemirror.testnet.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.phonemirror.testnet.program.Daemon;
import org.phonemirror.testnet.program.Program;

/**
 * An nginx with a small web: pages and links, redirects ({@code /old}, {@code /moved}), a cookie
 * ({@code /cookie}), downloads ({@code /download/200k}, {@code /download/3m}), the same slowly
 * ({@code /slow/}), a page in chunks ({@code /chunked/now.html}), a connection that is closed
 * without an answer ({@code /hang-up}), uploads by PUT ({@code /upload/NAME}) and POST ({@code
 * /post}).
 */
public final class WebServer implements AutoCloseable {
  /** Octets of {@code /download/200k}. */
  public static final int SMALL_DOWNLOAD = 200_000;

  /** Octets of {@code /download/3m}. */
  public static final int LARGE_DOWNLOAD = 3_000_000;

  private static final Duration START = Duration.ofSeconds(20);
  private static final String NOT_INSTALLED =
      "nginx is not installed: install the package nginx-light";
  private static final List<String> PAGES =
      List.of(
          "index.html", "missing.html", "pages/news.html", "pages/weather.html", "pages/now.html");

  private final Path directory;
  private final Daemon daemon;

  private WebServer(Path directory, Daemon daemon) {
    this.directory = directory;
    this.daemon = daemon;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @throws IOException if it is not installed or cannot listen; with the end of its log
   */
  public static WebServer start(Site site, int port) throws IOException {
    Path binary = Program.find("nginx").orElseThrow(() -> new IOException(NOT_INSTALLED));
    Path directory = site.directory();
    Files.createDirectories(directory.resolve("nginx-temp"));
    Files.createDirectories(directory.resolve("upload"));
    writeSite(directory.resolve("site"));
    Path config = directory.resolve("nginx.conf");
    Files.writeString(
        config,
        Program.configuration(
            WebServer.class,
            "nginx.conf",
            Map.of(
                "DIR",
                directory.toString(),
                "ADDRESS",
                site.address(),
                "PORT",
                Integer.toString(port))));
    Daemon daemon =
        Daemon.start(
            "nginx",
            site.runner(),
            List.of(
                binary.toString(),
                "-p",
                directory.toString(),
                "-e",
                directory.resolve("nginx-error.log").toString(),
                "-c",
                config.toString()),
            directory);
    return new WebServer(directory, daemon.whenListening(Daemon.Protocol.TCP, port, START));
  }

  /** Pages as they are in the archive, downloads of always the same random octets. */
  private static void writeSite(Path root) throws IOException {
    for (String page : PAGES) {
      Path file = root.resolve(page);
      Files.createDirectories(file.getParent());
      try (InputStream in = WebServer.class.getResourceAsStream("site/" + page)) {
        Files.write(file, in.readAllBytes());
      }
    }
    Files.createDirectories(root.resolve("download"));
    Files.write(root.resolve("download/200k"), octets(SMALL_DOWNLOAD));
    Files.write(root.resolve("download/3m"), octets(LARGE_DOWNLOAD));
  }

  private static byte[] octets(int length) {
    byte[] octets = new byte[length];
    new Random(length).nextBytes(octets);
    return octets;
  }

  /** Whether it is there, without which {@link #start} fails. */
  public static boolean isInstalled() {
    return Program.find("nginx").isPresent();
  }

  /** Serves so many octets more, always the same, at a path. */
  public void add(String path, int octets) throws IOException {
    Files.write(file(path), octets(octets));
  }

  /** What is served, by its path. */
  public Path file(String path) {
    return directory.resolve("site").resolve(path);
  }

  /** Where uploads are. */
  public Path uploads() {
    return directory.resolve("upload");
  }

  /** A line for each request: time, client, connection, request, status, octets, cookie, agent. */
  public Path accessLog() {
    return directory.resolve("nginx-access.log");
  }

  @Override
  public void close() {
    daemon.close();
  }
}
