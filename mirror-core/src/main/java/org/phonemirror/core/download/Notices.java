package org.phonemirror.core.download;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.phonemirror.core.download.store.Download;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;

/** Puts into words what became of an order. */
final class Notices {
  private final URI server;

  /**
   * Makes them.
   *
   * @param server where phones reach the file server, ending with a slash
   */
  Notices(URI server) {
    this.server = server;
  }

  /** Of an order that has been carried out, has failed, or whose file has expired. */
  Notice of(Download download) {
    return switch (download.state()) {
      case CACHED -> cached(download, download.file().orElseThrow());
      case EXPIRED -> expired(download, download.file().orElseThrow());
      case FAILED -> failed(download, download.failure().orElseThrow());
      case WAITING -> throw new IllegalArgumentException(download + " has come to nothing yet");
    };
  }

  private Notice cached(Download download, Download.CachedFile file) {
    List<Field> fields = fields(download);
    fields.add(new Field("url", download.url()));
    fields.add(new Field("name", file.name()));
    fields.add(new Field("size", Long.toString(file.size())));
    fields.add(new Field("sha256", file.digest()));
    fields.add(new Field("expires", file.expires().toString()));
    fields.add(new Field("from", server.resolve("files/" + file.token()).toString()));
    fields.add(
        new Field(
            Notice.TEXT,
            file.name()
                + " ("
                + size(file.size())
                + ") can be fetched from the mirror server until "
                + file.expires()));
    return new Notice("file-cached", fields);
  }

  private static Notice expired(Download download, Download.CachedFile file) {
    List<Field> fields = fields(download);
    fields.add(new Field("name", file.name()));
    fields.add(
        new Field(
            Notice.TEXT,
            file.name() + " is not kept any more; if you still want it, order it again"));
    return new Notice("file-expired", fields);
  }

  private static Notice failed(Download download, Download.Failure failure) {
    List<Field> fields = fields(download);
    fields.add(new Field("url", download.url()));
    fields.add(new Field("reason", failure.reason().word()));
    fields.add(new Field(Notice.TEXT, failure.text()));
    return new Notice("file-failed", fields);
  }

  private static List<Field> fields(Download download) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(Notice.ORDER, Long.toString(download.order())));
    return fields;
  }

  private static String size(long bytes) {
    return bytes < 1_000_000
        ? bytes + " bytes"
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
