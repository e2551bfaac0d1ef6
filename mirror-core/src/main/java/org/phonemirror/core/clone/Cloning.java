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

  /** Whether there is a copy, which is what the mirror begins with. */
  boolean isCopied(Impu subscriber);

  /**
   * Writes the copy into a machine at the beginning of its phone's stream: in factory state, or
   * with the copy already. The phone is switched off before and after.
   *
   * @throws MachineException if its user storage is not what the phone had then
   */
  void write(Impu subscriber, Machine machine) throws MachineException;

  /** It is in a checkpoint now: the phone need not be asked for it any more. */
  void written(Impu subscriber) throws IOException;

  /** Deletes what there is of a subscriber. */
  void forget(Impu subscriber) throws IOException;
}
