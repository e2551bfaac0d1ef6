package org.phonemirror.core.qemu;

import java.nio.file.Path;
import java.util.List;

/**
 * What a QEMU process is started with, and all that it may open.
 *
 * @param inputs files that it reads; they are opened before it gives up its rights, and it knows
 *     them by {@link #input} only, so that nothing on the way to them need be open to it
 * @param owned names of files in its working directory that it may write, and of sockets there that
 *     it may connect to
 * @param arguments QEMU's own
 * @param size what its guest takes beyond what each process may have
 */
public record Launch(
    List<Path> inputs, List<String> owned, List<String> arguments, Launch.Size size) {
  /** The shell that opens the inputs knows descriptors of one digit. */
  static final int MAX_INPUTS = 7;

  static final int FIRST_DESCRIPTOR = 3;

  /**
   * What a guest takes.
   *
   * @param cpus that it has work for at a time
   * @param memoryMb private memory in MiB, above that of {@link GuestLimits}
   * @param largestFileBytes what a file may have that it writes
   */
  public record Size(int cpus, int memoryMb, long largestFileBytes) {
    /**
     * A guest whose memory and images are files that are mapped: the log and the devices' state are
     * all that its process writes.
     */
    public static final Size MAPPED = new Size(1, 0, 16L << 20);

    public Size {
      if (cpus < 1 || memoryMb < 0 || largestFileBytes < 1) {
        throw new IllegalArgumentException("a guest of " + cpus + " CPUs, " + memoryMb + " MiB");
      }
    }
  }

  public Launch {
    inputs = List.copyOf(inputs);
    owned = List.copyOf(owned);
    arguments = List.copyOf(arguments);
    if (inputs.size() > MAX_INPUTS) {
      throw new IllegalArgumentException(inputs.size() + " inputs, at most " + MAX_INPUTS);
    }
  }

  /** A guest of the usual size. */
  Launch(List<Path> inputs, List<String> owned, List<String> arguments) {
    this(inputs, owned, arguments, Size.MAPPED);
  }

  /** The path by which the process opens its input of an index. */
  public static Path input(int index) {
    return Path.of("/proc/self/fd", Integer.toString(FIRST_DESCRIPTOR + index));
  }
}
