package org.phonemirror.sync;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the {@link StorageDigest} of a directory tree; phone and mirror use the same code.
 *
 * <p>A file's hash is that of its content, a symbolic link's that of its target, a directory's that
 * of its entries in the order of their names, each as kind, name and hash. Other kinds (sockets,
 * pipes) have no content and hash as their kind. A file whose size, time and key have not changed
 * since the last scan is not read again, unless it was then too fresh for its time to tell.
 *
 * <p>A name that is not UTF-8 stands as {@link Path#toString} shows it, and where several are the
 * same then, as {@link DistinctNames} tell them apart.
 *
 * <p>The phone goes on while it is scanned. What was written within {@link #SETTLE_MICROS} of the
 * digest's moment, or after it, may or may not have been there at the moment: it is left out and
 * named in {@link StorageDigest#unsettled}, and {@link #scan} on the mirror leaves out the same.
 *
 * <p>Not safe for use by several threads.
 */
public final class StorageScanner {
  /**
   * Time stamps are the kernel's, whose tick is at most 10 ms; a mirror's replay is 0.5 s apart.
   */
  public static final long SETTLE_MICROS = 1_000_000;

  /** How often a tree is looked at that is written to meanwhile. */
  private static final int MAX_PASSES = 5;

  /** The directory that mke2fs makes in every file system; not the user's. */
  private static final String LOST_AND_FOUND = "lost+found";

  private final Path top;
  private StorageScope scope;
  private StorageTree tree = StorageTree.empty();
  private final Memory memory;

  /** What scans have read, for those that come after them. */
  public static final class Memory {
    private Map<String, Known> known = new HashMap<>();
  }

  /** Scans all that is below {@code top}, each time from scratch as far as needed. */
  public StorageScanner(Path top) {
    this(top, StorageScope.ALL);
  }

  /** Scans what is below {@code top} and counts as user storage. */
  public StorageScanner(Path top, StorageScope scope) {
    this(top, scope, new Memory());
  }

  /** Remembers what another scanner, maybe from another top, has read of the same tree. */
  public StorageScanner(Path top, StorageScope scope, Memory memory) {
    this.top = top;
    this.scope = scope;
    this.memory = memory;
  }

  /** Changes what counts as user storage. */
  public void setScope(StorageScope scope) {
    this.scope = scope;
  }

  /** What the last scan saw, and its digest was made of. */
  public StorageTree tree() {
    return tree;
  }

  /**
   * The digest at a moment of a tree that is in use.
   *
   * @param momentMicros the end of the interval, in microseconds since the epoch; not later than
   *     now
   * @throws IOException if a directory or file can't be read
   */
  public StorageDigest scanLive(long momentMicros) throws IOException {
    Set<String> unsettled = new HashSet<>();
    collectUnsettled(top, "", momentMicros - SETTLE_MICROS, unsettled);
    for (int pass = 1; pass < MAX_PASSES; pass++) {
      StorageDigest digest = scan(summarize(unsettled));
      // what was written since it was looked at may be in the digest, or half of it
      Set<String> since = new HashSet<>();
      collectUnsettled(top, "", momentMicros - SETTLE_MICROS, since);
      if (since.stream().allMatch(name -> isIn(digest.unsettled(), name))) {
        return digest;
      }
      unsettled.addAll(since);
    }
    return scan(List.of("")); // always being written: nothing can be compared
  }

  private static boolean isIn(List<String> unsettled, String name) {
    for (String at = name; !unsettled.contains(at); at = parent(at)) {
      if (at.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The digest of a tree at rest, without the paths that another digest named as unsettled.
   *
   * @throws IOException if a directory or file can't be read
   */
  public StorageDigest scan(List<String> unsettled) throws IOException {
    return scan(unsettled, System.currentTimeMillis() * 1000);
  }

  /**
   * The same of a tree whose clock stands still, as a mirror's between intervals.
   *
   * @param nowMicros the time by that clock, in microseconds since the epoch
   * @throws IOException if a directory or file can't be read
   */
  public StorageDigest scan(List<String> unsettled, long nowMicros) throws IOException {
    Walk walk = new Walk(new HashSet<>(unsettled), nowMicros);
    tree = walk.directory(top, "");
    memory.known = walk.seen;
    return new StorageDigest(
        Arrays.copyOf(tree.hash(), StorageDigest.ROOT_BYTES), walk.files, walk.bytes, unsettled);
  }

  /**
   * Whether anything was written since a moment, or after it.
   *
   * @param sinceMicros the moment, in microseconds since the epoch
   * @param leftOut paths that are not looked at, with all below them
   * @throws IOException if a directory can't be read
   */
  public boolean isWrittenSince(long sinceMicros, List<String> leftOut) throws IOException {
    Set<String> written = new HashSet<>();
    collectUnsettled(top, "", sinceMicros, written);
    return !written.stream().allMatch(name -> isIn(leftOut, name));
  }

  private void collectUnsettled(Path path, String name, long since, Set<String> unsettled)
      throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      // gone since its directory was listed: that directory's own time tells
      unsettled.add(parent(name));
      return;
    }
    boolean fresh =
        attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.MICROSECONDS) >= since;
    if (fresh) {
      // a fresh directory has gained or lost a name: what is in it may have been otherwise
      unsettled.add(name);
    }
    if (attributes.isDirectory() && !fresh) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          String child = entry.getFileName().toString();
          if (counts(name, child)) {
            collectUnsettled(entry, join(name, child), since, unsettled);
          }
        }
      }
    }
  }

  private boolean counts(String directory, String child) {
    return !(directory.isEmpty() && child.equals(LOST_AND_FOUND))
        && scope.covers(join(directory, child));
  }

  private static List<String> summarize(Set<String> unsettled) {
    Set<String> names = unsettled;
    while (names.size() > Limits.MAX_UNSETTLED) {
      Set<String> wider = new HashSet<>();
      int depth = names.stream().mapToInt(StorageScanner::depth).max().orElse(0);
      for (String name : names) {
        wider.add(depth(name) == depth ? parent(name) : name);
      }
      names = wider;
    }
    List<String> sorted = new ArrayList<>(names);
    sorted.sort(null);
    return sorted;
  }

  private static int depth(String name) {
    return name.isEmpty() ? 0 : name.split("/", -1).length;
  }

  private static String parent(String name) {
    int slash = name.lastIndexOf('/');
    return slash < 0 ? "" : name.substring(0, slash);
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  private record Known(long size, long modifiedMicros, Object key, byte[] hash) {}

  private final class Walk {
    private final Set<String> skip;
    private final Map<String, Known> seen = new HashMap<>();
    private final long freshMicros;
    private long files;
    private long bytes;

    Walk(Set<String> skip, long nowMicros) {
      this.skip = skip;
      this.freshMicros = nowMicros - SETTLE_MICROS;
    }

    StorageTree directory(Path directory, String name) throws IOException {
      MessageDigest hash = sha256();
      TreeMap<String, StorageTree> children = new TreeMap<>();
      if (skip.contains(name)) {
        return new StorageTree(StorageTree.Kind.DIRECTORY, 0, hash.digest(), children);
      }
      List<Path> listed = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
        stream.forEach(listed::add);
      }
      listed.sort(null); // by the bytes of their names
      DistinctNames names = new DistinctNames();
      TreeMap<String, Path> entries = new TreeMap<>();
      for (Path entry : listed) {
        String child = entry.getFileName().toString();
        if (!skip.contains(join(name, child)) && counts(name, child)) {
          entries.put(names.next(child), entry);
        }
      }
      for (Map.Entry<String, Path> entry : entries.entrySet()) {
        BasicFileAttributes attributes;
        try {
          attributes =
              Files.readAttributes(
                  entry.getValue(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
          continue; // removed while its directory was being read: as if it had gone before
        }
        StorageTree child = entry(entry.getValue(), attributes, join(name, entry.getKey()));
        byte[] nameBytes = utf8(entry.getKey());
        hash.update((byte) child.kind().letter());
        hash.update((byte) (nameBytes.length >> 8));
        hash.update((byte) nameBytes.length);
        hash.update(nameBytes);
        hash.update(child.hash());
        children.put(entry.getKey(), child);
      }
      return new StorageTree(StorageTree.Kind.DIRECTORY, 0, hash.digest(), children);
    }

    private StorageTree entry(Path path, BasicFileAttributes attributes, String name)
        throws IOException {
      if (attributes.isDirectory()) {
        return directory(path, name);
      } else if (attributes.isSymbolicLink()) {
        byte[] hash = sha256().digest(utf8(Files.readSymbolicLink(path).toString()));
        return leaf(StorageTree.Kind.LINK, 0, hash);
      } else if (attributes.isRegularFile()) {
        byte[] hash = content(path, attributes, name);
        files++;
        bytes += attributes.size();
        return leaf(StorageTree.Kind.FILE, attributes.size(), hash);
      } else {
        return leaf(StorageTree.Kind.OTHER, 0, new byte[0]);
      }
    }

    private StorageTree leaf(StorageTree.Kind kind, long size, byte[] hash) {
      return new StorageTree(kind, size, hash, new TreeMap<>());
    }

    private byte[] content(Path path, BasicFileAttributes attributes, String name)
        throws IOException {
      long modified = attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.MICROSECONDS);
      Known before = memory.known.get(name);
      byte[] hash;
      if (before != null
          && before.size == attributes.size()
          && before.modifiedMicros == modified
          && before.key.equals(attributes.fileKey())) {
        hash = before.hash;
      } else {
        hash = read(path);
      }
      if (modified < freshMicros && attributes.fileKey() != null) {
        seen.put(name, new Known(attributes.size(), modified, attributes.fileKey(), hash));
      }
      return hash;
    }

    private byte[] read(Path path) throws IOException {
      MessageDigest hash = sha256();
      byte[] buffer = new byte[64 * 1024];
      try (InputStream in = Files.newInputStream(path)) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          hash.update(buffer, 0, n);
        }
      }
      return hash.digest();
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
