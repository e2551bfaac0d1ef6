package org.phonemirror.hss.provision;

import java.io.IOException;
import java.io.Reader;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.phonemirror.hss.diameter.Tls;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.UserIdentity;

/** The command line. */
final class Options {
  static final String USAGE =
      """
      usage: ./mirror provision add    WHO --model MODEL --interval INTERVAL
                                           [profile options] [options]
             ./mirror provision show   WHO [options]
             ./mirror provision change WHO [profile options] [options]
             ./mirror provision remove WHO [options]

        WHO                   a public identity (sip:+15550001@ims.test, tel:+15550001)
                              or an MSISDN (+15550001)
        --model MODEL         phone model, which names the factory template
        --interval INTERVAL   synchronization interval, from PT1S to PT24H
        --repair-budget BYTES most bytes per interval that repair may take on a metered network
                              (otherwise 16384)
        --download-quota BYTES      most bytes that the download cache keeps (otherwise 1073741824;
                                    0 switches it off)
        --download-keep DURATION    for how long, up to P366D (otherwise P7D)
        --download-at-once yes|no   whether the phone is told by a message of its own (otherwise no)
        --upload yes|no             whether the upload relay sends for the phone (otherwise yes)
        --upload-threshold BYTES    shortest file that the phone leaves to it (otherwise 500000)
        --antivirus yes|no          whether files are scanned as they change (otherwise yes)
        --firewall FILE             rules, as the element firewall of mirror-profile.xsd; an empty
                                    element takes all rules away (otherwise none)

        --hss HOST[@ADDRESS:PORT]   the HSS: its Origin-Host, and where it listens;
                                    without an address, if a relay reaches it
        --realm REALM               realm of the HSS
        --via HOST@ADDRESS:PORT     a relay as the next hop
        --own HOST[@ADDRESS:PORT]   own Origin-Host, which the HSS must permit, and own address
                                    (otherwise provision.OWN-REALM, or with neither
                                    client.provision.REALM, at any free port)
        --own-realm REALM           own realm (otherwise the own host without its first label)
        --key-store FILE            speaks TLS, with the key and certificate of this PKCS#12 or JKS
                                    file; the certificate names the own Origin-Host
        --trust-store FILE          with the authorities that the peer's certificate may be of
        --password-file FILE        whose first line is the password of both files
        --service-indication NAME   under which the HSS holds mirror profiles
                                    (otherwise org.phonemirror)
        --server-name URI           the mirror server in initial filter criteria, as sip.uri has it
        --config FILE               takes HSS, realm and server name from a server's configuration
        --timeout SECONDS           for the connection and for each answer (otherwise 5)

      exit status: 0 done, 2 wrong command line, 3 refused, 4 may work later
      """;

  private static final Duration IDLE = Duration.ofSeconds(12);
  private static final Set<String> COMMANDS = Set.of("add", "show", "change", "remove");
  private static final Set<String> OTHERS =
      Set.of(
          "--hss",
          "--realm",
          "--via",
          "--own",
          "--own-realm",
          "--key-store",
          "--trust-store",
          "--password-file",
          "--service-indication",
          "--server-name",
          "--config",
          "--timeout");

  private final String command;
  private final UserIdentity who;
  private final Map<String, String> values;

  private Options(String command, UserIdentity who, Map<String, String> values) {
    this.command = command;
    this.who = who;
    this.values = values;
  }

