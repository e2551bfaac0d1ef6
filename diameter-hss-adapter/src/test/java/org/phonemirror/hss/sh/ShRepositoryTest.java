package org.phonemirror.hss.sh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.ProfileUnavailableException;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.RepositoryData;

class ShRepositoryTest {
  private static final Impu USER = new Impu("sip:+15550001@ims.test");
  private static final Result OUT_OF_SYNC = new Result(Sh.OUT_OF_SYNC, true);

  private final Script script = new Script();
  private final ShRepository repository = new ShRepository(script, "s");

  @Test
  void newDataBeginWithNumberZero() {
    script.answer(Result.SUCCESS).answer(Result.SUCCESS);
    repository.update(USER, Optional.of("<x/>")).toCompletableFuture().join();
    assertThat(script.updates).extracting(RepositoryData::sequenceNumber).containsExactly(0);
  }

  @Test
  void anUpdateThatCameTooLateIsTriedAgainOnTheDataThatCameFirst() {
    script.answerWith(present(65_534)).answer(OUT_OF_SYNC);
    script.answerWith(present(65_535)).answer(OUT_OF_SYNC);
    script.answerWith(present(1)).answer(Result.SUCCESS);
    repository.update(USER, Optional.of("<x/>")).toCompletableFuture().join();
    assertThat(script.updates)
        .extracting(RepositoryData::sequenceNumber)
        .containsExactly(65_535, 1, 2);
  }

  @Test
  void anUpdateIsNotTriedForEver() {
    for (int i = 0; i < 5; i++) {
      script.answerWith(present(i + 1)).answer(OUT_OF_SYNC);
    }
    assertUnavailable(repository.update(USER, Optional.of("<x/>")), "5105");
    assertThat(script.updates).hasSize(5);
  }

  @Test
  void dataThatAreAbsentNeedNoRemoval() {
    script.answer(Result.SUCCESS);
    repository.update(USER, Optional.empty()).toCompletableFuture().join();
    assertThat(script.updates).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "4100, true,  user data not available",
    "4101, true,  prior update in progress",
    "3002, false, unable to deliver",
    "3004, false, too busy",
    "5001, false, AVP unsupported",
    "5012, false, unable to comply",
    "5102, true,  user data cannot be read",
    "7777, true,  7777",
  })
  void otherResultsAreNamed(long code, boolean experimental, String name) {
    script.answer(new Result(code, experimental));
    assertUnavailable(repository.pull(USER), name);
  }

  @ParameterizedTest
  @CsvSource({"5001", "5106"})
  void whoIsUnknownOrHasNoDataHasNone(long code) {
    script.answer(new Result(code, true));
    assertThat(repository.pull(USER).toCompletableFuture().join()).isEmpty();
  }

  @Test
  void anAnswerWithoutResultIsAFailure() {
    script.answerWith(avps -> {});
    assertUnavailable(repository.pull(USER), "neither Result-Code nor Experimental-Result");
  }

  @Test
  void anAnswerThatIsNoShDataIsAFailure() {
    script.answerWith(
        avps -> {
          Result.SUCCESS.addTo(avps);
          Avps.add(avps, Sh.USER_DATA, Avps.VENDOR_3GPP, "<Sh-Data>");
        });
    assertUnavailable(repository.pull(USER), "line 1");
  }

  private static void assertUnavailable(CompletionStage<?> stage, String text) {
    assertThatThrownBy(() -> stage.toCompletableFuture().join())
        .hasCauseInstanceOf(ProfileUnavailableException.class)
        .hasMessageContaining(USER.uri())
        .hasMessageContaining(text);
  }

  private static Consumer<AvpSet> present(int number) {
    String document = new RepositoryData("s", number, Optional.of("<old/>")).toShData();
    return avps -> {
      Result.SUCCESS.addTo(avps);
      Avps.add(avps, Sh.USER_DATA, Avps.VENDOR_3GPP, document);
    };
  }

  /** An HSS that answers as it is told. */
  private static final class Script implements Exchange {
    private final MessageParser parser = new MessageParser();
    private final Deque<Consumer<AvpSet>> answers = new ArrayDeque<>();
    private final List<RepositoryData> updates = new ArrayList<>();

    Script answer(Result result) {
      return answerWith(result::addTo);
    }

    Script answerWith(Consumer<AvpSet> answer) {
      answers.add(answer);
      return this;
    }

    @Override
    public CompletionStage<AvpSet> send(int command, String what, Consumer<AvpSet> fill) {
      AvpSet request = empty(command);
      fill.accept(request);
      if (command == Sh.PUR) {
        try {
          String document = Avps.text(request, Sh.USER_DATA, Avps.VENDOR_3GPP).orElseThrow();
          updates.add(RepositoryData.onlyOf(document));
        } catch (AvpDataException | org.phonemirror.hss.profile.MalformedDocumentException e) {
          throw new AssertionError(e);
        }
      }
      AvpSet answer = empty(command);
      answers.remove().accept(answer);
      return CompletableFuture.completedStage(answer);
    }

    private AvpSet empty(int command) {
      return parser.createEmptyMessage(command, Sh.APPLICATION.getAuthAppId()).getAvps();
    }
  }
}
