package org.phonemirror.testnet.ims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.testnet.aka.AkaKey;
import org.phonemirror.testnet.hss.FilterCriterion;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TestHss;

/** A phone with a card at a real IMS core, and an operator that changes its service profile. */
class CardStoryTest {
  private static final InetSocketAddress HSS = new InetSocketAddress("127.9.7.4", 3868);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final AkaKey CARD =
      new AkaKey("465b5ce8b199b49faa5f0a2ee238a6bc", "cd63cb71954a9f4e48a5994e37a02baf");
  private static final AkaKey FORGED = new AkaKey("0".repeat(32), "0".repeat(32));
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");

  @TempDir Path directory;

  @Test
  @EnabledIf("org.phonemirror.testnet.ims.ImsCore#isInstalled")
  void aCardRegistersResynchronizesAndIsSentAwayWhenItsProfileChanges() throws Exception {
    Subscriber subscriber =
        new Subscriber("15550001@ims.test", "unused", List.of(ALICE), List.of()).withCard(CARD);
    Subscribers subscribers = new Subscribers();
    subscribers.put(subscriber);
    ImsPlan plan =
        new ImsPlan("ims.test", "127.9.7.1", "127.9.7.2", "127.9.7.3", HSS, directory.resolve("i"));
    HssConfig config = HssConfig.of("127.9.7.4", "ims.test", HSS);
    try (TestHss hss = TestHss.start(config, subscribers);
        ImsCore core = ImsCore.start(plan);
        Ue alice = phone(CARD, "127.9.7.10", core);
        Ue thief = phone(FORGED, "127.9.7.11", core)) {
      assertThatThrownBy(() -> await(thief.register(HOUR)))
          .hasMessageContaining("not of the card's network");
      await(alice.register(HOUR));
      await(alice.register(HOUR));
      assertThat(hss.servingCscf(ALICE)).contains(plan.scscfUri());

      // an HSS that has lost count is told by the card
      hss.forgetSequence("15550001@ims.test");
      await(alice.register(HOUR));

      // Kamailio does not answer a PPR, so the registration ends and the phone comes anew
      Result changed =
          hss.change(
                  subscriber.withCriteria(
                      List.of(FilterCriterion.mirror("sip:nowhere@127.9.7.5:5080"))))
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      assertThat(changed).isEqualTo(Result.SUCCESS);
      assertThat(hss.servingCscf(ALICE)).isEmpty();
      await(alice.register(HOUR));
      assertThat(hss.servingCscf(ALICE)).contains(plan.scscfUri());
    }
  }

  private static Ue phone(AkaKey card, String host, ImsCore core) throws Exception {
    return new Ue(
        new Ue.Identity(ALICE.uri(), "15550001@ims.test", "ims.test", "unused", Optional.of(card)),
        new InetSocketAddress(host, 5061),
        core.plan().pcscf(),
        got -> {});
  }

  private static void await(CompletionStage<Void> stage) throws Exception {
    stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
