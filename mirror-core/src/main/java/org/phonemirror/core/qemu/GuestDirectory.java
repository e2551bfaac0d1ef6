package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.core.store.StateFiles;

/**
 * The working directory of a guest's process. Nobody else may read it. The process may write the
 * files that it has been given, of which it can't make other files or links, and until {@link
 * #close} it may make sockets in {@link #SOCKETS}: then it can't make anything.
 *
 * <p>So the server may read by name what the process writes, and the process can't fill the disk.
 */
public final class GuestDirectory {
  /** Where the process makes its own sockets. */
  public static final String SOCKETS = "sockets";

  private static final Set<PosixFilePermission> MINE = PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> PASSABLE =
      PosixFilePermissions.fromString("rwx--x---");
  private static final Set<PosixFilePermission> PRIVATE_FILE =
      PosixFilePermissions.fromString("rw-------");

  private final Path path;
  private final Optional<Integer> user;

  /**
   * Of a directory that is there.
   *
   * @param user the process's, if it is not the server's own
   */
  GuestDirectory(Path path, Optional<Integer> user) {
    this.path = path;
    this.user = user;
  }

  /** Gives the process what it may write. */
  void open(Iterable<String> files) throws IOException {
    share(path);
    for (String file : files) {
      give(path.resolve(file), PRIVATE_FILE);
    }
    Path sockets = path.resolve(SOCKETS);
    StateFiles.deleteTree(sockets);
    Files.createDirectory(sockets, PosixFilePermissions.asFileAttribute(MINE));
    give(sockets, MINE);
  }

  /** From now on the process can't make files. */
  public void close() throws IOException {
    if (user.isPresent()) {
      Path sockets = path.resolve(SOCKETS);
      Files.setAttribute(sockets, "unix:uid", server(), LinkOption.NOFOLLOW_LINKS);
      Files.setPosixFilePermissions(sockets, PASSABLE);
    }
  }

  /** Lets the process connect to a socket of the server's that is in the directory. */
  public void admit(String socket) throws IOException {
    give(path.resolve(socket), PRIVATE_FILE);
  }

  /** Makes an empty file that the process may write. */
  Path lend(String name) throws IOException {
    Path file = path.resolve(name);
    Files.deleteIfExists(file);
    Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PRIVATE_FILE))
        .close();
    give(file, PRIVATE_FILE);
    return file;
  }

  /** Makes a file the server's that the process has written. */
  void takeBack(Path file) throws IOException {
    if (user.isPresent()) {
      Files.setAttribute(file, "unix:uid", server(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  private void share(Path directory) throws IOException {
    if (user.isPresent()) {
      Files.setAttribute(directory, "unix:gid", user.get(), LinkOption.NOFOLLOW_LINKS);
      Files.setPosixFilePermissions(directory, PASSABLE);
    } else {
      Files.setPosixFilePermissions(directory, MINE);
    }
  }

  private void give(Path file, Set<PosixFilePermission> permissions) throws IOException {
    Files.setPosixFilePermissions(file, permissions);
    if (user.isPresent()) {
      Files.setAttribute(file, "unix:gid", user.get(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(file, "unix:uid", user.get(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** The server's own user id: the directory is its. */
  private Object server() throws IOException {
    return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }
}
