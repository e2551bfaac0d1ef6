package org.phonemirror.apk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What an output was made of, kept in a file beside it, so that it need not be made again. */
final class Stamp {
  private final Path file;
  private final MessageDigest digest;
  private String now = "";

  Stamp(Path file) {
    this.file = file;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Counts a text. */
  Stamp of(String text) {
    bytes(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Counts this program and what it runs with. */
  Stamp tool() throws IOException {
    for (String element :
        System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
      Path path = Path.of(element);
      if (Files.isDirectory(path)) {
        content(path);
      } else if (Files.exists(path)) {
        immutable(path);
      }
    }
    return this;
  }

  /** Counts a file that has another name when it has another content. */
  Stamp immutable(Path path) throws IOException {
    return of(path.getFileName() + " " + Files.size(path));
  }

  /** Counts a file's content; of a directory, all below. */
  Stamp content(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      List<Path> files;
      try (Stream<Path> walk = Files.walk(path)) {
        files = walk.filter(Files::isRegularFile).sorted().toList();
      }
      for (Path inside : files) {
        of(path.relativize(inside).toString());
        bytes(Files.readAllBytes(inside));
      }
    } else {
      bytes(Files.readAllBytes(path));
    }
    return this;
  }

  private void bytes(byte[] bytes) {
    digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }

  /** Counts contents by name. */
  Stamp contents(Map<String, byte[]> named) {
    named.forEach((name, content) -> of(name).bytes(content));
    return this;
  }

  /** Whether the output is there and was made of the same. To be asked once, when all counts. */
  boolean isCurrent(Path output) throws IOException {
    now = HexFormat.of().formatHex(digest.digest());
    return Files.exists(output) && Files.exists(file) && Files.readString(file).equals(now);
  }

  /** The output is about to change. */
  void forget() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.deleteIfExists(file);
  }

  /** The output is made. */
  void save() throws IOException {
    Files.writeString(file, now);
  }
}
