package org.phonemirror.client.clone;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.phonemirror.sync.CloneManifest;
import org.phonemirror.sync.CloneManifest.Chunk;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.StorageTree;
import org.phonemirror.sync.delta.Chunker;

/** The manifest of a user storage, and where each of its chunks is. */
final class Inventory {
  private record Place(Path file, long offset, int length) {}

  private static final String LOST_AND_FOUND = "lost+found";

  private final StorageScope scope;
  private final byte[] nonce;
  private final List<CloneManifest.Entry> entries = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private final Set<ByteBuffer> known = new HashSet<>();

  private Inventory(StorageScope scope, byte[] nonce) {
    this.scope = scope;
    this.nonce = nonce;
  }

  /** Reads all of a user storage. Sockets and pipes have no content and are left out. */
  static Inventory of(Path top, StorageScope scope, byte[] nonce) throws IOException {
    Inventory inventory = new Inventory(scope, nonce);
    inventory.directory(top, "");
    return inventory;
  }

  CloneManifest manifest() {
    return new CloneManifest(entries);
  }

  /** The content of a distinct chunk, as it is now. */
  byte[] read(int index) throws IOException {
    Place place = places.get(index);
    byte[] content = new byte[place.length];
    try (RandomAccessFile file = new RandomAccessFile(place.file.toFile(), "r")) {
      file.seek(place.offset);
      file.readFully(content);
    }
    return content;
  }

  int length(int index) {
    return places.get(index).length;
  }

  int size() {
    return places.size();
  }

  private void directory(Path directory, String name) throws IOException {
    TreeMap<String, Path> children = new TreeMap<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path child : stream) {
        String path = (name.isEmpty() ? "" : name + "/") + child.getFileName();
        if (!path.equals(LOST_AND_FOUND) && scope.covers(path)) {
          children.put(path, child);
        }
      }
    }
    for (var child : children.entrySet()) {
      entry(child.getKey(), child.getValue());
    }
  }

  private void entry(String name, Path path) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    long modified = Math.max(0, attributes.lastModifiedTime().to(TimeUnit.MICROSECONDS));
    int mode = mode(attributes.permissions());
    if (attributes.isDirectory()) {
      add(name, StorageTree.Kind.DIRECTORY, mode, modified, "", List.of());
      directory(path, name);
    } else if (attributes.isSymbolicLink()) {
      String target = Files.readSymbolicLink(path).toString();
      add(name, StorageTree.Kind.LINK, 0, modified, target, List.of());
    } else if (attributes.isRegularFile()) {
      add(name, StorageTree.Kind.FILE, mode, modified, "", cut(path));
    }
  }

  private void add(
      String name,
      StorageTree.Kind kind,
      int mode,
      long modified,
      String target,
      List<Chunk> chunks) {
    entries.add(new CloneManifest.Entry(name, kind, mode, modified, target, chunks));
  }

  private List<Chunk> cut(Path path) throws IOException {
    List<Chunk> chunks = new ArrayList<>();
    try (InputStream in = Files.newInputStream(path)) {
      Chunker chunker = new Chunker(in);
      long offset = 0;
      for (byte[] content = chunker.next(); content.length > 0; content = chunker.next()) {
        Chunk chunk = Chunk.of(content, nonce);
        if (known.add(ByteBuffer.wrap(chunk.id()))) {
          places.add(new Place(path, offset, content.length));
        }
        chunks.add(chunk);
        offset += content.length;
      }
    }
    return chunks;
  }

  private static int mode(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      mode = mode << 1 | (permissions.contains(permission) ? 1 : 0); // in the order of st_mode
    }
    return mode;
  }
}
