package org.phonemirror.testnet.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.phonemirror.testnet.program.Program;

/** A freeDiameter that relays to the HSS: its directory and its process. */
public final class FreeDiameter implements AutoCloseable {
  /** Origin-Host of the relay. */
  public static final String HOST = "relay.dra.test";

  private static final String REALM = "dra.test";
  private static final String NOT_INSTALLED =
      "freeDiameter is not installed: install the packages freediameterd, freediameter-extensions"
          + " and openssl";
  private static final List<String> FILES = List.of("relay.conf", "route.conf", "admitted.conf");
  private static final long STOP_SECONDS = 10;
  private static final long KEY_SECONDS = 30;
  private static final int LOG_TAIL = 2_000;

  private final Path directory;
  private final Process process;
  private final Thread hook;

  /**
   * TLS towards those who connect to the relay; the HSS it reaches in the clear.
   *
   * @param port where they do, on all addresses of this machine
   * @param certificate of the relay, PEM; it names {@link #HOST}
   * @param key to it, PEM
   * @param authority that has issued the certificates of those who connect, PEM
   */
  public record Secured(int port, Path certificate, Path key, Path authority) {}

  private FreeDiameter(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
    this.hook = new Thread(process::destroyForcibly, "freediameter-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts a relay; it begins to connect to the HSS.
   *
   * @param directory for configuration and log
   * @param port on all addresses of this machine
   * @param hssHost Origin-Host of the HSS
   * @param home realm of the HSS
   * @param others of that realm, to which it connects, too, by their Origin-Hosts
   * @throws IOException if it is not installed, or ends at once; with the end of its log
   */
  public static FreeDiameter start(
      Path directory,
      int port,
      String hssHost,
      InetSocketAddress hss,
      String home,
      Map<String, InetSocketAddress> others)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Path certificate = directory.resolve("cert.pem");
    if (!Files.exists(certificate)) {
      makeKeys(directory);
    }
    Secured none = new Secured(0, certificate, directory.resolve("key.pem"), certificate);
    return start(directory, port, none, hssHost, hss, home, others);
  }

  /** The same with TLS, too. */
  public static FreeDiameter start(
      Path directory,
      int port,
      Secured secured,
      String hssHost,
      InetSocketAddress hss,
      String home,
      Map<String, InetSocketAddress> others)
      throws IOException, InterruptedException {
    Path binary = binary().orElseThrow(() -> new IOException(NOT_INSTALLED));
    Files.createDirectories(directory);
    StringBuilder peers = new StringBuilder(peer(hssHost, hss, home));
    others.forEach((host, address) -> peers.append(peer(host, address, home)));
    Map<String, String> values =
        Map.ofEntries(
            Map.entry("HOST", HOST),
            Map.entry("REALM", REALM),
            Map.entry("PORT", Integer.toString(port)),
            Map.entry("SECURE_PORT", Integer.toString(secured.port)),
            Map.entry("CERTIFICATE", secured.certificate.toString()),
            Map.entry("KEY", secured.key.toString()),
            Map.entry("AUTHORITY", secured.authority.toString()),
            Map.entry("DIR", directory.toString()),
            Map.entry("HSS_HOST", hssHost),
            Map.entry("PEERS", peers.toString()),
            Map.entry("HOME", home));
    for (String file : FILES) {
      Files.writeString(
          directory.resolve(file), Program.configuration(FreeDiameter.class, file, values));
    }
    if (!Files.exists(directory.resolve("dh.pem"))) {
      run(
          directory,
          "openssl genpkey -genparam -algorithm DH -pkeyopt group:ffdhe2048 -out dh.pem");
    }
    Process process =
        new ProcessBuilder(binary.toString(), "-c", directory.resolve("relay.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("relay.log").toFile())
            .start();
    FreeDiameter relay = new FreeDiameter(directory, process);
    if (process.waitFor(500, TimeUnit.MILLISECONDS)) {
      relay.close();
      throw new IOException("freeDiameter has ended:\n" + relay.logTail());
    }
    return relay;
  }

  private static String peer(String host, InetSocketAddress address, String realm) {
    return "ConnectPeer = \"%s\" { ConnectTo = \"%s\"; Port = %d; No_TLS; Realm = \"%s\"; };%n"
        .formatted(host, address.getAddress().getHostAddress(), address.getPort(), realm);
  }

  /** It insists on a certificate, even where no connection uses TLS. */
  private static void makeKeys(Path directory) throws IOException, InterruptedException {
    run(
        directory,
        "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN="
            + HOST
            + " -keyout key.pem -out cert.pem");
  }

  private static void run(Path directory, String command) throws IOException, InterruptedException {
    Path log = directory.resolve("openssl.log");
    Process process =
        new ProcessBuilder(command.split(" "))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (!process.waitFor(KEY_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(command + " does not end");
    }
    if (process.exitValue() != 0) {
      throw new IOException(command + " failed:\n" + Files.readString(log));
    }
  }

  /** Whether it is there, without which {@link #start} fails. */
  public static boolean isInstalled() {
    return binary().isPresent();
  }

  private static Optional<Path> binary() {
    return Program.find("freeDiameterd");
  }

  /** The end of its log. */
  public String logTail() throws IOException {
    String text = Files.readString(directory.resolve("relay.log"));
    return text.substring(Math.max(0, text.length() - LOG_TAIL));
  }

  /** Stops it; so does the end of this process. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      process.destroyForcibly(); // this process ends, too
    }
  }
}
