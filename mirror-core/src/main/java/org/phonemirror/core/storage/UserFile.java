package org.phonemirror.core.storage;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds a file in a view of user storage, which is a guest's: its links lead anywhere, and its
 * names need not be UTF-8.
 */
public final class UserFile {
  /** What a name that is not UTF-8 holds once it is text. */
  private static final char REPLACEMENT = '\ufffd';

  private UserFile() {}

  /**
   * The regular file at a path; empty if there is none, or a link on the way to it.
   *
   * @param top of the view
   * @param path below it, as {@link org.phonemirror.sync.StorageTree} has it
   * @throws IOException if it could be any of several, whose names are the same as text
   */
  public static Optional<Path> find(Path top, String path) throws IOException {
    Path at = top;
    String[] names = path.split("/", -1);
    for (int i = 0; i < names.length; i++) {
      BasicFileAttributes attributes;
      try {
        at = names[i].indexOf(REPLACEMENT) < 0 ? at.resolve(names[i]) : garbled(at, names[i]);
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

  private static Path garbled(Path directory, String name) throws IOException {
    List<Path> matches = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (entry.getFileName().toString().equals(name)) {
          matches.add(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (matches.isEmpty()) {
      throw new NoSuchFileException(name);
    } else if (matches.size() > 1) {
      throw new IOException("several files are called '" + name + "'");
    }
    return matches.get(0);
  }
}
