package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.StorageWrite;

class StorageCommandsTest {
  @Test
  void linesAreWhatTheAgentReads() {
    StorageWrite odd = new StorageWrite.FileRegion("a\nb", 0640, 77, 3, new byte[] {1, -1}, 9);
    assertThat(StorageCommands.of(odd))
        .containsExactly("WRITE 610a62 3 01ff", "SETTLE 610a62 9 640 77");
    assertThat(StorageCommands.of(new StorageWrite.SymbolicLink("l", "/x")))
        .containsExactly("LINK 6c 2f78");
  }

  @Test
  void longDataIsToldInPiecesThatFit() {
    for (String path : List.of("p", "p".repeat(4000))) {
      byte[] data = new byte[100_000];
      List<String> commands =
          StorageCommands.of(new StorageWrite.FileRegion(path, 0, 0, 1L << 29, data, 1L << 30));
      assertThat(commands).allMatch(command -> command.length() <= 16_383);
      assertThat(commands.size()).isGreaterThan(12);
    }
  }

  @Test
  void aPathThatNoLineHoldsIsRefusedByName() {
    StorageWrite link = new StorageWrite.SymbolicLink("p".repeat(4096), "t".repeat(4096));
    assertThatThrownBy(() -> StorageCommands.of(link)).hasMessageContaining("too long");
  }
}
