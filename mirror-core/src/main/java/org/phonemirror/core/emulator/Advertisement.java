package org.phonemirror.core.emulator;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.phonemirror.core.qemu.PropertyFile;

/**
 * What an emulator tells of itself, once it has begun to listen: {@code avd/running/pid_PID.ini} in
 * its {@code XDG_RUNTIME_DIR}, which each of ours has for itself.
 *
 * @param token that its gRPC services ask for; empty if they don't
 */
record Advertisement(String token) {
  static final String DIRECTORY = "avd/running";
  private static final String PORT = "grpc.port";
  private static final String TOKEN = "grpc.token";

  /**
   * Looks for it.
   *
   * @param runtime the emulator's runtime directory
   * @param grpcPort where it was told to listen
   */
  static Optional<Advertisement> find(Path runtime, int grpcPort) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(runtime.resolve(DIRECTORY), "pid_*.ini")) {
      for (Path file : files) {
        Properties values = PropertyFile.read(file).values();
        boolean whole = Files.readString(file).endsWith("\n");
        if (whole && values.getProperty(PORT, "").strip().equals("" + grpcPort)) {
          return Optional.of(new Advertisement(values.getProperty(TOKEN, "").strip()));
        }
      }
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