  static Options parse(String... args) throws Failure {
    if (args.length == 0 || !COMMANDS.contains(args[0])) {
      throw usage("which command? There are add, show, change and remove");
    }
    if (args.length == 1 || args[1].startsWith("--")) {
      throw usage(args[0] + " whom? Give a public identity or an MSISDN after the command");
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 2; i < args.length; i += 2) {
      if (!OTHERS.contains(args[i]) && !ProfileOptions.NAMES.contains(args[i])) {
        throw usage("there is no option '" + args[i] + "'");
      }
      if (i + 1 == args.length) {
        throw usage(args[i] + " needs a value");
      }
      if (values.put(args[i], args[i + 1]) != null) {
        throw usage(args[i] + " is given twice");
      }
    }
    if (values.containsKey("--config")) {
      addConfigured(Path.of(values.get("--config")), values);
    }
    try {
      return new Options(args[0], UserIdentity.parse(args[1]), values);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  /** What the command line says wins. */
  private static void addConfigured(Path file, Map<String, String> values) throws Failure {
    Properties server = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      server.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw usage("--config " + file + " cannot be read: " + e);
    }
    String host = server.getProperty("diameter.peer-host");
    String address = server.getProperty("diameter.peer");
    if (host != null && address != null) {
      values.putIfAbsent("--hss", host.strip() + "@" + address.strip());
    }
    Map.of(
            "--realm", "diameter.peer-realm",
            "--own-realm", "diameter.realm",
            "--server-name", "sip.uri")
        .forEach(
            (option, key) -> {
              if (server.getProperty(key) != null) {
                values.putIfAbsent(option, server.getProperty(key).strip());
              }
            });
  }

  String command() {
    return command;
  }

  UserIdentity who() {
    return who;
  }

  /** Those of the profile that are given. */
  List<String> givenOfProfile() {
    return ProfileOptions.NAMES.stream().filter(values::containsKey).toList();
  }

  ProfileOptions profile() throws Failure {
    return ProfileOptions.of(values);
  }

  Optional<String> serverName() {
    return value("--server-name");
  }

  Duration timeout() throws Failure {
    String text = value("--timeout").orElse("5");
    if (!text.matches("[1-9][0-9]{0,3}")) {
      throw usage("--timeout is '" + text + "', must be seconds from 1 to 9999");
    }
    return Duration.ofSeconds(Integer.parseInt(text));
  }

  ShConfig sh() throws Failure {
    Node hss =
        Node.parse("--hss", required("--hss", "the HSS, such as hss.ims.test@10.0.0.4:3868"));
    String realm = required("--realm", "the realm of the HSS, such as ims.test");
    Optional<String> via = value("--via");
    Node next = via.isPresent() ? Node.parse("--via", via.get()) : hss;
    if (next.address().isEmpty()) {
      throw usage((via.isPresent() ? "--via" : "--hss") + " needs an address: HOST@ADDRESS:PORT");
    }
    InetSocketAddress peer = next.address().get();
    Node own = own(realm);
    Duration timeout = timeout();
    try {
      ShConfig config =
          ShConfig.of(
                  own.host(),
                  value("--own-realm").orElse(realmOf(own.host())),
                  own.address().isPresent() ? own.address().get() : anyPort(peer),
                  hss.host(),
                  peer,
                  realm)
              .via(next.host(), peer)
              .withServiceIndication(
                  value("--service-indication").orElse(ShConfig.SERVICE_INDICATION))
              .withTimeouts(timeout, timeout, IDLE);
      Optional<Tls> tls = tls();
      ShConfig secured = tls.isPresent() ? config.withTls(tls.get()) : config;
      return serverName().map(secured::withServerName).orElse(secured);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private Optional<Tls> tls() throws Failure {
    if (Set.of("--key-store", "--trust-store", "--password-file").stream()
        .noneMatch(values::containsKey)) {
      return Optional.empty();
    }
    String keys = required("--key-store", "TLS needs a key of one's own");
    String trusted = required("--trust-store", "TLS needs somebody to trust");
    Path file = Path.of(required("--password-file", "the password of both files"));
    try {
      String password =
          Files.readString(file).lines().findFirst().orElseThrow(() -> usage(file + " is empty"));
      Tls tls = new Tls(Path.of(keys), password, Path.of(trusted), password);
      tls.context();
      return Optional.of(tls);
    } catch (IOException e) {
      throw usage(e.getMessage());
    }
  }

  /**
   * The name that an HSS is likely to permit: a host of a realm that is not the HSS's, since some
   * route by realm alone and would send our answers elsewhere.
   */
  private Node own(String realm) throws Failure {
    Optional<String> given = value("--own");
    return given.isPresent()
        ? Node.parse("--own", given.get())
        : new Node(
            value("--own-realm").map(own -> "provision." + own).orElse("client.provision." + realm),
            Optional.empty());
  }

  /** What follows the first label; the host itself if it is one label. */
  private static String realmOf(String host) {
    return host.substring(host.indexOf('.') + 1);
  }

  /** The address that this machine reaches the peer from, and a port that is free. */
  private static InetSocketAddress anyPort(InetSocketAddress peer) throws Failure {
    try (DatagramSocket probe = new DatagramSocket()) {
      probe.connect(peer);
      InetAddress local = probe.getLocalAddress();
      try (ServerSocket free = new ServerSocket(0, 1, local)) {
        return new InetSocketAddress(local, free.getLocalPort());
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new Failure(
          Failure.Kind.LATER,
          "no way to "
              + peer
              + " from this machine: "
              + e.getMessage()
              + "\n  give --own an address",
          e);
    }
  }

  private Optional<String> value(String option) {
    return Optional.ofNullable(values.get(option));
  }

  private String required(String option, String what) throws Failure {
    Optional<String> value = value(option);
    if (value.isEmpty()) {
      throw usage(option + " is missing: " + what);
    }
    return value.get();
  }

  static Failure usage(String message) {
    return new Failure(Failure.Kind.USAGE, message);
  }

  /** A Diameter node: {@code HOST} or {@code HOST@ADDRESS:PORT}. */
  private record Node(String host, Optional<InetSocketAddress> address) {
    static Node parse(String option, String text) throws Failure {
      int at = text.indexOf('@');
      if (at < 0) {
        return new Node(text, Optional.empty());
      }
      int colon = text.lastIndexOf(':');
      String port = text.substring(colon + 1);
      if (colon < at + 2 || !port.matches("[1-9][0-9]{0,4}") || Integer.parseInt(port) > 65_535) {
        throw usage(option + " is '" + text + "', must be HOST@ADDRESS:PORT");
      }
      InetSocketAddress address =
          new InetSocketAddress(text.substring(at + 1, colon), Integer.parseInt(port));
      if (address.isUnresolved()) {
        throw usage(option + ": the address of " + address.getHostString() + " is not to be found");
      }
      return new Node(text.substring(0, at), Optional.of(address));
    }
  }
}
