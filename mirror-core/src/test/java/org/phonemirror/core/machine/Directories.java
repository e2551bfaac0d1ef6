package org.phonemirror.core.machine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Directories that stand for phones' storage. */
final class Directories {
  private final Path top;
  private final AtomicLong made = new AtomicLong();

  /** Below one, which is there. */
  Directories(Path top) {
    this.top = top;
  }

  /** One that is not there yet. */
  Path fresh() {
    return top.resolve("storage-" + made.incrementAndGet());
  }

  Path copy(Path from) throws MachineException {
    Path to = fresh();
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.copy(path, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
      }
      copyTimesOfDirectories(from, to);
      return to;
    } catch (IOException e) {
      throw new MachineException("can't copy " + from + " to " + to + ": " + e, e);
    }
  }

  /** Each file that came into a copy has changed its directory's time. */
  private static void copyTimesOfDirectories(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths.filter(Files::isDirectory)::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.setLastModifiedTime(target, Files.getLastModifiedTime(path));
      }
    }
  }

  static void delete(Path top) throws MachineException {
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new MachineException("can't delete " + top + ": " + e, e);
    }
  }

  static long length(Path top) throws MachineException {
    try (Stream<Path> paths = Files.walk(top)) {
      return paths.filter(Files::isRegularFile).mapToLong(path -> path.toFile().length()).sum();
    } catch (IOException e) {
      throw new MachineException("can't read " + top + ": " + e, e);
    }
  }

  static void write(Path path, StorageWrite change) throws IOException {
    if (!path.getParent().toRealPath().equals(path.getParent().toAbsolutePath())) {
      throw new IOException("symbolic link on the way");
    }
    if (change instanceof StorageWrite.FileRegion region) {
      try (FileChannel file =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS)) {
        file.write(ByteBuffer.wrap(region.data()), region.offset());
        file.truncate(region.length());
        if (file.size() < region.length()) {
          file.write(ByteBuffer.allocate(1), region.length() - 1);
        }
      }
      FileTime time = FileTime.from(region.modifiedMicros(), TimeUnit.MICROSECONDS);
      Files.setLastModifiedTime(path, time);
    } else if (change instanceof StorageWrite.Directory) {
      Files.createDirectory(path);
    } else if (change instanceof StorageWrite.SymbolicLink link) {
      Files.createSymbolicLink(path, Path.of(link.target()));
    } else {
      Files.delete(path);
    }
  }
}
