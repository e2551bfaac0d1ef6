package org.phonemirror.app.storage;

import android.os.FileObserver;
import java.io.File;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.phonemirror.client.StorageWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches every directory of the user storage (inotify), so that it is walked only when something
 * in it has changed; of the files then only those are read again that have.
 *
 * <p>Where there are more directories than can be watched, it can't tell. Observers are called on a
 * thread of Android's, all else is done on the given executor.
 */
public final class TreeWatch implements StorageWatch, AutoCloseable {
  /** The kernel's limit is usually 8192 for all of an app. */
  static final int MAX_DIRECTORIES = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(TreeWatch.class);
  private static final int MASK =
      FileObserver.MODIFY
          | FileObserver.CLOSE_WRITE
          | FileObserver.CREATE
          | FileObserver.DELETE
          | FileObserver.MOVED_FROM
          | FileObserver.MOVED_TO
          | FileObserver.DELETE_SELF
          | FileObserver.MOVE_SELF;

  private final File top;
  private final ScheduledExecutorService executor;
  private final Map<String, FileObserver> observers = new HashMap<>();
  private long changes;
  private boolean complete;
  private boolean closed;

  /** Begins to watch, which takes a while; until then it can't tell. */
  public TreeWatch(File top, ScheduledExecutorService executor) {
    this.top = top;
    this.executor = executor;
    executor.execute(
        () -> {
          boolean all = add(top);
          synchronized (this) {
            complete = all;
          }
        });
  }

  @Override
  public synchronized long changes() {
    return complete && !closed ? changes : UNKNOWN;
  }

  /** Watches a directory and all below; false if that is too much. */
  private boolean add(File directory) {
    synchronized (this) {
      if (closed || observers.containsKey(directory.getPath())) {
        return true;
      }
      if (observers.size() >= MAX_DIRECTORIES) {
        LOG.warn(
            "{} has more than {} directories: it is walked each interval", top, MAX_DIRECTORIES);
        complete = false;
        return false;
      }
      FileObserver observer = new Observer(directory);
      observers.put(directory.getPath(), observer);
      observer.startWatching();
      changes++;
    }
    File[] entries = directory.listFiles();
    if (entries != null) {
      for (File entry : entries) {
        boolean below = entry.isDirectory() && !Files.isSymbolicLink(entry.toPath());
        if (below && !add(entry)) {
          return false;
        }
      }
    }
    return true;
  }

  private synchronized void remove(File directory) {
    FileObserver observer = observers.remove(directory.getPath());
    if (observer != null) {
      observer.stopWatching();
    }
  }

  private synchronized void changed() {
    changes++;
  }

  private final class Observer extends FileObserver {
    private final File directory;

    @SuppressWarnings("deprecation") // what takes its place came with API level 29
    Observer(File directory) {
      super(directory.getPath(), MASK);
      this.directory = directory;
    }

    @Override
    public void onEvent(int event, String path) {
      changed();
      int kind = event & FileObserver.ALL_EVENTS;
      if (kind == FileObserver.DELETE_SELF || kind == FileObserver.MOVE_SELF) {
        remove(directory);
      } else if (path != null && (kind == FileObserver.CREATE || kind == FileObserver.MOVED_TO)) {
        File entry = new File(directory, path);
        if (entry.isDirectory()) {
          executor.execute(() -> add(entry));
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      observers.values().forEach(FileObserver::stopWatching);
      observers.clear();
    }
  }
}
