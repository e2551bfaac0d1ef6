package org.phonemirror.core.download;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.phonemirror.core.download.serve.FileSource;
import org.phonemirror.core.download.store.ContentStore;
import org.phonemirror.core.download.store.Download;

/** The store as the file server sees it. */
record CachedFiles(ContentStore store) implements FileSource {
  @Override
  public Answer find(String token, Instant now) throws IOException {
    Optional<Download> download = store.findByToken(token);
    if (download.isEmpty()) {
      return new Unknown();
    }
    Download.CachedFile file = download.get().file().orElseThrow();
    return download.get().state() == Download.State.CACHED && now.isBefore(file.expires())
        ? new Found(store.path(file), file.name(), file.size(), file.digest())
        : new Ended();
  }
}
