package org.phonemirror.core.clone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.phonemirror.core.clone.CloneRecord.Phase;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.store.StateFiles;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.CloneCodec;
import org.phonemirror.sync.CloneManifest;
import org.phonemirror.sync.CloneReply;
import org.phonemirror.sync.CloneRequest;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber's copy. What arrives is durable before it is answered, and every answer tells what
 * is missing still: so the phone goes on where it was, whichever side was interrupted.
 *
 * <p>Its directory holds {@code record}, {@code manifest} with as much of it as has arrived, {@code
 * chunks}, and for a while {@code stage}, which is the copy put together.
 */
final class Copying {
  private static final Logger LOG = LoggerFactory.getLogger(Copying.class);

  /** So much is asked for at a time; a message holds several chunks. */
  private static final int MOST_WANTED = 64;

  private final Path directory;
  private final CloneSettings settings;
  private final ChunkStore chunks;
  private CloneRecord record;
  private Optional<Arrival> arrival = Optional.empty();

  /** A manifest on its way, and what is missing of its chunks. */
  private static final class Arrival {
    final byte[] digest;
    final int length;
    Optional<CloneManifest> manifest = Optional.empty();
    final Map<ByteBuffer, Integer> indices = new HashMap<>();
    final TreeMap<Integer, CloneManifest.Chunk> missing = new TreeMap<>();

    Arrival(byte[] digest, int length) {
      this.digest = digest;
      this.length = length;
    }
  }

  private Copying(CloneRecord record, Path directory, CloneSettings settings) {
    this.record = record;
    this.directory = directory;
    this.settings = settings;
    Path shared = settings.directory().resolve("shared");
    this.chunks =
        new ChunkStore(
            directory.resolve("chunks"),
            settings.acrossMirrors() ? Optional.of(shared) : Optional.empty());
  }

  /** A copy that has not begun. */
  static Copying begin(Impu subscriber, String model, Path directory, CloneSettings settings) {
    return new Copying(CloneRecord.begun(subscriber, model), directory, settings);
  }

  /** A copy as it was left. */
  static Copying load(Path directory, CloneSettings settings) throws IOException {
    return new Copying(CloneRecord.load(directory), directory, settings);
  }

  synchronized CloneRecord record() {
    return record;
  }

  /** Frees memory; what comes next reads the manifest again. */
  synchronized void rest() {
    arrival = Optional.empty();
  }

  synchronized CloneReply take(CloneRequest request, Factory factory)
      throws IOException, MachineException {
    Files.createDirectories(directory.resolve("chunks"));
    if (request instanceof CloneRequest.Begin begin) {
      return begin(begin, factory);
    } else if (request instanceof CloneRequest.Manifest stretch) {
      return manifest(stretch, factory);
    } else if (request instanceof CloneRequest.Chunks sent) {
      return chunks(sent);
    } else {
      return finish((CloneRequest.Finish) request, factory);
    }
  }

  private CloneReply begin(CloneRequest.Begin begin, Factory factory)
      throws IOException, MachineException {
    if (!begin.model().equals(record.model())) {
      return refused(
          "phone is a '" + begin.model() + "', its mirror would be a '" + record.model() + "'");
    }
    Set<String> versions = factory.versions();
    boolean known = !versions.isEmpty() && !begin.software().isEmpty();
    if (known && !versions.contains(begin.software())) {
      return refused(
          String.format(
              "phone runs software %s of '%s', the template is of %s: build the template from the"
                  + " images of the phone's version, or update the phone",
              begin.software(),
              begin.model(),
              versions.stream().sorted().collect(Collectors.joining(" and "))));
    }
    if (begin.digest().bytes() > settings.maxBytes()) {
      return refused(
          "user storage has "
              + begin.digest().bytes()
              + " bytes, at most "
              + settings.maxBytes()
              + " are copied");
    }
    if (begin.digest().equals(factory.digest())) {
      save(record.with(Phase.FACTORY, begin.bootId(), begin.digest()));
      return new CloneReply.Done();
    }
    save(record.with(Phase.COPYING, 0, begin.digest()));
    return new CloneReply.Copy(record.nonce());
  }

  private CloneReply refused(String reason) {
    LOG.warn("{} is not copied: {}", record.subscriber(), reason);
    return new CloneReply.Refused(reason);
  }

  private void save(CloneRecord changed) throws IOException {
    changed.save(directory);
    record = changed;
  }

  private Path manifestFile() {
    return directory.resolve("manifest");
  }

  private CloneReply manifest(CloneRequest.Manifest stretch, Factory factory) throws IOException {
    if (record.phase() != Phase.COPYING) {
      return new CloneReply.Again("no copy is under way");
    }
    Path file = manifestFile();
    Path name = directory.resolve("manifest.digest");
    boolean same =
        Files.exists(name) && java.util.Arrays.equals(Files.readAllBytes(name), stretch.digest());
    if (!same) {
      Files.deleteIfExists(file);
      StateFiles.replace(name, stretch.digest());
    }
    if (arrival.isEmpty() || !java.util.Arrays.equals(arrival.get().digest, stretch.digest())) {
      arrival = Optional.of(new Arrival(stretch.digest(), stretch.length()));
    }
    int have = Files.exists(file) ? Math.toIntExact(Files.size(file)) : 0;
    if (stretch.offset() == have && stretch.bytes().length > 0) {
      StateFiles.append(file, have, stretch.bytes());
      have += stretch.bytes().length;
    }
    if (have < arrival.get().length) {
      return new CloneReply.Have(have);
    }
    return whole(arrival.get(), factory);
  }

