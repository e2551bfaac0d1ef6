package org.phonemirror.sip.config;

import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.phonemirror.core.mirror.MirrorSettings;
import org.phonemirror.core.placement.PlacementSettings;
import org.phonemirror.core.qemu.GuestLimits;
import org.phonemirror.hss.diameter.Tls;

/**
 * The server's configuration. Addresses are unresolved: whoever uses one resolves it.
 *
 * @param stateDirectory where the journal and the mirrors' storage are
 * @param retention how many of a phone's messages are kept behind a save, to build a mirror again
 * @param templateDirectory where the factory templates are
 * @param traffic where the copy of phones' traffic arrives; without it mirrors have no network
 * @param mm10 where to listen for MMS relays by Diameter, under the identity of {@code diameter}
 * @param services what the services work with
 * @param guests what the process of a mirror may have of this machine
 * @param placement what mirrors may take of the server
 */
public record MirrorConfig(
    Sip sip,
    Path stateDirectory,
    int retention,
    Path templateDirectory,
    Sync sync,
    Diameter diameter,
    Optional<Traffic> traffic,
    Optional<InetSocketAddress> mm10,
    ServicesConfig services,
    GuestLimits guests,
    PlacementSettings placement) {

  /**
   * Signalling.
   *
   * @param uri own URI as an application server
   * @param scscf S-CSCF for phones whose registration was not seen here
   * @param trustedPeers numeric addresses that registrations are taken from; if empty, from any
   */
  public record Sip(String uri, Optional<String> scscf, Set<String> trustedPeers) {}

  /**
   * The sync channel.
   *
   * @param bind where to listen, UDP
   * @param advertised the same as phones reach it
   */
  public record Sync(InetSocketAddress bind, InetSocketAddress advertised) {}

  /**
   * Diameter.
   *
   * @param host own Origin-Host
   * @param realm own Origin-Realm
   * @param address where to listen for the peer's connection
   * @param peerHost Origin-Host of the HSS
   * @param peer where the HSS listens
   * @param peerRealm the Destination-Realm of requests
   * @param tls keys for a connection over TLS; empty for one in the clear
   */
  public record Diameter(
      String host,
      String realm,
      InetSocketAddress address,
      String peerHost,
      InetSocketAddress peer,
      String peerRealm,
      Optional<Tls> tls) {}

  /**
   * The copy of phones' traffic.
   *
   * @param address numeric, to listen at the standard ports of GTP-U, GTP-C and VXLAN
   * @param gnNetworks VXLAN network identifiers whose frames are of Gn; those of others are of Gi
   */
  public record Traffic(String address, Set<Integer> gnNetworks) {}

  /** Names the file; without it, {@code conf/mirror.properties} under {@code catalina.base}. */
  public static final String FILE_PROPERTY = "mirror.config";

  /**
   * Reads the file that the system properties name.
   *
   * @throws ConfigException if it cannot be read, or with everything that is wrong in it
   */
  public static MirrorConfig load() throws ConfigException {
    String file = System.getProperty(FILE_PROPERTY);
    return load(
        file != null
            ? Path.of(file)
            : Path.of(System.getProperty("catalina.base", ""), "conf", "mirror.properties"));
  }

  /**
   * Reads a file.
   *
   * @throws ConfigException if it cannot be read, or with everything that is wrong in it
   */
  public static MirrorConfig load(Path file) throws ConfigException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(
          file.toString(),
          List.of("cannot be read (" + e + "): name a readable file with -D" + FILE_PROPERTY));
    }
    return parse(properties, file.toAbsolutePath());
  }

  private static MirrorConfig parse(Properties properties, Path file) throws ConfigException {
    ConfigReader reader = new ConfigReader(properties);
    var uri = reader.required("sip.uri", MirrorConfig::sipUri);
    var scscf = reader.optional("sip.s-cscf", MirrorConfig::sipUri);
    var trusted = reader.optional("sip.trusted-peers", MirrorConfig::addresses);
    var state = reader.required("state.directory", text -> directory(file, text));
    var retention = reader.optional("state.retention", MirrorConfig::count);
    var templates = reader.required("template.directory", text -> directory(file, text));
    var syncBind = reader.required("sync.bind", MirrorConfig::hostAndPort);
    var advertised = reader.required("sync.advertised", MirrorConfig::hostAndPort);
    var host = reader.required("diameter.host", MirrorConfig::diameterIdentity);
    var realm = reader.required("diameter.realm", MirrorConfig::diameterIdentity);
    var address = reader.required("diameter.address", MirrorConfig::hostAndPort);
    var peerHost = reader.required("diameter.peer-host", MirrorConfig::diameterIdentity);
    var peer = reader.required("diameter.peer", MirrorConfig::hostAndPort);
    var peerRealm = reader.required("diameter.peer-realm", MirrorConfig::diameterIdentity);
    var tls = tls(reader, file);
    var traffic = reader.optional("traffic.address", MirrorConfig::address);
    var gn = reader.optional("traffic.gn-networks", MirrorConfig::networks);
    var mm10 = reader.optional("mm10.address", MirrorConfig::hostAndPort);
    var services = ServicesConfig.read(reader, file);
    var guests = GuestsConfig.read(reader);
    var placement = PlacementConfig.read(reader);
    reader.finish(file.toString());
    return new MirrorConfig(
        new Sip(uri.orElseThrow(), scscf, trusted.orElse(Set.of())),
        state.orElseThrow(),
        retention.orElse(MirrorSettings.RETENTION),
        templates.orElseThrow(),
        new Sync(syncBind.orElseThrow(), advertised.orElseThrow()),
        new Diameter(
            host.orElseThrow(),
            realm.orElseThrow(),
            address.orElseThrow(),
            peerHost.orElseThrow(),
            peer.orElseThrow(),
            peerRealm.orElseThrow(),
            tls),
        traffic.map(bind -> new Traffic(bind, gn.orElse(Set.of()))),
        mm10,
        services,
        guests,
        placement);
  }

  /** All of its keys or none; the files are read, so that a wrong password is told at start. */
  private static Optional<Tls> tls(ConfigReader reader, Path file) {
    List<String> keys =
        List.of(
            "diameter.tls.key-store",
            "diameter.tls.key-store-password",
            "diameter.tls.trust-store",
            "diameter.tls.trust-store-password");
    if (keys.stream().noneMatch(reader::has)) {
      return Optional.empty();
    }
    var keyStore = reader.required(keys.get(0), text -> directory(file, text));
    var keyPassword = reader.required(keys.get(1), text -> text);
    var trustStore = reader.required(keys.get(2), text -> directory(file, text));
    var trustPassword = reader.required(keys.get(3), text -> text);
    if (keyStore.isEmpty()
        || keyPassword.isEmpty()
        || trustStore.isEmpty()
        || trustPassword.isEmpty()) {
      return Optional.empty();
    }
    Tls tls = new Tls(keyStore.get(), keyPassword.get(), trustStore.get(), trustPassword.get());
    try {
      tls.context();
    } catch (IOException e) {
      reader.wrong("diameter.tls: " + e.getMessage());
    }
    return Optional.of(tls);
  }

  private static String sipUri(String text) {
    return matching(text, "sips?:([^\\s@<>;?]+@)?[^\\s@<>;?]+", "a SIP URI without parameters");
  }

  private static String diameterIdentity(String text) {
    return matching(text, "[A-Za-z0-9.-]+", "a host or realm name");
  }

  static String matching(String text, String pattern, String what) {
    if (!text.matches(pattern)) {
      throw new IllegalArgumentException("must be " + what);
    }
    return text;
  }

  private static Set<String> addresses(String text) {
    return Arrays.stream(text.split("\\s*,\\s*"))
        .map(MirrorConfig::address)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String address(String text) {
    return matching(text, "[0-9A-Fa-f.:]+", "numeric, as 192.0.2.5");
  }

  private static Set<Integer> networks(String text) {
    return Arrays.stream(text.split("\\s*,\\s*"))
        .map(id -> Integer.valueOf(matching(id, "[0-9]{1,8}", "numbers and commas")))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static int count(String text) {
    return Integer.parseInt(matching(text, "[0-9]{1,6}", "a number from 0 to 999999"));
  }

  private static Path directory(Path file, String text) {
    return file.resolveSibling(text).normalize();
  }

  static InetSocketAddress hostAndPort(String text) {
    int colon = text.lastIndexOf(':');
    if (colon > 0 && text.substring(colon + 1).matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port >= 1 && port <= 65535) {
        return InetSocketAddress.createUnresolved(text.substring(0, colon), port);
      }
    }
    throw new IllegalArgumentException("must be HOST:PORT with a port from 1 to 65535");
  }
}
