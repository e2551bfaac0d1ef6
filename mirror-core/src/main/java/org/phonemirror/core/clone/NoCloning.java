package org.phonemirror.core.clone;

import java.net.URI;
import java.util.Optional;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Boot;

/** Where no phone is copied. */
final class NoCloning implements Cloning {
  @Override
  public boolean isOn() {
    return false;
  }

  @Override
  public Optional<URI> required(Impu subscriber, Boot first) {
    return Optional.empty();
  }

  @Override
  public boolean isPending(Impu subscriber) {
    return false;
  }

  @Override
  public void write(Impu subscriber, Machine machine) throws MachineException {
    throw new MachineException("there is no copy of " + subscriber);
  }

  @Override
  public void written(Impu subscriber) {}

  @Override
  public void writeAgain(Impu subscriber) {}

  @Override
  public void forget(Impu subscriber) {}
}
