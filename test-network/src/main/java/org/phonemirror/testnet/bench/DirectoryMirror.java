package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.phonemirror.core.machine.Machine.StorageReader;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;

/**
 * What a service sees of a mirror whose storage is a directory, where the machine itself does not
 * matter.
 */
public record DirectoryMirror(Impu subscriber, Path storage) implements MirrorView {
  @Override
  public MirrorProfile profile() {
    return new MirrorProfile("reference", Duration.ofMinutes(3));
  }

  @Override
  public <T> T readStorage(StorageReader<T> reader) throws MachineException {
    try {
      return reader.read(storage);
    } catch (IOException e) {
      throw new MachineException("storage " + storage + " can't be read", e);
    }
  }

  @Override
  public List<String> write(List<StorageWrite> changes) {
    throw new UnsupportedOperationException("this storage is only read");
  }
}
