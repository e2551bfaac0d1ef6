package org.phonemirror.testnet.server;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a server runs.
 *
 * @param runner what its program is started by, for example {@code ip netns exec NAME}; empty for
 *     this process's own network
 * @param address numeric address to listen on
 * @param directory for configuration, logs and contents
 */
public record Site(List<String> runner, String address, Path directory) {
  public Site {
    runner = List.copyOf(runner);
    directory = directory.toAbsolutePath();
  }

  /** In this process's own network. */
  public static Site here(String address, Path directory) {
    return new Site(List.of(), address, directory);
  }
}
