package org.phonemirror.core.machine;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.sync.StorageScope;

/**
 * Starts mirrors' machines from factory templates and saved states.
 *
 * <p>A mirror's state on disk is a row of {@link Checkpoint}s, each complete or not there at all. A
 * machine works on a copy, so that a crash costs no more than what came after the last checkpoint.
 */
public interface MachineDriver {
  /**
   * Checks that the model's factory template is there and whole. It is called whenever a machine
   * comes back, so files that have not changed since they were read need not be read again.
   *
   * @throws MachineException naming the file at fault and how to build it
   */
  void checkTemplate(String phoneModel) throws MachineException;

  /** Which paths of the model's phones count as user storage. */
  StorageScope storageScope(String phoneModel) throws MachineException;

  /**
   * The newest checkpoint of a mirror that is whole: one that was torn or damaged does not count.
   * Empty if there is none, or never was.
   */
  Optional<Checkpoint> latest(String mirror) throws MachineException;

  /** Makes checkpoint 0 of a new mirror from the factory template of its phone model. */
  Checkpoint create(String mirror, String phoneModel) throws MachineException;

  /**
   * Starts a machine in the state of a checkpoint. Whatever machine an older epoch of this mirror
   * left is ended first, and can't write to the mirror's storage any more.
   *
   * @param epoch higher than any that was used for this mirror before
   */
  Machine start(Checkpoint checkpoint, long epoch) throws MachineException;

  /**
   * What mirrors have on disk now, while their machines may be working. Left out are those that
   * have nothing, and all if the driver can't tell.
   */
  default Map<String, DiskUse> diskUse(Collection<String> mirrors) throws MachineException {
    return Map.of();
  }

  /**
   * Lets go of the checkpoints that nobody goes on from, as {@link Retention} says.
   *
   * @param position from here on a mirror must be able to be built again
   * @return position of the oldest that is left: the mirror's base
   */
  long release(String mirror, long position) throws MachineException;

  /**
   * Deletes all checkpoints of a mirror but the oldest from which a machine of this phone model can
   * start now. The next machine starts there. If there is none, nothing is deleted.
   *
   * @param from checkpoints before this position don't count
   * @return the one that is left
   */
  Optional<Checkpoint> rewind(String mirror, String phoneModel, long from) throws MachineException;

  /** Ends what runs of a mirror and deletes all its state. */
  void remove(String mirror) throws MachineException;
}
