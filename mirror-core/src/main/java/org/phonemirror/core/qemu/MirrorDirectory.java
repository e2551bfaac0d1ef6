package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.store.StateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mirror's state on disk:
 *
 * <pre>
 * lock                     held for each step that must not meet another, also of another process
 * epoch                    the highest that was used
 * checkpoints/N-POSITION/  the Nth save, see {@link SavedCheckpoint}
 * checkpoints/damaged-.../ one that was found damaged, until the next release
 * running/EPOCH/           what a machine works on: a copy of the user storage, sockets, QEMU's pid,
 *                          and which template it has
 * </pre>
 *
 * <p>A checkpoint is made in {@code running/EPOCH} and gets its name, under the lock and only while
 * its epoch is the highest, when it is whole and on the disk. A machine of an older epoch so can't
 * change what counts, even where it can't be ended.
 */
public final class MirrorDirectory {
  /** Holds a directory for each checkpoint, whose names sort as they were made. */
  static final String CHECKPOINTS = "checkpoints";

  /** Holds the working directory of each epoch. */
  static final String RUNNING = "running";

  /** In a working directory: the id of the machine's template. */
  static final String TEMPLATE = "template";

  /** Where a working directory has its QEMU's process id. */
  public static final String PID_FILE = "pid";

  private static final Logger LOG = LoggerFactory.getLogger(MirrorDirectory.class);
  private static final Duration LOCK_TIME = Duration.ofSeconds(60);
  private static final long LOCK_PAUSE_MILLIS = 5;
  private static final long KILL_SECONDS = 10;
  private static final String ASIDE = "damaged-";
  private static final int NAME_LETTERS = 60;

  private final String mirror;
  private final Path directory;

  MirrorDirectory(Path mirrors, String mirror) {
    this.mirror = mirror;
    this.directory = mirrors.resolve(directoryName(mirror));
  }

  /** A file name for any mirror's name: readable as far as can be, and no other mirror's. */
  static String directoryName(String mirror) {
    String readable = mirror.replaceAll("[^A-Za-z0-9+@-]", "_");
    String start = readable.substring(0, Math.min(NAME_LETTERS, readable.length()));
    return start + "-" + PropertyFile.sha256(mirror).substring(0, 24);
  }

  /** Work that must not meet other work on this mirror. */
  public interface Work<T> {
    T run() throws IOException;
  }

  boolean exists() {
    return Files.isDirectory(checkpoints());
  }

