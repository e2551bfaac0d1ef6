package org.phonemirror.hss.sh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.jdiameter.client.impl.parser.MessageParser;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.phonemirror.core.subscriber.ProfileUnavailableException;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.hss.profile.StatusDocument;

class ConditionWriterTest {
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  private static final Impu BOB = new Impu("sip:+15550002@ims.test");

  private final SlowHss hss = new SlowHss();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final ConditionWriter writer =
      new ConditionWriter(new ShRepository(hss, "s.status"), (task, pause) -> later.add(task));

  @Test
  void onlyTheNewestConditionFollowsAWriteThatIsUnderWay() throws Exception {
    writer.tell(ALICE, condition(MirrorCondition.Phase.STARTING));
    writer.tell(ALICE, condition(MirrorCondition.Phase.RUNNING));
    writer.tell(ALICE, condition(MirrorCondition.Phase.SAVED));
    hss.answerAll();
    assertThat(hss.written)
        .containsExactly(MirrorCondition.Phase.STARTING, MirrorCondition.Phase.SAVED);
  }

  @Test
  void aWriteThatFailsIsMadeGoodByTheNextChange() throws Exception {
    writer.tell(ALICE, condition(MirrorCondition.Phase.STARTING));
    hss.failAll();
    assertThat(hss.written).isEmpty();
    writer.tell(ALICE, condition(MirrorCondition.Phase.RUNNING));
    hss.answerAll();
    assertThat(hss.written).containsExactly(MirrorCondition.Phase.RUNNING);
  }

  @Test
  void aWriteThatFailsIsTriedAgainAfterAWhile() throws Exception {
    writer.tell(ALICE, condition(MirrorCondition.Phase.RUNNING));
    writer.tell(BOB, condition(MirrorCondition.Phase.SAVED));
    hss.failAll();
    assertThat(later).as("one attempt for all of them").hasSize(1);
    later.poll().run();
    hss.failAll();
    later.poll().run();
    hss.answerAll();
    assertThat(hss.written)
        .containsExactlyInAnyOrder(MirrorCondition.Phase.RUNNING, MirrorCondition.Phase.SAVED);
    assertThat(later).isEmpty();
  }

  @Test
  void whatHasChangedSinceIsNotWrittenAgain() throws Exception {
    writer.tell(ALICE, condition(MirrorCondition.Phase.STARTING));
    hss.failAll();
    writer.tell(ALICE, condition(MirrorCondition.Phase.RUNNING));
    hss.answerAll();
    later.poll().run();
    hss.answerAll();
    assertThat(hss.written).containsExactly(MirrorCondition.Phase.RUNNING);
  }

  @Test
  void subscribersDoNotWaitForEachOther() throws Exception {
    writer.tell(ALICE, condition(MirrorCondition.Phase.STARTING));
    writer.tell(BOB, condition(MirrorCondition.Phase.RUNNING));
    assertThat(hss.waiting).hasSize(2);
    hss.answerAll();
    assertThat(hss.written).hasSize(2);
  }

  @Test
  void whatWaitsIsBounded() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      writer.tell(
          new Impu("sip:+1555" + i + "@ims.test"), condition(MirrorCondition.Phase.STARTING));
    }
    assertThat(hss.waiting).hasSize(1024);
    hss.failAll();
    writer.tell(ALICE, condition(MirrorCondition.Phase.STARTING));
    assertThat(hss.waiting).hasSize(1);
    hss.answerAll();
    for (int i = 0; i < 5; i++) {
      later.poll().run();
      assertThat(hss.waiting).hasSizeLessThanOrEqualTo(1024);
      hss.answerAll();
    }
    assertThat(later).as("all are written").isEmpty();
    assertThat(hss.written).hasSize(5_001);
  }

  private static Optional<MirrorCondition> condition(MirrorCondition.Phase phase) {
    return Optional.of(new MirrorCondition(phase, "m", Instant.EPOCH, ""));
  }

  /** Holds no data, and answers when it is told to. */
  private static final class SlowHss implements Exchange {
    private final Deque<CompletableFuture<AvpSet>> waiting = new ArrayDeque<>();
    private final List<MirrorCondition.Phase> written = new ArrayList<>();

    @Override
    public CompletionStage<AvpSet> send(int command, String what, Consumer<AvpSet> fill) {
      if (command == Sh.PUR) {
        AvpSet avps = avps();
        fill.accept(avps);
        written.add(phase(avps));
      }
      CompletableFuture<AvpSet> answer = new CompletableFuture<>();
      waiting.add(answer);
      return answer;
    }

    void answerAll() {
      while (!waiting.isEmpty()) {
        AvpSet answer = avps();
        Result.SUCCESS.addTo(answer);
        waiting.poll().complete(answer);
      }
    }

    void failAll() {
      while (!waiting.isEmpty()) {
        waiting.poll().completeExceptionally(new ProfileUnavailableException("no connection"));
      }
    }

    private static MirrorCondition.Phase phase(AvpSet avps) {
      try {
        String document = Avps.text(avps, Sh.USER_DATA, Avps.VENDOR_3GPP).orElseThrow();
        RepositoryData data = RepositoryData.onlyOf(document);
        assertThat(data.serviceIndication()).isEqualTo("s.status");
        return StatusDocument.parse(data.serviceData().orElseThrow()).phase();
      } catch (AvpDataException | org.phonemirror.hss.profile.MalformedDocumentException e) {
        throw new AssertionError(e);
      }
    }

    private static AvpSet avps() {
      return new MessageParser().createEmptyMessage(Sh.PUR, 0).getAvps();
    }
  }
}
