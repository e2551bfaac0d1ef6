package org.phonemirror.core.machine;

import java.util.Set;
import org.phonemirror.sync.StorageScope;

/** Port: what phones are like when they leave the factory. */
public interface FactoryStorage {
  /**
   * Shows a model's user storage in its factory state, read from its template.
   *
   * @param reader gets a directory that is gone after the call
   */
  <T> T readFactory(String phoneModel, Machine.StorageReader<T> reader) throws MachineException;

  /**
   * Whether a mirror of the model can be made what a phone is that was used before: its driver has
   * a way into the storage of its machines.
   */
  default boolean takesCopies(String phoneModel) throws MachineException {
    return true;
  }

  /** Which paths of the model's phones count as user storage. */
  StorageScope storageScope(String phoneModel) throws MachineException;

  /** Version of the software that a model's mirrors run; empty if its images don't tell. */
  String software(String phoneModel) throws MachineException;

  /**
   * All versions of a model's software that mirrors can run, of which each runs its phone's; empty
   * if the model's images don't tell.
   */
  default Set<String> versions(String phoneModel) throws MachineException {
    String software = software(phoneModel);
    return software.isEmpty() ? Set.of() : Set.of(software);
  }
}
