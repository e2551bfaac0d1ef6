package org.phonemirror.testnet.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.ShProfileSource;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;
import org.phonemirror.testnet.ims.ImsCore;
import org.phonemirror.testnet.ims.ImsPlan;
import org.phonemirror.testnet.ims.Ue;
import org.phonemirror.testnet.phone.PhoneImages;

/**
 * An operator's network on the loopback addresses of one prefix: HSS, IMS core and, in a process of
 * its own, the mirror server.
 */
public final class TestNetwork implements AutoCloseable {
  private static final String HOME = "ims.test";
  private static final String PASSWORD = "secret";
  private static final int DIAMETER_PORT = 3868;

  private final String prefix;
  private final Path directory;
  private final MirrorServerProcess server;
  private final TestHss hss;
  private final ImsPlan plan;
  private final AtomicBoolean closed = new AtomicBoolean();
  private ImsCore core;

  /**
   * Starts HSS and IMS core; the mirror server is started apart.
   *
   * @param prefix of loopback addresses, for example {@code 127.7.0.}
   * @param directory for all that is written
   * @param container the mirror server's
   * @param templates the mirror server's
   * @param syncPort the mirror server's, on 127.0.0.1
   */
  public TestNetwork(String prefix, Path directory, Path container, Path templates, int syncPort)
      throws IOException, InterruptedException {
    this(prefix, directory, container, templates, syncPort, hssAddress(prefix));
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
      InetSocketAddress sh)
      throws IOException, InterruptedException {
    this.prefix = prefix;
    this.directory = directory;
    InetSocketAddress diameter = hssAddress(prefix);
    plan =
        new ImsPlan(HOME, prefix + 1, prefix + 2, prefix + 3, diameter, directory.resolve("ims"));
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
                syncPort));
    hss = TestHss.start(HssConfig.of(prefix + 4, HOME, diameter), new Subscribers());
    try {
      core = ImsCore.start(plan);
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Where the HSS listens. */
  public static InetSocketAddress hssAddress(String prefix) {
    return new InetSocketAddress(prefix + 4, DIAMETER_PORT);
  }

  /** The mirror server; not started yet. */
  public MirrorServerProcess server() {
    return server;
  }

  /** The HSS. */
  public TestHss hss() {
    return hss;
  }

  /** Starts the HSS again after it was stopped, and waits until the IMS core is connected to it. */
  public void restartHss() throws IOException, InterruptedException {
    hss.restart();
    core.awaitReady();
  }

  /** The operator takes a subscriber on, whose requests the mirror server sees. */
  public Impu subscribe(String number) {
    Impu impu = new Impu("sip:" + number + "@" + HOME);
    hss.subscribers().put(Subscriber.mirrored(impi(number), PASSWORD, impu, server.uri()));
    return impu;
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
      Story.await(
          "provisioning's connection to the HSS", Duration.ofSeconds(30), integrator::isConnected);
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
        directory.resolve("phone-" + number.replace("+", "")),
        identity(number),
        phones(),
        plan.pcscf());
  }

  /** A subscriber's IMS stack without a phone around it, not registered. */
  public Ue ue(String number) throws IOException {
    return new Ue(identity(number), phones(), plan.pcscf(), message -> {});
  }

  private static Ue.Identity identity(String number) {
    return new Ue.Identity("sip:" + number + "@" + HOME, impi(number), HOME, PASSWORD);
  }

  private InetSocketAddress phones() {
    return new InetSocketAddress(prefix + 10, 0);
  }

  private static String impi(String number) {
    return number.replace("+", "") + "@" + HOME;
  }

  /** Stops everything; safe to call again, also by another thread. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    server.close();
    if (core != null) {
      core.close();
    }
    hss.close();
  }
}
