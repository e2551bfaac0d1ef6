package org.phonemirror.client.services;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where fetched files appear: {@code Downloads} in user storage. A file is there as a whole or not
 * at all, and never in place of another.
 */
final class DownloadFolder {
  static final String NAME = "Downloads";

  private static final int MAX_NAME_BYTES = 240;
  private static final int MAX_NUMBER = 1000;
  private static final String UNNAMED = "download";

  private final Path folder;

  DownloadFolder(Path userStorage) {
    this.folder = userStorage.resolve(NAME);
  }

  /**
   * A path below user storage's top that nothing has, with a number if the plain name is taken.
   *
   * @throws IOException if the folder can't be made, or has too many files of that name
   */
  String free(String wanted) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(folder);
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          "'" + NAME + "' is not a directory, so that nothing can be put there: rename it");
    }
    String name = legal(wanted);
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    String ending = dot > 0 ? name.substring(dot) : "";
    for (int number = 0; number < MAX_NUMBER; number++) {
      String candidate = number == 0 ? name : stem + " (" + number + ")" + ending;
      if (!Files.exists(folder.resolve(candidate), LinkOption.NOFOLLOW_LINKS)) {
        return NAME + "/" + candidate;
      }
    }
    throw new IOException("'" + NAME + "' has " + MAX_NUMBER + " files called '" + name + "'");
  }

  private static String legal(String wanted) {
    String name = wanted.replace('/', '_').replace('\0', '_');
    while (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      name = name.substring(name.offsetByCodePoints(0, 1)); // the ending tells more
    }
    return name.isEmpty() || name.equals(".") || name.equals("..") ? UNNAMED : name;
  }

  /**
   * Moves a file there. Reserves the name first, since a rename would replace what has it.
   *
   * @param path as {@link #free} gave it
   * @param again whether a client that was killed may have reserved the name before
   * @return false if the name has been taken meanwhile
   */
  boolean move(Path file, String path, boolean again) throws IOException {
    Path target = folder.resolve(path.substring(NAME.length() + 1));
    try {
      Files.createFile(target);
    } catch (FileAlreadyExistsException e) {
      boolean reservation =
          again
              && Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)
              && Files.size(target) == 0;
      if (!reservation) {
        return false;
      }
    }
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Durable.sync(folder);
    return true;
  }
}
