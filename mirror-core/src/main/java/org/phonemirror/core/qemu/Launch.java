package org.phonemirror.core.qemu;

import java.nio.file.Path;
import java.util.List;

/**
 * What a QEMU process is started with, and all that it may open.
 *
 * @param inputs files that it reads; they are opened before it gives up its rights, and it knows
 *     them by {@link #input} only, so that nothing on the way to them need be open to it
 * @param owned names of files in its working directory that it may write
 * @param arguments QEMU's own
 */
record Launch(List<Path> inputs, List<String> owned, List<String> arguments) {
  /** The shell that opens the inputs knows descriptors of one digit. */
  static final int MAX_INPUTS = 7;

  static final int FIRST_DESCRIPTOR = 3;

  Launch {
    inputs = List.copyOf(inputs);
    owned = List.copyOf(owned);
    arguments = List.copyOf(arguments);
    if (inputs.size() > MAX_INPUTS) {
      throw new IllegalArgumentException(inputs.size() + " inputs, at most " + MAX_INPUTS);
    }
  }

  /** The path by which the process opens its input of an index. */
  static Path input(int index) {
    return Path.of("/proc/self/fd", Integer.toString(FIRST_DESCRIPTOR + index));
  }
}
