package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;

class SubscriberFileTest {
  @Test
  void readsSubscribersWithAndWithoutMirror(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("subscribers"),
            """
            # two phones
            15550001@ims.test
              password secret1
              impu sip:+15550001@ims.test
              impu tel:+15550001
              mirror sip:127.9.0.5:5080
              profile reference-1 PT10S

            15550002@ims.test
              password secret2
              impu sip:+15550002@ims.test
            """);
    List<SubscriberFile.Entry> entries = SubscriberFile.read(file);
    assertThat(entries).hasSize(2);
    assertThat(entries.get(0).subscriber())
        .isEqualTo(
            new Subscriber(
                "15550001@ims.test",
                "secret1",
                List.of(new Impu("sip:+15550001@ims.test"), new Impu("tel:+15550001")),
                List.of(FilterCriterion.mirror("sip:127.9.0.5:5080"))));
    assertThat(entries.get(0).profile())
        .contains(new MirrorProfile("reference-1", Duration.ofSeconds(10)));
    assertThat(entries.get(1).profile()).isEmpty();
    assertThat(entries.get(1).subscriber().criteria()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a@b\\n  password                                 | line 2: 'password' takes 1 words",
        "a@b\\n\\n  impu 5550001                           | line 3: '5550001' is no public",
        "a@b\\n  colour red                               | line 2: 'colour' must be",
        "a@b\\n  profile m ten                            | line 2: interval is 'ten'",
        "a@b\\n  password x                               | at its end: a@b has no public",
        "a@b\\n  impu tel:+1\\nc@d                         | line 3: a@b has no password",
      })
  void aWrongLineIsNamed(String text, String message) {
    List<String> lines = List.of(text.replace("\\n", "\n").split("\n"));
    assertThatThrownBy(() -> SubscriberFile.parse("subs.txt", lines))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("subs.txt, " + message);
  }

  @Test
  void whatBelongsToNobodyIsRefused() {
    assertThatThrownBy(() -> SubscriberFile.parse("subs.txt", List.of("  password x")))
        .hasMessage("subs.txt, line 1: 'password' stands before any subscriber");
  }

  @Test
  void anIdentityBelongsToOneSubscriber() {
    Subscribers subscribers = new Subscribers();
    Impu shared = new Impu("tel:+1");
    subscribers.put(new Subscriber("a@b", "p", List.of(shared), List.of()));
    assertThatThrownBy(
            () -> subscribers.put(new Subscriber("c@d", "p", List.of(shared), List.of())))
        .hasMessage("tel:+1 belongs to a@b");
    subscribers.remove("a@b");
    subscribers.put(new Subscriber("c@d", "p", List.of(shared), List.of()));
    assertThat(subscribers.byImpu(shared).orElseThrow().impi()).isEqualTo("c@d");
  }
}
