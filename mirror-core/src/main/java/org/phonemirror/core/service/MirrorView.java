package org.phonemirror.core.service;

import java.util.List;
import org.phonemirror.core.machine.Machine.StorageReader;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;

/** What a service may see and do of a mirror, during a call. */
public interface MirrorView {
  /** Whose mirror it is. */
  Impu subscriber();

  /** As it is now. */
  MirrorProfile profile();

  /**
   * Shows the user storage, read from outside the guest. Names and links in it are the guest's:
   * whoever reads must not follow links, and must open regular files only.
   *
   * @param reader gets a directory that can be read during the call
   */
  <T> T readStorage(StorageReader<T> reader) throws MachineException;

  /**
   * Changes the user storage.
   *
   * @return why a change was refused, for each that was
   */
  List<String> write(List<StorageWrite> changes) throws MachineException;
}
