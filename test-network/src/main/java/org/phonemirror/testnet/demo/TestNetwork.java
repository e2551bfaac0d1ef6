package org.phonemirror.testnet.demo;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.ShProfileSource;
import org.phonemirror.testnet.gtp.Gtp;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;
import org.phonemirror.testnet.ims.ImsCore;
import org.phonemirror.testnet.ims.ImsPlan;
import org.phonemirror.testnet.ims.Ue;
import org.phonemirror.testnet.mms.Mm10Client;
import org.phonemirror.testnet.mms.MmsRelay;
import org.phonemirror.testnet.mms.MmsService;
import org.phonemirror.testnet.mms.RelayConfig;
import org.phonemirror.testnet.packet.Access;
import org.phonemirror.testnet.packet.PacketNetwork;
import org.phonemirror.testnet.phone.PhoneImages;
import org.phonemirror.testnet.server.Servers;
import org.phonemirror.testnet.sgsn.Sgsn;
import org.phonemirror.testnet.sgsn.TrafficCopy;

/**
 * An operator's network on the loopback addresses of one prefix: HSS, IMS core, packet domain and,
 * in a process of its own, the mirror server.
 */
public final class TestNetwork implements AutoCloseable {
  /** Of the web server, also to the mirror server's services. */
  public static final String WEB_NAME = "www.example";

  private static final String HOME = "ims.test";
  private static final String PASSWORD = "secret";
  private static final int DIAMETER_PORT = 3868;
  private static final int SIP_PORT = 5060;
  private static final Duration MM10_LIMIT = Duration.ofSeconds(1);

  /** Longest multimedia message: a video, which the content classes of the standard are not. */
  static final int MMS_BYTES = 8 << 20;

  private static final RelayConfig.Limits MMS_LIMITS =
      new RelayConfig.Limits(MMS_BYTES, 1000, 256L << 20, Duration.ofDays(3));

  private static final Duration CONNECTION = Duration.ofSeconds(30);

  private final String prefix;
  private final Path directory;
  private final MirrorServerProcess server;
  private final TestHss hss;
  private final ImsPlan plan;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final PacketNetwork packets;
  private final int syncPort;
  private ImsCore core;
  private Servers servers;
  private MmsService mms;

  /**
   * Starts HSS, IMS core and packet domain; the mirror server is started apart, and so are the
   * servers for phones.
   *
   * @param prefix of loopback addresses, for example {@code 127.7.0.}
   * @param directory for all that is written
   * @param container the mirror server's
   * @param templates the mirror server's
   * @param syncPort the mirror server's, for phones
   * @param access how phones' packets go
   */
  public TestNetwork(
      String prefix, Path directory, Path container, Path templates, int syncPort, Access access)
      throws Exception {
    this(prefix, directory, container, templates, syncPort, access, hssAddress(prefix));
  }

