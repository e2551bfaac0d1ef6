package org.phonemirror.testnet.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class NamespacesTest {
  @Test
  @EnabledIf("mayBeMade")
  void aSecondNetworkOfTheProcessDoesNotGiveTheFirstOnesLockUp() throws Exception {
    try (Namespaces first = Namespaces.create();
        Namespaces second = Namespaces.create()) {
      assertThat(second.ggsn()).isNotEqualTo(first.ggsn());
      assertThat(isLocked(first)).isTrue();
      assertThat(isLocked(second)).isTrue();
    }
  }

  /** Whether some process has a lock on the file, by the kernel's list (proc(5), /proc/locks). */
  private static boolean isLocked(Namespaces namespaces) throws IOException {
    String number = namespaces.ggsn().replaceAll("[^0-9]", "");
    Object inode = Files.getAttribute(Path.of("/run/phone-mirror", number), "unix:ino");
    return Files.readString(Path.of("/proc/locks")).contains(":" + inode + " ");
  }

  static boolean mayBeMade() throws IOException {
    return Access.ofThisUser() == Access.GGSN;
  }
}
