package org.phonemirror.sip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.phonemirror.core.antivirus.AntivirusService;
import org.phonemirror.core.antivirus.AntivirusSettings;
import org.phonemirror.core.clone.CloneService;
import org.phonemirror.core.clone.CloneSettings;
import org.phonemirror.core.clone.Cloning;
import org.phonemirror.core.download.DownloadService;
import org.phonemirror.core.download.DownloadSettings;
import org.phonemirror.core.download.fetch.AddressRules;
import org.phonemirror.core.download.fetch.FetchSettings;
import org.phonemirror.core.download.fetch.Network;
import org.phonemirror.core.download.serve.FileServer;
import org.phonemirror.core.download.serve.FileServerSettings;
import org.phonemirror.core.download.serve.PostSink;
import org.phonemirror.core.firewall.Enforcement;
import org.phonemirror.core.firewall.FirewallService;
import org.phonemirror.core.firewall.FirewallSettings;
import org.phonemirror.core.firewall.NftEnforcement;
import org.phonemirror.core.firewall.ReportingEnforcement;
import org.phonemirror.core.firewall.Verdicts;
import org.phonemirror.core.machine.FactoryStorage;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.upload.MailSettings;
import org.phonemirror.core.upload.MmsSettings;
import org.phonemirror.core.upload.UploadService;
import org.phonemirror.core.upload.UploadSettings;
import org.phonemirror.core.upload.WebSettings;
import org.phonemirror.sip.config.MirrorConfig;
import org.phonemirror.sip.config.ServicesConfig;
import org.phonemirror.sync.FileServices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services that the configuration asks for, put together and taken apart in order. */
final class ServicePlane implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServicePlane.class);

  private static final Duration WITHOUT_PROGRESS = Duration.ofMinutes(2);

  /** What relays and submission servers usually take. */
  private static final long MMS_BYTES = 10L << 20;

  private static final long MAIL_BYTES = 50L << 20;

  private final NoticeBoard board;
  private final PhoneMessenger messenger;
  private final Clock clock;
  private final Path directory;
  private final List<MirrorService> services = new ArrayList<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private AddressRules addresses = AddressRules.INTERNET;
  private Verdicts verdicts = Verdicts.NONE;
  private Cloning cloning = Cloning.NONE;
  private PostSink posts = PostSink.NONE;
  private byte[] filesCertificate = new byte[0];
  private Optional<DownloadService> download = Optional.empty();
  private Optional<UploadService> upload = Optional.empty();
  private Optional<AntivirusService> antivirus = Optional.empty();
  private Optional<FirewallService> firewall = Optional.empty();

  private ServicePlane(Path directory, NoticeBoard board, PhoneMessenger messenger, Clock clock) {
    this.directory = directory;
    this.board = board;
    this.messenger = messenger;
    this.clock = clock;
  }

  /**
   * Opens them. They take orders, but begin nothing before {@link #start}.
   *
   * @param factories the templates that copied phones are compared with
   * @param board may fail until the mirrors are there
   */
  static ServicePlane open(
      MirrorConfig config,
      FactoryStorage factories,
      NoticeBoard board,
      PhoneMessenger messenger,
      Clock clock)
      throws IOException {
    Path directory = config.stateDirectory().resolve("services");
    ServicePlane plane = new ServicePlane(directory, board, messenger, clock);
    try {
      ServicesConfig services = config.services();
      if (services.download().isPresent()) {
        if (services.download().get().cloning() != ServicesConfig.Cloning.OFF) {
          plane.cloning(config, services.download().get(), factories);
        }
        plane.download(services.download().get());
      }
      if (services.upload().isPresent()) {
        plane.upload(services.upload().get(), config.diameter().host());
      }
      if (services.antivirus().isPresent()) {
        plane.antivirus(services.antivirus().get());
      }
      if (config.traffic().isPresent()) {
        plane.firewall(services.firewall());
      }
      return plane;
    } catch (IOException | RuntimeException e) {
      plane.close();
      throw e;
    }
  }

  /** Phones that were used before are copied by the server that has files for phones. */
  private void cloning(MirrorConfig config, ServicesConfig.Download files, FactoryStorage factories)
      throws IOException {
    CloneService service =
        CloneService.open(
            CloneSettings.at(config.stateDirectory().resolve("clones"), files.url())
                .withAcrossMirrors(files.cloning() == ServicesConfig.Cloning.SHARED),
            factories,
            clock);
    cloning = service;
    posts = service;
  }

  private void download(ServicesConfig.Download config) throws IOException {
    addresses = new AddressRules(networks(config.denied()), networks(config.allowed()));
    DownloadSettings usual = DownloadSettings.defaults(directory.resolve("download"), config.url());
    Set<Integer> ports = new TreeSet<>(usual.fetch().ports());
    FetchSettings fetch = usual.fetch().with(addresses, ports);
    DownloadSettings settings =
        new DownloadSettings(
            usual.store(),
            fetch,
            usual.retries(),
            usual.publicUri(),
            usual.parallel(),
            usual.parallelPerSubscriber());
    DownloadService service =
        add(new DownloadService(settings, DownloadService.Ports.of(settings, board, messenger)));
    download = Optional.of(service);
    var keys =
        config
            .keyStore()
            .map(store -> new FileServerSettings.KeyStoreFile(store.file(), store.password()));
    InetSocketAddress address = resolved(config.address());
    FileServer files =
        FileServer.start(FileServerSettings.at(address, keys), service.files(), posts, clock);
    open.push(files);
    if (keys.isPresent()) {
      filesCertificate = certificate(keys.get());
    }
    LOG.info(
        "Phones fetch files at {}{}",
        files.address(),
        keys.isPresent() ? "" : ", in the clear: set download.key-store for TLS");
  }

  private static byte[] certificate(FileServerSettings.KeyStoreFile keys) throws IOException {
    byte[] certificate = keys.anchor();
    if (certificate.length > FileServices.MAX_CERTIFICATE_BYTES) {
      throw new IOException(
          "the certificate in %s has %d bytes, and phones take %d: use one with a key on P-256"
              .formatted(keys.file(), certificate.length, FileServices.MAX_CERTIFICATE_BYTES));
    }
    return certificate;
  }

  private void upload(ServicesConfig.Upload config, String host) throws IOException {
    AddressRules rules = addresses;
    UploadSettings settings =
        new UploadSettings(
            UploadSettings.Limits.usual(),
            UploadSettings.Times.usual(),
            8,
            config
                .mms()
                .map(
                    mms ->
                        new MmsSettings(
                            mms.relay(), mms.numberHeader(), MMS_BYTES, WITHOUT_PROGRESS)),
            config.mail().map(mail -> mail(mail, host)),
            config.web()
                ? Optional.of(new WebSettings(rules::permit, WITHOUT_PROGRESS))
                : Optional.empty());
    upload =
        Optional.of(add(UploadService.open(directory.resolve("upload"), settings, board, clock)));
  }

  private static MailSettings mail(ServicesConfig.Mail mail, String host) {
    return new MailSettings(
        mail.server().getHostString(),
        mail.server().getPort(),
        switch (mail.security()) {
          case NONE -> MailSettings.Security.NONE;
          case STARTTLS -> MailSettings.Security.STARTTLS;
          case TLS -> MailSettings.Security.TLS;
        },
        mail.user()
            .flatMap(user -> mail.password().map(secret -> new MailSettings.Login(user, secret))),
        mail.sender(),
        host,
        MAIL_BYTES,
        WITHOUT_PROGRESS);
  }

  private void antivirus(ServicesConfig.Antivirus config) throws IOException {
    SocketAddress clamd =
        config.socket().isPresent()
            ? UnixDomainSocketAddress.of(config.socket().get())
            : resolved(config.address().orElseThrow());
    AntivirusService service =
        add(
            AntivirusService.start(
                AntivirusSettings.at(clamd, directory.resolve("antivirus")), board, clock));
    verdicts = service::malware;
    antivirus = Optional.of(service);
  }

  /** Without a node that blocks, the server only says what one should. */
  private void firewall(Optional<ServicesConfig.Firewall> config) {
    Enforcement enforcement = new ReportingEnforcement(clock);
    if (config.isPresent()) {
      NftEnforcement nft = new NftEnforcement(config.get().nft(), config.get().table(), clock);
      open.push(nft);
      enforcement = nft;
    }
    FirewallService service =
        add(new FirewallService(FirewallSettings.DEFAULT, board, enforcement, verdicts, clock));
    antivirus.ifPresent(scanner -> scanner.listener(service::found));
    firewall = Optional.of(service);
  }

  private <T extends MirrorService & AutoCloseable> T add(T service) {
    services.add(service);
    open.push(service);
    return service;
  }

  private static List<Network> networks(List<String> texts) {
    return texts.stream().map(Network::parse).toList();
  }

  private static InetSocketAddress resolved(InetSocketAddress address) {
    return new InetSocketAddress(address.getHostString(), address.getPort());
  }

  /** What mirrors hand their intervals to. */
  List<MirrorService> services() {
    return List.copyOf(services);
  }

  /** What mirrors of used phones begin with. */
  Cloning cloning() {
    return cloning;
  }

  /** Sees the traffic; empty if there is none to be seen. */
  Optional<FirewallService> observer() {
    return firewall;
  }

  /** How they are. */
  ServiceFigures figures() {
    return new ServiceFigures(
        download.map(service -> service::stats),
        upload.map(service -> service::stats),
        antivirus.map(service -> service::stats),
        firewall.map(service -> service::stats));
  }

  /** What phones verify the file server by (X.509, DER); empty if it does not speak TLS. */
  byte[] filesCertificate() {
    return filesCertificate.clone();
  }

  /** The mirrors are there: what was under way goes on. */
  void start() {
    download.ifPresent(DownloadService::start);
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      AutoCloseable next = open.pop();
      try {
        next.close();
      } catch (IOException | UncheckedIOException e) {
        LOG.warn("{} is not closed as it should be", next.getClass().getSimpleName(), e);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
