package org.phonemirror.hss.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.phonemirror.core.subscriber.MirrorCondition;

class StatusDocumentTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void theDocumentedExampleIsValid() throws Exception {
    String example = Files.readString(Path.of("../docs/mirror-status-example.xml"));
    assertThat(StatusDocument.parse(example))
        .isEqualTo(
            new MirrorCondition(
                MirrorCondition.Phase.FAILED,
                "reference-1",
                NOON,
                "template reference-1 is not there"));
  }

  @ParameterizedTest
  @EnumSource(MirrorCondition.Phase.class)
  void everyPhaseIsReadBack(MirrorCondition.Phase phase) throws Exception {
    MirrorCondition condition = new MirrorCondition(phase, "m", NOON.plusNanos(1_500), "");
    assertThat(StatusDocument.parse(StatusDocument.format(condition))).isEqualTo(condition);
  }

  @Test
  void whatXmlCannotHoldOrTheHssNeedNotIsLeftOut() throws Exception {
    String failure = "a <bad> \u0000 & \uFFFF name" + "x".repeat(1000);
    MirrorCondition condition =
        new MirrorCondition(MirrorCondition.Phase.FAILED, "m", NOON, failure);
    assertThat(StatusDocument.parse(StatusDocument.format(condition)).failure())
        .startsWith("a <bad> ? & ? name")
        .hasSize(500);
  }

  @Test
  void anUnknownPhaseIsNamed() {
    assertThatThrownBy(
            () ->
                StatusDocument.parse(
                    "<mirror-status xmlns=\"urn:phonemirror:status:1\"><phase>asleep</phase>"
                        + "<phone-model>m</phone-model><since>2026-01-31T12:00:00Z</since>"
                        + "</mirror-status>"))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("asleep");
  }
}
