package org.phonemirror.sip.config;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the services work with. A service whose first key is not there is not offered; the firewall
 * needs none beside the traffic.
 */
public record ServicesConfig(
    Optional<Download> download,
    Optional<Upload> upload,
    Optional<Antivirus> antivirus,
    Optional<Firewall> firewall) {
  /**
   * The download cache.
   *
   * @param address where phones fetch files
   * @param url the same as phones reach it, ending with a slash
   * @param keyStore for TLS
   * @param allowed networks that files may be fetched from although they are not of the Internet,
   *     in CIDR notation
   * @param denied networks of the operator that are
   * @param cloning whether phones that were used before are copied, at the same address
   */
  public record Download(
      InetSocketAddress address,
      URI url,
      Optional<KeyStoreFile> keyStore,
      List<String> allowed,
      List<String> denied,
      Cloning cloning) {}

  /** How phones are copied that were used before they were subscribed. */
  public enum Cloning {
    /** They aren't; their mirrors begin in factory state and are repaired. */
    OFF,
    /** Each sends all that is not in its model's template. */
    OWN,
    /** What another phone has sent need not be sent by whoever proves to have it. */
    SHARED
  }

  /** A PKCS#12 file with a key and its certificate. */
  public record KeyStoreFile(Path file, String password) {
    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * The upload relay.
   *
   * @param web whether files are put to web servers; to those that the download cache may fetch
   *     from
   */
  public record Upload(Optional<Mms> mms, Optional<Mail> mail, boolean web) {}

  /**
   * Where multimedia messages go.
   *
   * @param relay MM1 by HTTP
   * @param numberHeader header field that tells it the sender's number
   */
  public record Mms(URI relay, String numberHeader) {}

  /**
   * Where mail goes.
   *
   * @param server of submission
   * @param security as {@code none}, {@code starttls} or {@code tls}
   * @param sender template of the subscribers' addresses
   * @param user and password, if it wants them
   */
  public record Mail(
      InetSocketAddress server,
      Security security,
      String sender,
      Optional<String> user,
      Optional<String> password) {
    @Override
    public String toString() {
      return "Mail[" + server + "]";
    }
  }

  /** How a connection is protected. */
  public enum Security {
    NONE,
    STARTTLS,
    TLS
  }

  /** The scanner: a path of a Unix socket, or an address. */
  public record Antivirus(Optional<Path> socket, Optional<InetSocketAddress> address) {}

  /**
   * The node that blocks what the firewall forbids.
   *
   * @param nft command that runs nft(8) there
   * @param table of nftables, after {@code phonemirror_}
   */
  public record Firewall(List<String> nft, String table) {}

  private static final String USUAL_TABLE = "firewall";
  private static final String USUAL_NUMBER_HEADER = "X-MSISDN";

  static ServicesConfig read(ConfigReader reader, Path file) {
    return new ServicesConfig(
        download(reader, file), upload(reader), antivirus(reader), firewall(reader));
  }

  private static Optional<Download> download(ConfigReader reader, Path file) {
    var address = reader.optional("download.address", MirrorConfig::hostAndPort);
    var url = reader.optional("download.url", ServicesConfig::directoryUrl);
    var store = reader.optional("download.key-store", text -> file.resolveSibling(text));
    var password = reader.optional("download.key-store-password", text -> text);
    var allowed = reader.optional("download.allowed-networks", ServicesConfig::networks);
    var denied = reader.optional("download.denied-networks", ServicesConfig::networks);
    var cloning = reader.optional("clone", ServicesConfig::cloning);
    together(reader, "download.address", "download.url");
    together(reader, "download.key-store", "download.key-store-password");
    if (address.isEmpty() || url.isEmpty()) {
      if (cloning.isPresent() && cloning.get() != Cloning.OFF) {
        reader.wrong("clone needs download.address, where phones send their copies");
      }
      return Optional.empty();
    }
    return Optional.of(
        new Download(
            address.get(),
            url.get(),
            store.flatMap(keys -> password.map(secret -> new KeyStoreFile(keys, secret))),
            allowed.orElse(List.of()),
            denied.orElse(List.of()),
            cloning.orElse(Cloning.OFF)));
  }

  private static Optional<Upload> upload(ConfigReader reader) {
    var relay = reader.optional("upload.mms-relay", ServicesConfig::url);
    var header = reader.optional("upload.mms-number-header", text -> text);
    var server = reader.optional("upload.mail-server", MirrorConfig::hostAndPort);
    var sender = reader.optional("upload.mail-sender", text -> text);
    var security =
        reader.optional(
            "upload.mail-security", text -> Security.valueOf(text.toUpperCase(Locale.ROOT)));
    var user = reader.optional("upload.mail-user", text -> text);
    var password = reader.optional("upload.mail-password", text -> text);
    boolean web = reader.optional("upload.web", ServicesConfig::onOrOff).orElse(false);
    together(reader, "upload.mail-server", "upload.mail-sender");
    together(reader, "upload.mail-user", "upload.mail-password");
    if (relay.isEmpty() && server.isEmpty() && !web) {
      return Optional.empty();
    }
    return Optional.of(
        new Upload(
            relay.map(uri -> new Mms(uri, header.orElse(USUAL_NUMBER_HEADER))),
            server.flatMap(
                to ->
                    sender.map(
                        from ->
                            new Mail(
                                to, security.orElse(Security.STARTTLS), from, user, password))),
            web));
  }

  private static Optional<Antivirus> antivirus(ConfigReader reader) {
    return reader.optional(
        "antivirus.clamd",
        text ->
            text.startsWith("/")
                ? new Antivirus(Optional.of(Path.of(text)), Optional.empty())
                : new Antivirus(Optional.empty(), Optional.of(MirrorConfig.hostAndPort(text))));
  }

  private static Optional<Firewall> firewall(ConfigReader reader) {
    var nft = reader.optional("firewall.nft", text -> List.of(text.trim().split("\\s+")));
    var table =
        reader.optional(
            "firewall.nft-table",
            text -> MirrorConfig.matching(text, "[a-z0-9_]{1,32}", "1 to 32 of a-z, 0-9 and _"));
    if (nft.isPresent() && !reader.has("traffic.address")) {
      reader.wrong("firewall.nft needs traffic.address: what is not seen is not blocked");
    } else if (nft.isEmpty() && table.isPresent()) {
      reader.wrong("firewall.nft-table is of no use without firewall.nft");
    }
    return nft.map(command -> new Firewall(command, table.orElse(USUAL_TABLE)));
  }

  private static void together(ConfigReader reader, String one, String other) {
    if (reader.has(one) != reader.has(other)) {
      reader.wrong(one + " and " + other + " go together: one of them is missing");
    }
  }

  private static Cloning cloning(String text) {
    return Arrays.stream(Cloning.values())
        .filter(cloning -> cloning.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be off, own or shared"));
  }

  private static boolean onOrOff(String text) {
    if (!text.equals("on") && !text.equals("off")) {
      throw new IllegalArgumentException("must be on or off");
    }
    return text.equals("on");
  }

  private static URI directoryUrl(String text) {
    URI url = url(text);
    if (!text.endsWith("/")) {
      throw new IllegalArgumentException("must end with a slash");
    }
    return url;
  }

  private static URI url(String text) {
    URI url = URI.create(text);
    if (url.getHost() == null || !String.valueOf(url.getScheme()).matches("https?")) {
      throw new IllegalArgumentException("must be like http://host:port/");
    }
    return url;
  }

  private static List<String> networks(String text) {
    return Arrays.stream(text.split("\\s*,\\s*"))
        .map(
            network ->
                MirrorConfig.matching(network, "[0-9A-Fa-f.:]+/[0-9]{1,3}", "like 192.0.2.0/24"))
        .toList();
  }
}
