package org.phonemirror.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.vitals.MirrorVitals;

class DriverSelectionTest {
  private static final String MIRROR = "sip:a@b";

  @TempDir private Path directory;
  private FakeMachineDriver quick;
  private FakeMachineDriver slow;
  private DriverSelection selection;

  @BeforeEach
  void make() throws IOException {
    quick = new FakeMachineDriver(Files.createDirectory(directory.resolve("quick")), "reference");
    slow = new FakeMachineDriver(Files.createDirectory(directory.resolve("slow")), "tablet");
    Map<String, String> names = Map.of("reference", "quick", "tablet", "slow", "odd", "unknown");
    selection =
        new DriverSelection(
            model -> names.getOrDefault(model, "quick"), Map.of("quick", quick, "slow", slow));
  }

  @Test
  void aMirrorIsWithItsModelsDriver() throws Exception {
    Checkpoint created = selection.create(MIRROR, "tablet");
    assertThat(slow.latest(MIRROR)).contains(created);
    assertThat(quick.latest(MIRROR)).isEmpty();
    assertThat(selection.latest(MIRROR)).contains(created);
    selection.start(created, 1).close();
    assertThatThrownBy(() -> selection.create(MIRROR, "reference"))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(MIRROR);
    selection.remove(MIRROR);
    assertThat(slow.latest(MIRROR)).isEmpty();
    assertThat(selection.create(MIRROR, "reference")).isEqualTo(quick.latest(MIRROR).orElseThrow());
  }

  @Test
  void phonesAreCopiedWhereTheDriverHasAWayIn() throws Exception {
    assertThat(selection.takesCopies("tablet")).isTrue();
    assertThat(selection.software("tablet")).isEqualTo(slow.software("tablet"));
    MachineDriver noStorage =
        new MirrorVitals(new SimpleMeterRegistry(), Clock.systemUTC()).watching(slow);
    DriverSelection withoutStorage =
        new DriverSelection(model -> "slow", Map.of("slow", noStorage));
    assertThat(withoutStorage.takesCopies("tablet")).isFalse();
    assertThatThrownBy(() -> withoutStorage.readFactory("tablet", top -> true))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("'tablet'")
        .hasMessageContaining("'slow'");
  }

  @Test
  void aDriverThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> selection.checkTemplate("odd"))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("'unknown'")
        .hasMessageContaining("[quick, slow]");
    assertThatThrownBy(() -> selection.checkTemplate("nosuchmodel"))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("nosuchmodel");
  }
}