  /**
   * As the other, but the mirror server reaches the HSS by another way.
   *
   * @param sh what leads to {@link #hssAddress}
   */
  public TestNetwork(
      String prefix,
      Path directory,
      Path container,
      Path templates,
      int syncPort,
      Access access,
      InetSocketAddress sh)
      throws Exception {
    this.prefix = prefix;
    this.directory = directory;
    this.syncPort = syncPort;
    InetSocketAddress diameter = hssAddress(prefix);
    plan =
        new ImsPlan(HOME, prefix + 1, prefix + 2, prefix + 3, diameter, directory.resolve("ims"));
    hss = TestHss.start(HssConfig.of(prefix + 4, HOME, diameter), new Subscribers());
    PacketNetwork started = null;
    try {
      started = access.start(directory.resolve("ggsn"), sgsn(), copy());
    } catch (IOException | RuntimeException e) {
      hss.close();
      throw e;
    }
    packets = started;
    server =
        new MirrorServerProcess(
            new MirrorServerProcess.Plan(
                container,
                directory.resolve("server"),
                templates,
                prefix + 5,
                prefix + 4,
                sh,
                Optional.of(plan.scscfUri()),
                new InetSocketAddress(packets.hostAddress(), syncPort)));
    try {
      packets.forward(PacketNetwork.Protocol.UDP, syncPort);
      packets.forward(PacketNetwork.Protocol.TCP, PacketNetwork.MMS_PORT);
      core = ImsCore.start(plan);
      awaitSgsn();
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private Sgsn sgsn() throws IOException {
    return new Sgsn(
        "sgsn." + HOME,
        HOME,
        new InetSocketAddress(prefix + 8, DIAMETER_PORT),
        prefix + 4,
        hssAddress(prefix));
  }

  private TrafficCopy copy() throws IOException {
    return new TrafficCopy(
        new InetSocketAddress(prefix + 5, Gtp.CONTROL_PORT),
        new InetSocketAddress(prefix + 5, Gtp.USER_PORT));
  }

  private void awaitSgsn() throws Exception {
    Story.await(
        "the SGSN's connection to the HSS", CONNECTION, packets.sgsn().hssSide()::isConnected);
  }

  /** Where the HSS listens. */
  public static InetSocketAddress hssAddress(String prefix) {
    return new InetSocketAddress(prefix + 4, DIAMETER_PORT);
  }

  /** The mirror server; not started yet. */
  public MirrorServerProcess server() {
    return server;
  }

  /**
   * The mirror server offers its services when it is started: files at the TCP port whose number is
   * that of the UDP port for phones.
   */
  public void offerServices(ServicePlan services) throws IOException {
    packets.forward(PacketNetwork.Protocol.TCP, syncPort);
    server.configure(
        services.settings(
            new InetSocketAddress(packets.hostAddress(), syncPort), asPhonesSee(syncPort)));
  }

  /**
   * As the other, with the servers and the MMS relay of this network; the web server has the name
   * {@link #WEB_NAME}.
   */
  public void offerServices(InetSocketAddress clamd) throws IOException {
    Inet4Address partners = packets.serversAddress();
    server.name(WEB_NAME, partners);
    InetSocketAddress relay = mmsRelayAddress();
    offerServices(
        new ServicePlan(
            partners.getHostAddress() + "/32",
            new InetSocketAddress(partners, Servers.MAIL_PORT),
            Optional.of(
                URI.create(
                    "http://" + relay.getAddress().getHostAddress() + ":" + relay.getPort())),
            clamd));
  }

  private static URI asPhonesSee(int port) {
    return URI.create("http://" + PacketNetwork.SERVERS.getHostAddress() + ":" + port + "/");
  }

  /** The HSS. */
  public TestHss hss() {
    return hss;
  }

  /** The packet domain. */
  public PacketNetwork packets() {
    return packets;
  }

  /** Starts web, mail and name servers for phones; they are stopped with the network. */
  public Servers startServers() throws IOException {
    servers = packets.startServers(directory.resolve("servers"));
    return servers;
  }

  /**
   * Starts an MMS relay that asks the mirror server about each message; it is stopped with the
   * network.
   *
   * @param phone number of the phone behind the packet domain; whoever else sends says who he is
   */
  public void startMmsRelay(String phone) throws IOException {
    InetSocketAddress relay = mmsRelayAddress();
    Mm10Client mm10 =
        Mm10Client.start(
            "mms." + HOME,
            HOME,
            new InetSocketAddress(prefix + 7, DIAMETER_PORT),
            server.mm10(),
            MM10_LIMIT,
            Clock.systemUTC());
    try {
      RelayConfig config =
          RelayConfig.of(
                  relay,
                  asPhonesSee(relay.getPort()),
                  new InetSocketAddress(prefix + 7, SIP_PORT),
                  plan.icscf(),
                  HOME)
              .with(MMS_LIMITS);
      mms = new MmsService(MmsRelay.start(config, mm10), mm10);
    } catch (IOException | RuntimeException e) {
      mm10.close();
      throw e;
    }
    mms.relay().callers().attach(packets.forwarder(), phone);
    mms.relay().callers().trust(packets.hostAddress());
  }

  /** Where an MMS relay has to listen, so that phones find it. */
  public InetSocketAddress mmsRelayAddress() {
    return new InetSocketAddress(packets.hostAddress(), PacketNetwork.MMS_PORT);
  }

  /** Starts the HSS again after it was stopped, and waits until all are connected to it. */
  public void restartHss() throws Exception {
    hss.restart();
    core.awaitReady();
    awaitSgsn();
  }

  /** The operator takes a subscriber on, whose requests the mirror server sees. */
  public Impu subscribe(String number) {
    Impu impu = new Impu("sip:" + number + "@" + HOME);
    hss.subscribers()
        .put(
            Subscriber.mirrored(impi(number), PASSWORD, impu, server.uri())
                .withMsisdns(digits(number))
                .withImsi(imsi(number)));
    return impu;
  }

  /** A subscriber's identity in the packet domain, made of his number. */
  public static String imsi(String number) {
    return "00101" + "%010d".formatted(Long.parseLong(digits(number)));
  }

  /** An integrator provisions a mirror profile with an Sh-Update (TS 29.328 §6.1.2). */
  public void provision(Impu subscriber, MirrorProfile profile) throws Exception {
    ShConfig config =
        ShConfig.of(
            "provisioning.bss.ims.test",
            "bss.ims.test",
            new InetSocketAddress(prefix + 6, DIAMETER_PORT),
            prefix + 4,
            hssAddress(prefix),
            HOME);
    try (ShProfileSource integrator = new ShProfileSource(config, (impu, changed) -> {})) {
      Story.await("provisioning's connection to the HSS", CONNECTION, integrator::isConnected);
      integrator
          .update(subscriber, Optional.of(profile))
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    }
  }

  /** A subscriber's phone, off. */
  public Handset handset(String number, PhoneImages images) throws IOException {
    return new Handset(
        images,
        directory.resolve("phone-" + digits(number)),
        packets,
        imsi(number),
        identity(number),
        phones(),
        plan.pcscf());
  }

  /** A subscriber's IMS stack without a phone around it, not registered. */
  public Ue ue(String number) throws IOException {
    return ue(number, message -> {});
  }

  /** As the other, and tells what comes for it. */
  public Ue ue(String number, Consumer<Ue.Received> listener) throws IOException {
    return new Ue(identity(number), phones(), plan.pcscf(), listener);
  }

  private static Ue.Identity identity(String number) {
    return new Ue.Identity("sip:" + number + "@" + HOME, impi(number), HOME, PASSWORD);
  }

  private InetSocketAddress phones() {
    return new InetSocketAddress(prefix + 10, 0);
  }

  private static String impi(String number) {
    return digits(number) + "@" + HOME;
  }

  private static String digits(String number) {
    return number.replace("+", "");
  }

  /** Stops everything; safe to call again, also by another thread. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    server.close();
    if (mms != null) {
      mms.close();
    }
    if (servers != null) {
      servers.close();
    }
    packets.close();
    if (core != null) {
      core.close();
    }
    hss.close();
  }
}
