package org.phonemirror.client.services;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;

/**
 * Where the phone puts files in which a scan has found something: out of user storage, with no
 * permissions. Beside each, in a file {@code .txt}, is where it was.
 */
final class Quarantine {
  private static final int MAX_FILES = 1000;
  private static final String CHANGED = "changed";

  private final UserFiles files;
  private final Path directory;

  /**
   * What has become of a file.
   *
   * @param quarantined whether it is in quarantine now
   * @param reason why it is not, in a word; empty if it is
   * @param text for people
   */
  record Result(boolean quarantined, String reason, String text) {}

  /**
   * A quarantine.
   *
   * @param directory on the same file system as user storage, and outside of it; made if need be
   */
  Quarantine(UserFiles files, Path directory) {
    this.files = files;
    this.directory = directory;
  }

  /**
   * Moves a file there if it still is what was scanned. Asked again for the same finding, after it
   * was done, it says so again.
   *
   * @param key of the finding
   * @param sha256 of what was scanned, in lower-case hexadecimal digits
   */
  Result take(long key, String path, String sha256) {
    Path kept = directory.resolve(Long.toHexString(key));
    try {
      if (Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
        return taken(path); // before the client was killed
      }
      Path file = files.find(path);
      UserFiles.Content content = UserFiles.content(file);
      if (!content.sha256().equals(sha256)) {
        return new Result(
            false, CHANGED, "'" + path + "' has changed since it was scanned; scan it again");
      }
      makeDirectory();
      Files.write(
          kept.resolveSibling(kept.getFileName() + ".txt"),
          Collections.singletonList(sha256 + " " + path),
          StandardCharsets.UTF_8);
      Files.move(file, kept, StandardCopyOption.ATOMIC_MOVE);
      if (!UserFiles.isStill(kept, content)) {
        return giveBack(kept, file, path);
      }
      Files.setPosixFilePermissions(kept, Collections.emptySet());
      Durable.sync(file.toAbsolutePath().getParent());
      Durable.sync(directory);
      return taken(path);
    } catch (NoSuchFileException e) {
      return new Result(false, "not-found", "'" + path + "' is not there any more");
    } catch (IOException e) {
      return new Result(
          false, "unwritable", "'" + path + "' can't be quarantined: " + e.getMessage());
    }
  }

  private static Result taken(String path) {
    return new Result(true, "", "'" + path + "' is in quarantine");
  }

  private void makeDirectory() throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
    String[] names = directory.toFile().list();
    if (names == null || names.length >= 2 * MAX_FILES) {
      throw new IOException("the quarantine is full with " + MAX_FILES + " files");
    }
  }

  /** It was written to between reading and moving. */
  private static Result giveBack(Path kept, Path file, String path) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // the program has begun the file anew, which is what the user has now
      return new Result(true, "", "'" + path + "' is in quarantine as it was while being written");
    }
    Files.move(kept, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return new Result(false, CHANGED, "'" + path + "' is being written; scan it again");
  }
}
