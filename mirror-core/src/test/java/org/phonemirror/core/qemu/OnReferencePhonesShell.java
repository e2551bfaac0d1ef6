package org.phonemirror.core.qemu;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.phonemirror.core.machine.MachineException;

/** What tests of recorded connections begin with: a user at the reference phone's shell. */
abstract class OnReferencePhonesShell extends OnReferencePhone {
  ShellUser user;

  @BeforeEach
  void sitDown() throws IOException, MachineException {
    user = new ShellUser(driver);
  }
}
