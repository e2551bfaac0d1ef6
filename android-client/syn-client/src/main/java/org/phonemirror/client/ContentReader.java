package org.phonemirror.client;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.phonemirror.sync.FileContent;
import org.phonemirror.sync.StorageScanner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads files for digests, one after the other, where nobody waits for it. */
final class ContentReader {
  private static final Logger LOG = LoggerFactory.getLogger(ContentReader.class);

  /** Files that wait; further ones are asked for with the next digest. */
  private static final int MAX_WAITING = 16_384;

  private final Executor background;
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();
  private final Map<String, FileContent> read = new ConcurrentHashMap<>();

  /** Reads by this executor. */
  ContentReader(Executor background) {
    this.background = background;
  }

  /** A file is to be read, if that is not planned yet. */
  void ask(String name, Path file) {
    if (waiting.size() < MAX_WAITING && waiting.add(name)) {
      background.execute(() -> read(name, file));
    }
  }

  private void read(String name, Path file) {
    try {
      FileContent.read(file).ifPresent(content -> read.put(name, content));
    } catch (NoSuchFileException e) {
      LOG.debug("{} is gone", file);
    } catch (IOException e) {
      LOG.warn("{} can't be read, the server won't compare it: {}", file, e.toString());
    } finally {
      waiting.remove(name);
    }
  }

  /** Hands over what was read since the last time. */
  void tell(StorageScanner.Memory memory) {
    read.forEach(
        (name, content) -> {
          memory.learn(name, content);
          read.remove(name, content);
        });
  }
}
