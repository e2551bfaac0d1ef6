package org.phonemirror.apk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The Android asset packaging tool: makes resources and the manifest binary. */
final class Aapt2 {
  private static final String RESOURCE = "/prebuilt/linux/aapt2";

  private final Path program;

  private Aapt2(Path program) {
    this.program = program;
  }

  /** Unpacks the program into a directory. */
  static Aapt2 unpack(Path directory) throws IOException {
    Path program = directory.resolve("aapt2");
    Files.createDirectories(directory);
    try (InputStream in = Aapt2.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException("there is no aapt2 on the class path: " + RESOURCE);
      }
      Files.copy(in, program, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new Aapt2(program);
  }

  /**
   * Makes {@code base.apk}, which is everything but the code, and {@code r/}, the sources of R.
   *
   * @param android the framework's classes and resources
   * @param version what people call this version
   * @throws IOException with what aapt2 says, if it does not like them
   */
  void link(Path android, Path manifest, Path res, String version, Path out)
      throws IOException, InterruptedException {
    Path compiled = out.resolve("res.zip");
    run(List.of("compile", "--dir", res.toString(), "-o", compiled.toString()));
    run(
        List.of(
            "link",
            "-I",
            android.toString(),
            "--manifest",
            manifest.toString(),
            "--version-name",
            version,
            "--java",
            out.resolve("r").toString(),
            "-o",
            out.resolve("base.apk").toString(),
            compiled.toString()));
  }

  private void run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException("aapt2 " + arguments.get(0) + " ended with " + status + ":\n" + said);
    }
  }
}