  /** Does work under the lock; the mirror's directory is there. */
  <T> T locked(Work<T> work) throws IOException {
    Deadline deadline = Deadline.in(LOCK_TIME);
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel, deadline)) {
      return work.run();
    }
  }

  private FileLock lock(FileChannel channel, Deadline deadline) throws IOException {
    while (!deadline.passed()) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // another thread of this process has it: the same as another process
      }
      try {
        Thread.sleep(LOCK_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    throw new IOException(directory + " is in use since " + deadline.allowed());
  }

  /** Does work under the lock if a machine's epoch is still the highest. */
  <T> T whileCurrent(long epoch, Work<T> work) throws IOException {
    if (!exists()) {
      throw new IOException("mirror '" + mirror + "' has been removed");
    }
    return locked(
        () -> {
          long highest = highestEpoch();
          if (highest != epoch) {
            throw new IOException(
                "the machine's epoch " + epoch + " is over: epoch " + highest + " has begun");
          }
          return work.run();
        });
  }

  /** Makes the directories of a new mirror. */
  void create() throws IOException {
    Files.createDirectories(checkpoints());
    Files.createDirectories(running());
  }

  /**
   * Ends what older epochs left, and makes an epoch's working directory. Under the lock.
   *
   * @throws IOException if the epoch is not higher than all before
   */
  Path begin(long epoch) throws IOException {
    long highest = highestEpoch();
    if (epoch <= highest) {
      throw new IOException(
          "epoch " + epoch + " of mirror '" + mirror + "' is not above " + highest);
    }
    StateFiles.replace(epochFile(), epoch + "\n");
    endAll();
    return Files.createDirectory(working(epoch));
  }

  /** What a machine of an epoch works on. */
  public Path working(long epoch) {
    return running().resolve(Long.toString(epoch));
  }

  private long highestEpoch() throws IOException {
    try {
      return Long.parseLong(Files.readString(epochFile()).strip());
    } catch (NoSuchFileException e) {
      return 0;
    } catch (NumberFormatException e) {
      throw new IOException(epochFile() + " is damaged: " + e.getMessage(), e);
    }
  }

  private Path epochFile() {
    return directory.resolve("epoch");
  }

  private Path checkpoints() {
    return directory.resolve(CHECKPOINTS);
  }

  private Path running() {
    return directory.resolve(RUNNING);
  }

  /** Kills the QEMU processes of all epochs and deletes their working directories. */
  private void endAll() throws IOException {
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(running())) {
      for (Path working : directories) {
        endQemu(working);
        StateFiles.deleteTree(working);
      }
    }
  }

  private static void endQemu(Path working) throws IOException {
    Optional<ProcessHandle> process;
    try {
      long pid = Long.parseLong(Files.readString(working.resolve(PID_FILE)).strip());
      // a number may have gone to another process since: ours has this working directory
      Path itsDirectory = Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd"));
      process =
          itsDirectory.equals(working.toRealPath()) ? ProcessHandle.of(pid) : Optional.empty();
    } catch (NoSuchFileException | AccessDeniedException | NumberFormatException e) {
      return; // it never started one, or that one has ended, or the number is another user's now
    }
    if (process.isPresent()) {
      process.get().destroyForcibly();
      try {
        process.get().onExit().get(KILL_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        throw new IOException("QEMU process " + process.get().pid() + " does not end", e);
      }
    }
  }

  /** All checkpoints whose description can be read, oldest first; others are set aside. */
  List<SavedCheckpoint> saved() throws IOException {
    List<SavedCheckpoint> saved = new ArrayList<>();
    for (Path path : checkpointDirectories()) {
      try {
        saved.add(SavedCheckpoint.load(path));
      } catch (IOException e) {
        setAside(path, e);
      }
    }
    saved.sort(Comparator.comparingLong(SavedCheckpoint::number));
    return saved;
  }

  /** The newest checkpoint that is whole; damaged ones are set aside. */
  Optional<SavedCheckpoint> newest() throws IOException {
    List<SavedCheckpoint> saved = saved();
    Collections.reverse(saved);
    return firstWhole(saved);
  }

  /** The first that is whole; damaged ones before it are set aside. */
  Optional<SavedCheckpoint> firstWhole(List<SavedCheckpoint> candidates) throws IOException {
    for (SavedCheckpoint candidate : candidates) {
      try {
        candidate.check();
        return Optional.of(candidate);
      } catch (IOException e) {
        setAside(candidate.directory(), e);
      }
    }
    return Optional.empty();
  }

  /** Keeps a damaged checkpoint out of the way until the next release; an operator may look. */
  private void setAside(Path checkpoint, IOException damage) throws IOException {
    if (damage instanceof FileSystemException && !(damage instanceof NoSuchFileException)) {
      throw damage; // the machine is in trouble, not the checkpoint
    }
    Path aside = checkpoint.resolveSibling(ASIDE + checkpoint.getFileName());
    LOG.error("{} of {} goes on without: {}", checkpoint, mirror, MirrorStore.describe(damage));
    StateFiles.deleteTree(aside);
    Files.move(checkpoint, aside, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Whether a directory of checkpoints is one that was found damaged. */
  static boolean isAside(Path checkpoint) {
    return checkpoint.getFileName().toString().startsWith(ASIDE);
  }

  private List<Path> checkpointDirectories() throws IOException {
    List<Path> paths = new ArrayList<>();
    if (exists()) {
      try (DirectoryStream<Path> directories = Files.newDirectoryStream(checkpoints())) {
        for (Path path : directories) {
          if (!isAside(path)) {
            paths.add(path);
          }
        }
      } catch (NoSuchFileException e) {
        throw new IOException("mirror '" + mirror + "' changed while it was read", e);
      }
    }
    return paths;
  }

  /** Gives a checkpoint that was made in a directory its name. */
  SavedCheckpoint publish(Path made, long position) throws IOException {
    long number = 1;
    for (Path path : checkpointDirectories()) {
      number = Math.max(number, SavedCheckpoint.number(path) + 1);
    }
    Path name = checkpoints().resolve(SavedCheckpoint.directoryName(number, position));
    StateFiles.publish(made, name);
    return SavedCheckpoint.load(name);
  }

  /** Deletes all checkpoints but these, also what is set aside. */
  void keepOnly(List<SavedCheckpoint> kept) throws IOException {
    List<Path> directories = kept.stream().map(SavedCheckpoint::directory).toList();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(checkpoints())) {
      for (Path path : all) {
        if (!directories.contains(path)) {
          StateFiles.deleteTree(path);
        }
      }
    }
  }

  /** Ends what runs and deletes everything. */
  void remove() throws IOException {
    if (Files.exists(directory)) {
      locked(
          () -> {
            StateFiles.replace(epochFile(), Long.MAX_VALUE + "\n");
            endAll();
            StateFiles.deleteTree(checkpoints());
            return true;
          });
      StateFiles.deleteTree(directory);
    }
  }
}
