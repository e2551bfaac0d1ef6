package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.phonemirror.core.machine.Machine.StorageReader;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.storage.StorageView;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.testnet.program.Command;

/** What a service sees of a mirror, with a storage image but no machine behind it. */
record ImageMirror(Impu subscriber, MirrorProfile profile, Path image, SettledStorage storage)
    implements MirrorView {

  /** With a new ext4 file system that holds what is in a directory. */
  static ImageMirror of(Impu subscriber, MirrorProfile profile, Path files, Path image, long size)
      throws IOException {
    String blocks = Long.toString(size / 1024);
    Command.run(
        List.of(
            "mke2fs",
            "-q",
            "-F",
            "-t",
            "ext4",
            "-b",
            "4096",
            "-m",
            "0",
            "-O",
            "^has_journal",
            "-d",
            files.toString(),
            image.toString(),
            blocks + "k"));
    StorageScanner scanner = new StorageScanner(files);
    scanner.scan(List.of());
    return new ImageMirror(subscriber, profile, image, new SettledStorage(scanner.tree(), true));
  }

  /** An interval that ended with an order. */
  static ReplayedInterval interval(long sequence, Order order) {
    return new ReplayedInterval(
        sequence, sequence * 60_000_000, (sequence + 1) * 60_000_000, List.of(order));
  }

  @Override
  public <T> T readStorage(StorageReader<T> reader) throws MachineException {
    try (StorageView view = StorageView.open(image)) {
      return reader.read(view.top());
    } catch (IOException e) {
      throw new MachineException("can't read " + image + ": " + e.getMessage(), e);
    }
  }

  static void delete(Path top) throws MachineException {
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new MachineException("can't delete " + top + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> write(List<StorageWrite> changes) {
    throw new UnsupportedOperationException("there is no machine that could write");
  }
}
