package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SubscriberSearchTest {
  private static final List<String> MIRRORS =
      List.of("sip:+15550001@ims.test", "tel:+15550002", "sip:alice@ims.test", "sip:bob@ims.test");

  private static List<String> find(
      String who, List<Function<String, CompletionStage<Set<String>>>> sources) throws Exception {
    var matching = new SubscriberSearch(sources).matching(who).toCompletableFuture().get();
    return MIRRORS.stream().filter(matching).toList();
  }

  private static Function<String, CompletionStage<Set<String>>> knows(String number, String who) {
    return asked ->
        CompletableFuture.completedFuture(asked.equals(number) ? Set.of(who) : Set.of());
  }

  @Test
  void byPublicIdentity() throws Exception {
    assertThat(find("sip:bob@ims.test", List.of())).containsExactly("sip:bob@ims.test");
    assertThat(find("sip:nobody@ims.test", List.of())).isEmpty();
  }

  @Test
  void byANumberThatTheIdentityIsMadeOf() throws Exception {
    assertThat(find("15550001", List.of())).containsExactly("sip:+15550001@ims.test");
    assertThat(find("+15550002", List.of())).containsExactly("tel:+15550002");
    assertThat(find("1555000", List.of())).isEmpty();
  }

  @Test
  void byWhatPacketDomainAndHssKnow() throws Exception {
    var sources =
        List.of(
            knows("001010000000001", "sip:alice@ims.test"), knows("15550009", "sip:bob@ims.test"));
    assertThat(find("001010000000001", sources)).containsExactly("sip:alice@ims.test");
    assertThat(find("+15550009", sources)).containsExactly("sip:bob@ims.test");
  }

  @Test
  void aSourceThatFailsDoesNotHideTheOthers() throws Exception {
    Function<String, CompletionStage<Set<String>>> down =
        number -> CompletableFuture.failedFuture(new IllegalStateException("HSS is down"));
    assertThat(find("15550009", List.of(down, knows("15550009", "sip:bob@ims.test"))))
        .containsExactly("sip:bob@ims.test");
  }

  @Test
  void whatNamesNobodyIsRefused() {
    assertThat(Stream.of("+15550001", "001010000000001", "tel:+1", "sip:a@b"))
        .allMatch(SubscriberSearch::isOne);
    assertThat(Stream.of("", "bob", "1234", "1234567890123456", "sip:a b"))
        .noneMatch(SubscriberSearch::isOne);
  }
}
