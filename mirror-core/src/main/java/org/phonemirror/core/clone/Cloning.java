package org.phonemirror.core.clone;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Boot;

/** What mirrors know of the copies that they begin with. */
public interface Cloning {
  /** Every phone is taken to be in its factory state. */
  Cloning NONE = new NoCloning();

  /** Whether a mirror waits for its phone's first boot, which tells what it begins with. */
  boolean isOn();

  /**
   * Where a phone is to copy itself to before its stream may begin with this boot; empty if the
   * stream may begin. Does not block.
   */
  Optional<URI> required(Impu subscriber, Boot first);

  /** Whether there is a copy that is yet to be written into the mirror's first checkpoint. */
  boolean isPending(Impu subscriber);

  /**
   * Writes the copy into a machine in factory state, whose phone is switched off before and after.
   *
   * @throws MachineException if its user storage is not what the phone had then
   */
  void write(Impu subscriber, Machine machine) throws MachineException;

  /** It is in the first checkpoint now. */
  void written(Impu subscriber) throws IOException;

  /** The mirror is made anew from its template: if there is a copy, it is pending again. */
  void writeAgain(Impu subscriber) throws IOException;

  /** Deletes what there is of a subscriber. */
  void forget(Impu subscriber) throws IOException;
}
