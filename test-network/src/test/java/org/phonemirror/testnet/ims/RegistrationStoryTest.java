package org.phonemirror.testnet.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.testnet.ims.TestPhones.await;
import static org.phonemirror.testnet.ims.TestPhones.identity;
import static org.phonemirror.testnet.ims.TestPhones.local;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.container.EmbeddedContainer;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sip.config.MirrorConfig;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.hss.FilterCriterion;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;
import org.phonemirror.testnet.sip.SipAppServer;

/** Two phones, a real IMS core, an HSS and the mirror server: on, messages both ways, off. */
class RegistrationStoryTest {
  private static final String SERVER = "127.18.2.5";
  private static final InetSocketAddress HSS = new InetSocketAddress("127.18.2.4", 3868);
  private static final Ue.Identity ALICE = identity("15550001", "secret1");
  private static final Ue.Identity BOB = identity("15550002", "secret2");
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;
  private final BlockingQueue<String> presence = new LinkedBlockingQueue<>();
  private final BlockingQueue<Ue.Received> atAlice = new LinkedBlockingQueue<>();
  private final BlockingQueue<Ue.Received> atBob = new LinkedBlockingQueue<>();
  private final BlockingQueue<PhoneMessenger> messengers = new LinkedBlockingQueue<>();

  @Test
  @EnabledIf("org.phonemirror.testnet.ims.ImsCore#isInstalled")
  void phonesComeMessagesPassPhonesGo() throws Exception {
    Subscribers subscribers = new Subscribers();
    subscribers.put(subscriber(ALICE));
    subscribers.put(subscriber(BOB));
    ImsPlan plan =
        new ImsPlan(
            "ims.test", "127.18.2.1", "127.18.2.2", "127.18.2.3", HSS, directory.resolve("ims"));
    try (TestHss hss = TestHss.start(HssConfig.of("127.18.2.4", "ims.test", HSS), subscribers);
        ImsCore core = ImsCore.start(plan);
        EmbeddedContainer server =
            SipAppServer.start(
                directory,
                SERVER,
                Duration.ofMillis(500),
                (config, messenger) -> {
                  messengers.add(messenger);
                  return SipAppServer.plane(() -> recorder());
                });
        Ue alice = new Ue(ALICE, local("127.18.2.10"), plan.pcscf(), atAlice::add);
        Ue bob = new Ue(BOB, local("127.18.2.11"), plan.pcscf(), atBob::add);
        Ue thief =
            new Ue(identity("15550001", "guess"), local("127.18.2.12"), plan.pcscf(), got -> {})) {
      PhoneMessenger messenger = take(messengers);

      // a phone with the wrong secret stays out
      assertThatThrownBy(() -> await(thief.register(HOUR))).hasMessageContaining("403");

      // the server sees phones that are switched on
      await(alice.register(HOUR));
      assertThat(take(presence)).isEqualTo("on sip:+15550001@ims.test");
      await(bob.register(HOUR));
      assertThat(take(presence)).isEqualTo("on sip:+15550002@ims.test");
      assertThat(hss.servingCscf(new Impu(ALICE.impu()))).contains(plan.scscfUri());

      // the server sends a phone a message through its S-CSCF
      await(messenger.send(new Impu(ALICE.impu()), "application/json", "{\"key\": 1}"));
      assertThat(take(atAlice))
          .isEqualTo(
              new Ue.Received(
                  "sip:mirror@" + SERVER + ":5080", "application/json", "{\"key\": 1}"));

      // a phone's message to another passes through the server
      await(alice.send(BOB.impu(), "text/plain", "hello Bob"));
      assertThat(take(atBob)).isEqualTo(new Ue.Received(ALICE.impu(), "text/plain", "hello Bob"));

      // refreshing tells again that the phone is on
      await(alice.register(HOUR));
      assertThat(take(presence)).isEqualTo("on sip:+15550001@ims.test");

      // and switching off tells that it is off; messages to it fail, once the S-CSCF has cleaned up
      await(alice.deregister());
      assertThat(take(presence)).isEqualTo("off sip:+15550001@ims.test");
      Story.await("a message is refused", Duration.ofSeconds(60), () -> isRefused(bob));
      atAlice.clear();

      // without the server, messages go on all the same
      await(alice.register(HOUR));
      assertThat(take(presence)).isEqualTo("on sip:+15550001@ims.test");
      server.close();
      await(alice.send(BOB.impu(), "text/plain", "hello again"));
      assertThat(take(atBob)).isEqualTo(new Ue.Received(ALICE.impu(), "text/plain", "hello again"));

      // back again, it asks the network who is on: nobody has to register anew
      try (EmbeddedContainer again =
          SipAppServer.start(
              directory,
              SERVER,
              Duration.ofMillis(500),
              (config, other) ->
                  SipAppServer.plane(this::recorder, List.of(new Impu(ALICE.impu()))),
              "sip.s-cscf = " + plan.scscfUri() + "\n")) {
        assertThat(take(presence)).isEqualTo("on " + ALICE.impu());
        await(alice.deregister());
        assertThat(take(presence)).isEqualTo("off " + ALICE.impu());
      }
    } finally {
      System.clearProperty(MirrorConfig.FILE_PROPERTY);
    }
  }

  private static boolean isRefused(Ue sender) throws Exception {
    try {
      await(sender.send(ALICE.impu(), "text/plain", "still there?"));
      return false;
    } catch (ExecutionException e) {
      assertThat(e).hasMessageContaining("480");
      return true;
    }
  }

  private PhonePresence recorder() {
    return new PhonePresence() {
      @Override
      public void phoneOn(Impu subscriber) {
        presence.add("on " + subscriber);
      }

      @Override
      public void phoneOff(Impu subscriber) {
        presence.add("off " + subscriber);
      }
    };
  }

  private static Subscriber subscriber(Ue.Identity identity) {
    return new Subscriber(
        identity.impi(),
        identity.password(),
        List.of(new Impu(identity.impu())),
        List.of(FilterCriterion.mirror("sip:" + SERVER + ":" + SipAppServer.SIP_PORT + ";lr")));
  }

  private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T taken = queue.poll(20, TimeUnit.SECONDS);
    assertThat(taken).isNotNull();
    return taken;
  }
}
