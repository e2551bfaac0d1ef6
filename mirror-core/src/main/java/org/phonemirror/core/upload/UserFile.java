package org.phonemirror.core.upload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Finds a file in a view of user storage, which is a guest's: its links lead anywhere. */
final class UserFile {
  private UserFile() {}

  /**
   * The regular file at a path; empty if there is none, or a link on the way to it.
   *
   * @param top of the view
   * @param path as an {@link Upload} has it
   */
  static Optional<Path> find(Path top, String path) throws IOException {
    Path at = top;
    String[] names = path.split("/", -1);
    for (int i = 0; i < names.length; i++) {
      BasicFileAttributes attributes;
      try {
        at = at.resolve(names[i]);
        attributes = Files.readAttributes(at, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      } catch (InvalidPathException | NoSuchFileException e) {
        return Optional.empty();
      }
      boolean last = i == names.length - 1;
      if (last ? !attributes.isRegularFile() : !attributes.isDirectory()) {
        return Optional.empty();
      }
    }
    return Optional.of(at);
  }
}
