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
   * Checks that the model's factory template is there and whole.
   *
   * @throws MachineException naming the file at fault and how to build it
   */
  void checkTemplate(String phoneModel) throws MachineException;

  /** Which paths of the model's phones count as user storage. */
  StorageScope storageScope(String phoneModel) throws MachineException;

  /** The newest checkpoint of a mirror; empty if it never had one. */
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

  /** Ends what runs of a mirror and deletes all its state. */
  void remove(String mirror) throws MachineException;
}
