package org.phonemirror.core.qemu;

import java.io.IOException;
import org.phonemirror.core.machine.MachineUsage;

/** A QEMU process with a guest in it. */
public interface RunningGuest extends AutoCloseable {
  /** What it costs its host; safe to call by any thread. */
  MachineUsage usage() throws IOException;

  /** The exception of a call that has failed, with QEMU's own end if that is why. */
  IOException explain(IOException failure);

  /** Ends it, since a call has failed; the exception tells of QEMU's own end if that is why. */
  default IOException failed(IOException failure) {
    IOException explained = explain(failure);
    close();
    return explained;
  }

  /** Ends it. Safe to call by any thread, and again. */
  @Override
  void close();
}
