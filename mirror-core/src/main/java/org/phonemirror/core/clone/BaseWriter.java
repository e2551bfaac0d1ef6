package org.phonemirror.core.clone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.sync.CloneManifest;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.StorageTree;

/** Makes a machine's user storage that of a copy, by what differs. */
final class BaseWriter {
  private static final int REGION_BYTES = 256 * 1024;
  private static final int BYTES_AT_ONCE = 1024 * 1024;
  private static final int CHANGES_AT_ONCE = 256;
  private static final long SESSION_MICROS = 1_000_000;

  private final Machine machine;
  private final Path stage;
  private final CloneManifest manifest;
  private final StorageScope scope;
  private final List<StorageWrite> changes = new ArrayList<>();
  private int bytes;

  /**
   * For one machine.
   *
   * @param stage holds the copy
   */
  BaseWriter(Machine machine, Path stage, CloneManifest manifest, StorageScope scope) {
    this.machine = machine;
    this.stage = stage;
    this.manifest = manifest;
    this.scope = scope;
  }

  /**
   * Switches on, writes, switches off, and compares.
   *
   * @param timeMicros what the machine's clock tells meanwhile
   * @param digest what the phone's user storage was
   */
  void write(long timeMicros, StorageDigest digest) throws MachineException, IOException {
    machine.powerOn(timeMicros);
    StorageTree wanted = tree(stage);
    StorageTree present = machine.readStorage(this::tree);
    remove("", present, wanted);
    for (CloneManifest.Entry entry : manifest.entries()) {
      Optional<StorageTree> there = present.find(entry.path());
      boolean same =
          there.isPresent() && isSame(there.get(), wanted.find(entry.path()).orElse(there.get()));
      if (!same) {
        make(entry);
      }
    }
    flush();
    machine.powerOff(timeMicros + SESSION_MICROS);
    StorageDigest made = machine.readStorage(top -> new StorageScanner(top, scope).scan(List.of()));
    if (!made.equals(digest)) {
      throw new MachineException("mirror's storage is " + made + ", the phone had " + digest);
    }
  }

  private StorageTree tree(Path top) throws IOException {
    StorageScanner scanner = new StorageScanner(top, scope);
    scanner.scan(List.of());
    return scanner.tree();
  }

  private static boolean isSame(StorageTree one, StorageTree other) {
    return one.kind() == other.kind()
        && (one.kind() == StorageTree.Kind.DIRECTORY
            || java.util.Arrays.equals(one.hash(), other.hash()));
  }

  /** Removes what is not wanted, and what is in the way of something else. */
  private void remove(String path, StorageTree present, StorageTree wanted)
      throws MachineException {
    for (var child : present.children().entrySet()) {
      String name = path.isEmpty() ? child.getKey() : path + "/" + child.getKey();
      StorageTree there = child.getValue();
      StorageTree instead = wanted.children().get(child.getKey());
      boolean directory = there.kind() == StorageTree.Kind.DIRECTORY;
      boolean stays =
          instead != null
              && there.kind() == instead.kind()
              && (there.kind() != StorageTree.Kind.LINK || isSame(there, instead));
      if (directory) {
        remove(name, there, stays ? instead : StorageTree.empty());
      }
      if (!stays) {
        add(new StorageWrite.Remove(name), 0);
      }
    }
  }

  private void make(CloneManifest.Entry entry) throws MachineException, IOException {
    switch (entry.kind()) {
      case DIRECTORY -> add(new StorageWrite.Directory(entry.path(), entry.mode()), 0);
      case LINK -> add(new StorageWrite.SymbolicLink(entry.path(), entry.target()), 0);
      default -> file(entry);
    }
  }

  private void file(CloneManifest.Entry entry) throws MachineException, IOException {
    long length = entry.size();
    try (InputStream in =
        Files.newInputStream(stage.resolve(entry.path()), LinkOption.NOFOLLOW_LINKS)) {
      long offset = 0;
      do {
        byte[] data = in.readNBytes(REGION_BYTES);
        add(
            new StorageWrite.FileRegion(
                entry.path(), entry.mode(), entry.modifiedMicros(), offset, data, length),
            data.length);
        offset += data.length;
      } while (offset < length);
    }
  }

  private void add(StorageWrite change, int size) throws MachineException {
    changes.add(change);
    bytes += size;
    if (bytes >= BYTES_AT_ONCE || changes.size() >= CHANGES_AT_ONCE) {
      flush();
    }
  }

  private void flush() throws MachineException {
    List<String> refused = changes.isEmpty() ? List.of() : machine.write(changes);
    changes.clear();
    bytes = 0;
    if (!refused.isEmpty()) {
      throw new MachineException("the mirror refuses what its phone has: " + refused.get(0));
    }
  }
}
