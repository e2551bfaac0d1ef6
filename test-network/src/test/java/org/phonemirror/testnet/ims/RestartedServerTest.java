package org.phonemirror.testnet.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.testnet.ims.TestPhones.await;
import static org.phonemirror.testnet.ims.TestPhones.identity;
import static org.phonemirror.testnet.ims.TestPhones.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.testnet.demo.MirrorServerProcess;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;
import org.phonemirror.testnet.sip.StandaloneServer;

/**
 * The server is killed and comes back: whoever is still registered has a mirror again without a new
 * REGISTER, and whoever went meanwhile is seen to have gone. The HSS tells the S-CSCF to ask.
 */
@EnabledIfSystemProperty(named = StandaloneServer.DIRECTORY_PROPERTY, matches = ".+")
@EnabledIfSystemProperty(named = "mirror.templates", matches = ".+")
@EnabledIf("org.phonemirror.testnet.ims.ImsCore#isInstalled")
class RestartedServerTest {
  private static final String SERVER = "127.18.9.5";
  private static final InetSocketAddress HSS = new InetSocketAddress("127.18.9.4", 3868);
  private static final int SYNC_PORT = 5784;
  private static final Ue.Identity ALICE = identity("15550001");
  private static final Ue.Identity BOB = identity("15550002");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;
  private MirrorServerProcess server;

  @Test
  @Timeout(300)
  void mirrorsAreThereAgainWithoutRegister() throws Exception {
    Subscribers subscribers = new Subscribers();
    subscribers.put(subscriber(ALICE));
    subscribers.put(subscriber(BOB));
    ImsPlan plan =
        new ImsPlan(
            "ims.test", "127.18.9.1", "127.18.9.2", "127.18.9.3", HSS, directory.resolve("ims"));
    server =
        new MirrorServerProcess(
            new MirrorServerProcess.Plan(
                Path.of(System.getProperty(StandaloneServer.DIRECTORY_PROPERTY)).toAbsolutePath(),
                directory.resolve("server"),
                Path.of(System.getProperty("mirror.templates")),
                SERVER,
                "127.18.9.4",
                HSS,
                Optional.empty(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), SYNC_PORT)));
    try (TestHss hss =
            TestHss.start(
                HssConfig.of("127.18.9.4", "ims.test", HSS),
                subscribers,
                prepared -> {
                  prepared.setProfile(new Impu(ALICE.impu()), profile());
                  prepared.setProfile(new Impu(BOB.impu()), profile());
                });
        ImsCore core = ImsCore.start(plan);
        MirrorServerProcess running = server;
        Ue alice = new Ue(ALICE, local("127.18.9.10"), plan.pcscf(), got -> {});
        Ue bob = new Ue(BOB, local("127.18.9.11"), plan.pcscf(), got -> {})) {
      running.start();
      await(alice.register(Duration.ofHours(1)));
      await(bob.register(Duration.ofHours(1)));
      awaitPhase(ALICE, "running");
      awaitPhase(BOB, "running");
      assertThat(hss.servingCscf(new Impu(ALICE.impu()))).contains(plan.scscfUri());

      running.kill();
      await(bob.deregister());
      running.start();

      awaitPhase(ALICE, "hibernated");
      awaitPhase(BOB, "saved");
      assertThat(running.mirror(ALICE.impu()).orElseThrow().get("failure").asText()).isEmpty();
      // Alice's has not been switched off in between, and no REGISTER came from her
      assertThat(running.logged()).doesNotContain(ALICE.impu() + ": phone is off");
    }
  }

  private void awaitPhase(Ue.Identity identity, String phase) throws Exception {
    Story.await(
        "mirror of " + identity.impu() + " is " + phase,
        PATIENCE,
        () -> phase(identity).equals(phase));
  }

  private String phase(Ue.Identity identity) throws IOException, InterruptedException {
    return server.mirror(identity.impu()).map(m -> m.get("phase").asText()).orElse("not there");
  }

  private static MirrorProfile profile() {
    return new MirrorProfile("reference", Duration.ofSeconds(10));
  }

  private static Subscriber subscriber(Ue.Identity identity) {
    return Subscriber.mirrored(
        identity.impi(),
        identity.password(),
        new Impu(identity.impu()),
        "sip:mirror@" + SERVER + ":5080");
  }
}
