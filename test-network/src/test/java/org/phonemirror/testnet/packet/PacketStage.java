package org.phonemirror.testnet.packet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.ShProfileSource;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.gtp.Gtp;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;
import org.phonemirror.testnet.sgsn.PacketSgsn;
import org.phonemirror.testnet.sgsn.Sgsn;
import org.phonemirror.testnet.sgsn.TrafficCopy;

/** An HSS with two subscribers, a packet domain, and a socket in the mirror server's place. */
final class PacketStage implements AutoCloseable {
  static final String ALICE = "001010000000001";
  static final String BOB = "001010000000002";
  static final String ALICE_NUMBER = "15550001";

  private static final String HOME = "ims.test";
  private static final String HSS = "hss.ims.test";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final MirrorProfile PROFILE =
      new MirrorProfile("reference", Duration.ofSeconds(10));

  private final InetSocketAddress hssAddress = free("127.33.2.1");
  private final TestHss hss;
  private final Monitor monitor;
  private final PacketNetwork network;
  private final TrafficCopy copy;

  PacketStage(Access access, Path directory) throws Exception {
    this(access, directory, Optional.empty());
  }

  /**
   * With a mirror server.
   *
   * @param server its address, where it takes the copy at GTP's own ports; without, {@link
   *     #monitor} takes it
   */
  PacketStage(Access access, Path directory, Optional<String> server) throws Exception {
    monitor = new Monitor("127.33.2.3");
    hss = TestHss.start(HssConfig.of(HSS, HOME, hssAddress), new Subscribers());
    try {
      subscribe(ALICE_NUMBER, ALICE);
      subscribe("15550002", BOB);
      copy =
          server.isPresent()
              ? new TrafficCopy(
                  new InetSocketAddress(server.get(), Gtp.CONTROL_PORT),
                  new InetSocketAddress(server.get(), Gtp.USER_PORT))
              : new TrafficCopy(monitor.control(), monitor.user());
      network =
          access.start(
              directory, new Sgsn("sgsn." + HOME, HOME, free("127.33.2.2"), HSS, hssAddress), copy);
    } catch (Exception e) {
      hss.close();
      monitor.close();
      throw e;
    }
    Story.await("S6d", PATIENCE, network.sgsn().hssSide()::isConnected);
  }

  private void subscribe(String number, String imsi) {
    hss.subscribers()
        .put(
            new Subscriber(number + "@" + HOME, "secret", List.of(impu(number)), List.of())
                .withMsisdns(number)
                .withImsi(imsi));
  }

  private static Impu impu(String number) {
    return new Impu("sip:+" + number + "@" + HOME);
  }

  Monitor monitor() {
    return monitor;
  }

  PacketNetwork network() {
    return network;
  }

  PacketSgsn sgsn() {
    return network.sgsn();
  }

  TrafficCopy copy() {
    return copy;
  }

  /** Gives Alice a mirror, or takes it, as an integrator does; returns when the SGSN knows. */
  void mirrorAlice(boolean on) throws Exception {
    ShConfig config =
        ShConfig.of("as.bss.test", "bss.test", free("127.33.2.2"), HSS, hssAddress, HOME);
    try (ShProfileSource integrator = new ShProfileSource(config, (impu, changed) -> {})) {
      Story.await("Sh", PATIENCE, integrator::isConnected);
      integrator
          .update(impu(ALICE_NUMBER), on ? Optional.of(PROFILE) : Optional.empty())
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    if (!sgsn().contexts(ALICE).isEmpty()) {
      Story.await(
          "insertion",
          PATIENCE,
          () -> sgsn().hssSide().subscription(ALICE).orElseThrow().isMirrored() == on);
    }
  }

  static InetSocketAddress free(String address) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return new InetSocketAddress(address, socket.getLocalPort());
    }
  }

  @Override
  public void close() {
    network.close();
    hss.close();
    monitor.close();
  }
}
