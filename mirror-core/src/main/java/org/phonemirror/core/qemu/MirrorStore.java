package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.DiskUse;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.Retention;
import org.phonemirror.core.store.StateFiles;

/** The state of all mirrors of this host's QEMU, a {@link MirrorDirectory} for each. */
public final class MirrorStore {
  private final Path mirrors;

  /**
   * Below a directory.
   *
   * @param state is made if it is not there
   * @throws IOException if it can't be made or read
   */
  public MirrorStore(Path state) throws IOException {
    mirrors = Files.createDirectories(state.resolve("mirrors")).toRealPath();
  }

  private MirrorDirectory of(String mirror) {
    return new MirrorDirectory(mirrors, mirror);
  }

  /** The newest checkpoint of a mirror that is whole. */
  public Optional<Checkpoint> latest(String mirror) throws MachineException {
    try {
      MirrorDirectory directory = of(mirror);
      if (!directory.exists()) {
        return Optional.empty();
      }
      return directory.locked(directory::newest).map(SavedCheckpoint::checkpoint);
    } catch (IOException e) {
      throw failed("find the checkpoints of", mirror, e);
    }
  }

  /** Makes a new mirror's first checkpoint. */
  @FunctionalInterface
  public interface Maker {
    /** Writes its files and its manifest into an empty directory. */
    void make(Path directory, Checkpoint checkpoint) throws IOException;
  }

  /**
   * Makes checkpoint 0 of a mirror.
   *
   * @throws IOException if the mirror is there already, or the checkpoint can't be made
   */
  public Checkpoint create(String mirror, String phoneModel, Maker maker) throws IOException {
    MirrorDirectory directory = of(mirror);
    directory.create();
    return directory.locked(
        () -> {
          if (!directory.saved().isEmpty()) {
            throw new IOException("it exists already");
          }
          Path made = directory.working(0);
          try {
            StateFiles.deleteTree(made);
            Files.createDirectory(made);
            maker.make(made, new Checkpoint(mirror, phoneModel, 0, false));
            return directory.publish(made, 0).checkpoint();
          } finally {
            StateFiles.deleteTree(made);
          }
        });
  }

  /** Opens a machine. */
  @FunctionalInterface
  public interface Opener<M> {
    /**
     * Fills the working directory of an epoch that has begun.
     *
     * @param from is whole
     */
    M open(MirrorDirectory directory, SavedCheckpoint from) throws IOException;
  }

  /**
   * Begins an epoch, which ends what older ones left.
   *
   * @throws IOException if there is no such checkpoint that is whole, or no machine can be opened
   */
  public <M> M start(Checkpoint checkpoint, long epoch, Opener<M> opener) throws IOException {
    MirrorDirectory directory = of(checkpoint.mirror());
    if (!directory.exists()) {
      throw new IOException("it does not exist");
    }
    return directory.locked(
        () -> {
          SavedCheckpoint from =
              directory.saved().stream()
                  .filter(saved -> saved.checkpoint().equals(checkpoint))
                  .reduce((older, newer) -> newer)
                  .orElseThrow(() -> new IOException("it has no " + checkpoint));
          Path working = directory.begin(epoch);
          try {
            from.check();
            return opener.open(directory, from);
          } catch (IOException e) {
            StateFiles.deleteTree(working);
            throw e;
          }
        });
  }

  /** What mirrors have on disk. */
  public Map<String, DiskUse> diskUse(Collection<String> of) throws MachineException {
    try {
      return DiskUsage.of(mirrors, of);
    } catch (IOException e) {
      throw new MachineException("can't tell what mirrors have on disk: " + describe(e), e);
    }
  }

  /** Lets go of checkpoints as {@link Retention} says; returns the base's position. */
  public long release(String mirror, long position) throws MachineException {
    MirrorDirectory directory = of(mirror);
    try {
      return directory.locked(
          () -> {
            List<SavedCheckpoint> kept =
                Retention.kept(directory.saved(), s -> s.checkpoint().position(), position);
            directory.keepOnly(kept);
            return kept.isEmpty() ? 0 : kept.get(0).checkpoint().position();
          });
    } catch (IOException e) {
      throw failed("release checkpoints of", mirror, e);
    }
  }

  /** Whether a machine can be started from a checkpoint. */
  @FunctionalInterface
  public interface Fitting {
    boolean fits(SavedCheckpoint saved) throws IOException;
  }

  /**
   * Deletes all checkpoints but the oldest that fits; none if none does.
   *
   * @param from checkpoints before this position don't count
   */
  public Optional<Checkpoint> rewind(String mirror, long from, Fitting fitting)
      throws MachineException {
    MirrorDirectory directory = of(mirror);
    try {
      if (!directory.exists()) {
        return Optional.empty();
      }
      return directory.locked(
          () -> {
            List<SavedCheckpoint> fit = new ArrayList<>();
            for (SavedCheckpoint saved : directory.saved()) {
              if (saved.checkpoint().position() >= from && fitting.fits(saved)) {
                fit.add(saved);
              }
            }
            Optional<SavedCheckpoint> base = directory.firstWhole(fit);
            if (base.isPresent()) {
              directory.keepOnly(List.of(base.get()));
            }
            return base.map(SavedCheckpoint::checkpoint);
          });
    } catch (IOException e) {
      throw failed("rewind", mirror, e);
    }
  }

  /** Ends what runs of a mirror and deletes all its state. */
  public void remove(String mirror) throws MachineException {
    try {
      of(mirror).remove();
    } catch (IOException e) {
      throw failed("remove", mirror, e);
    }
  }

  /** What a driver throws when something has failed with a mirror, or a phone model. */
  public static MachineException failed(String what, String name, IOException e) {
    return new MachineException("can't " + what + " '" + name + "': " + describe(e), e);
  }

  /** What went wrong; the exceptions of java.nio.file tell only which file. */
  static String describe(IOException e) {
    return e instanceof FileSystemException ? e.toString() : e.getMessage();
  }
}
