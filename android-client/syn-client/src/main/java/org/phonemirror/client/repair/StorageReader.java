package org.phonemirror.client.repair;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.EntrySet;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageTree;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.delta.Delta;
import org.phonemirror.sync.delta.Signature;

/** Makes answers of what is in the phone's user storage. */
public final class StorageReader {
  /** What a directory or a file takes in an answer beside its path, names and contents. */
  private static final int OVERHEAD = 64;

  private final Path storage;

  /** Reads below this directory. */
  public StorageReader(Path storage) {
    this.storage = storage;
  }

  /**
   * What differs below a directory, level by level as far as the length goes; empty if not even its
   * first entry fits.
   */
  Optional<Answer> differences(Ask.Compare ask, Moment moment, int maxBytes) {
    Optional<StorageTree> top = moment.tree().find(ask.path());
    if (!top.isPresent() || top.get().kind() != StorageTree.Kind.DIRECTORY) {
      return none(ask.path(), moment);
    }
    int left = maxBytes - OVERHEAD - ask.path().length() * 3;
    List<Answer.Directory> told = new ArrayList<>();
    Deque<Level> queue = new ArrayDeque<>();
    queue.add(new Level(ask.path(), top.get(), 1));
    for (Level at = queue.poll(); at != null && left > 0; at = queue.poll()) {
      Answer.Directory directory = directory(at, ask.mirror(), left, queue);
      int length =
          SyncCodec.length(
              new Answer.Differences(
                  "", ask.mirror().salt(), Collections.singletonList(directory)));
      if (length > left || (!directory.complete() && !told.isEmpty())) {
        break;
      }
      left -= length;
      told.add(directory);
    }
    boolean nothing = told.isEmpty() || (told.get(0).others().isEmpty() && !told.get(0).complete());
    return nothing
        ? Optional.empty()
        : Optional.of(new Answer.Differences(ask.path(), ask.mirror().salt(), told));
  }

  private record Level(String path, StorageTree tree, int depth) {}

  private Answer.Directory directory(Level at, EntrySet mirror, int maxBytes, Deque<Level> queue) {
    List<Answer.Entry> others = new ArrayList<>();
    List<Integer> same = new ArrayList<>();
    int left = maxBytes - OVERHEAD - at.path.length() * 3;
    boolean complete = true;
    for (Map.Entry<String, StorageTree> child : at.tree.children().entrySet()) {
      String path = at.path.isEmpty() ? child.getKey() : at.path + "/" + child.getKey();
      if (mirror.contains(path, child.getValue())) {
        same.add(EntrySet.nameHash(mirror.salt(), child.getKey()));
        left -= 2;
        continue;
      }
      Optional<Answer.Entry> entry = entry(path, child.getKey(), child.getValue());
      int length = entry.isPresent() ? SyncCodec.length(entry.get()) : 0;
      if (!entry.isPresent() || length > left) {
        complete = false;
        continue;
      }
      left -= length;
      others.add(entry.get());
      if (child.getValue().kind() == StorageTree.Kind.DIRECTORY && mirror.reaches(at.depth + 1)) {
        queue.add(new Level(path, child.getValue(), at.depth + 1));
      }
    }
    Collections.sort(same);
    return new Answer.Directory(at.path, complete, others, same);
  }

  /** Empty if it has gone since it was scanned, or can't be told. */
  private Optional<Answer.Entry> entry(String path, String name, StorageTree tree) {
    try {
      Path file = storage.resolve(path);
      boolean link = tree.kind() == StorageTree.Kind.LINK;
      boolean hashed =
          tree.kind() == StorageTree.Kind.FILE || tree.kind() == StorageTree.Kind.DIRECTORY;
      return Optional.of(
          new Answer.Entry(
              name,
              tree.kind(),
              link ? 0 : mode(file),
              tree.size(),
              hashed ? tree.shortHash() : new byte[0],
              link ? Files.readSymbolicLink(file).toString() : ""));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * As much of a file from the asked offset on as fits into the length; empty if that is nothing.
   */
  Optional<Answer> content(Ask.Fetch ask, Moment moment, int maxBytes) {
    String path = ask.path();
    Optional<StorageTree> scanned = moment.tree().find(path);
    if (!scanned.isPresent() || scanned.get().kind() != StorageTree.Kind.FILE) {
      return none(path, moment);
    }
    long size = scanned.get().size();
    if (size > Limits.MAX_FILE_BYTES) {
      return Optional.of(new Answer.None(path, Answer.Reason.REFUSED));
    }
    // a file that has become shorter than where the mirror goes on ends there
    long offset = Math.min(ask.mirror().offset(), size);
    Signature base = offset == ask.mirror().offset() ? ask.mirror() : Signature.none(offset);
    try {
      Path file = storage.resolve(path);
      long modified = modified(file);
      byte[] data = read(file, offset, (int) Math.min(Signature.WINDOW, size - offset));
      // what was written since the scan is not what the digest holds
      if (modified >= moment.micros() - StorageScanner.SETTLE_MICROS
          || modified(file) != modified
          || Files.size(file) != size) {
        return Optional.of(new Answer.None(path, Answer.Reason.UNSETTLED));
      }
      int mode = mode(file);
      int room = maxBytes - OVERHEAD - path.length() * 3;
      return Delta.first(room, Delta.of(base, data), data)
          .map(delta -> content(path, mode, modified, scanned.get(), offset, data, delta));
    } catch (IOException | InvalidPathException e) {
      return Optional.of(new Answer.None(path, Answer.Reason.REFUSED));
    }
  }

  private static Answer content(
      String path,
      int mode,
      long modified,
      StorageTree file,
      long offset,
      byte[] data,
      Delta delta) {
    byte[] check = new byte[0];
    if (delta.length() != file.size()) {
      MessageDigest hash = sha256();
      hash.update(data, 0, delta.length());
      check = Arrays.copyOf(hash.digest(), Answer.CHECK_BYTES);
    }
    byte[] hash = Arrays.copyOf(file.hash(), Answer.HASH_BYTES);
    return new Answer.Content(path, mode, modified, file.size(), hash, offset, check, delta);
  }

  private static Optional<Answer> none(String path, Moment moment) {
    return Optional.of(
        new Answer.None(
            path, moment.isUnsettled(path) ? Answer.Reason.UNSETTLED : Answer.Reason.GONE));
  }

  private static byte[] read(Path file, long offset, int length) throws IOException {
    Set<java.nio.file.OpenOption> options = new HashSet<>();
    options.add(StandardOpenOption.READ);
    options.add(LinkOption.NOFOLLOW_LINKS);
    ByteBuffer buffer = ByteBuffer.allocate(length);
    try (SeekableByteChannel in = Files.newByteChannel(file, options)) {
      in.position(offset);
      while (buffer.hasRemaining()) {
        if (in.read(buffer) < 0) {
          throw new EOFException(file + " has become shorter");
        }
      }
    }
    return buffer.array();
  }

  private static long modified(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .lastModifiedTime()
        .to(TimeUnit.MICROSECONDS);
  }

  private static int mode(Path file) throws IOException {
    Set<PosixFilePermission> permissions =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .permissions();
    int mode = 0;
    // from the owner's reading to the others' execution, as st_mode has them
    for (PosixFilePermission permission : EnumSet.allOf(PosixFilePermission.class)) {
      mode = mode << 1 | (permissions.contains(permission) ? 1 : 0);
    }
    return mode;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