  private CloneReply whole(Arrival at, Factory factory) throws IOException {
    byte[] encoded = Files.readAllBytes(manifestFile());
    CloneManifest manifest;
    try {
      if (!java.util.Arrays.equals(CloneManifest.Chunk.id(encoded), at.digest)) {
        throw new MalformedMessageException("its digest is another");
      }
      manifest = CloneCodec.decodeManifest(encoded);
    } catch (MalformedMessageException e) {
      Files.delete(manifestFile());
      arrival = Optional.empty();
      return new CloneReply.Again("the manifest can't be used: " + e.getMessage());
    }
    if (manifest.bytes() > settings.maxBytes()) {
      return refused("files have " + manifest.bytes() + " bytes, at most " + settings.maxBytes());
    }
    at.missing.clear();
    at.indices.clear();
    List<CloneManifest.Chunk> distinct = manifest.distinct();
    for (int i = 0; i < distinct.size(); i++) {
      CloneManifest.Chunk chunk = distinct.get(i);
      boolean known =
          chunks.has(chunk.id())
              || chunks.adopt(factory.chunks(), chunk)
              || chunks.adoptShared(chunk, record.nonce());
      if (!known) {
        at.missing.put(i, chunk);
        at.indices.put(ByteBuffer.wrap(chunk.id()), i);
      }
    }
    at.manifest = Optional.of(manifest);
    return wanted(at);
  }

  private static CloneReply wanted(Arrival at) {
    long bytes = at.missing.values().stream().mapToLong(CloneManifest.Chunk::length).sum();
    return new CloneReply.Wanted(at.missing.keySet().stream().limit(MOST_WANTED).toList(), bytes);
  }

  private CloneReply chunks(CloneRequest.Chunks sent) throws IOException {
    if (arrival.isEmpty() || arrival.get().manifest.isEmpty()) {
      return new CloneReply.Again("the manifest is not known");
    }
    Arrival at = arrival.get();
    List<byte[]> taken = new ArrayList<>();
    List<Integer> arrived = new ArrayList<>();
    for (byte[] content : sent.contents()) {
      Integer index = at.indices.get(ByteBuffer.wrap(CloneManifest.Chunk.id(content)));
      if (index != null) { // what is not wanted is not kept
        taken.add(content);
        arrived.add(index);
      }
    }
    chunks.put(taken);
    for (int index : arrived) {
      CloneManifest.Chunk chunk = at.missing.remove(index);
      if (chunk != null) {
        at.indices.remove(ByteBuffer.wrap(chunk.id()));
      }
    }
    return wanted(at);
  }

  private CloneReply finish(CloneRequest.Finish finish, Factory factory) throws IOException {
    if (record.isCopied()
        && record.bootId() == finish.bootId()
        && record.digest().equals(finish.digest())) {
      return new CloneReply.Done(); // the answer was lost
    }
    if (record.phase() != Phase.COPYING
        || arrival.isEmpty()
        || arrival.get().manifest.isEmpty()
        || !arrival.get().missing.isEmpty()) {
      return new CloneReply.Again("not everything has arrived");
    }
    try {
      StorageDigest copied = stage(arrival.get().manifest.get(), factory.scope(), digest());
      if (!copied.equals(finish.digest())) {
        LOG.info(
            "{} has {} now, of which {} was copied: once more",
            record.subscriber(),
            finish.digest(),
            copied);
        return new CloneReply.Again("storage was changed while it was copied");
      }
    } catch (NoSuchFileException e) {
      arrival = Optional.empty();
      return new CloneReply.Again("a chunk is not there any more");
    }
    save(record.with(Phase.COPIED, finish.bootId(), finish.digest()));
    LOG.info("{} is copied: {}", record.subscriber(), record.digest());
    arrival = Optional.empty();
    return new CloneReply.Done();
  }

  /** Works on the copy put together. */
  private interface StageReader<T> {
    T read(Path stage, CloneManifest manifest, StorageScope scope)
        throws IOException, MachineException;
  }

  private static StageReader<StorageDigest> digest() {
    return (stage, manifest, scope) -> new StorageScanner(stage, scope).scan(List.of());
  }

  private <T> T stage(CloneManifest manifest, StorageScope scope, StageReader<T> reader)
      throws IOException {
    Path stage = directory.resolve("stage");
    try {
      Stage.make(stage, manifest, chunks);
      return reader.read(stage, manifest, scope);
    } catch (MachineException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      StateFiles.deleteTree(stage);
    }
  }

  synchronized void write(Machine machine, StorageScope scope, long timeMicros)
      throws MachineException {
    try {
      CloneManifest manifest = CloneCodec.decodeManifest(Files.readAllBytes(manifestFile()));
      stage(
          manifest,
          scope,
          (stage, entries, of) -> {
            new BaseWriter(machine, stage, entries, of).write(timeMicros, record.digest());
            return true;
          });
    } catch (IOException | MalformedMessageException e) {
      throw new MachineException(
          "can't write the copy of " + record.subscriber() + ": " + e.getMessage(), e);
    }
  }

  synchronized void written() throws IOException {
    save(record.with(Phase.WRITTEN));
  }

  synchronized void delete() throws IOException {
    chunks.delete();
    StateFiles.deleteTree(directory);
  }

  /** Cuts a file as phones do. */
  static void cut(Path file, ChunkStore into) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      var chunker = new org.phonemirror.sync.delta.Chunker(in);
      for (byte[] chunk = chunker.next(); chunk.length > 0; chunk = chunker.next()) {
        if (!into.has(CloneManifest.Chunk.id(chunk))) {
          into.put(List.of(chunk));
        }
      }
    }
  }
}
