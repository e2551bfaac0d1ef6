package org.phonemirror.core.download;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.phonemirror.core.download.fetch.FetchSettings;
import org.phonemirror.core.download.store.StoreSettings;

/**
 * The download cache.
 *
 * @param store what may be kept, and where
 * @param fetch how files are fetched, and where from
 * @param retries what happens when that fails for the time being
 * @param publicUri where phones reach the {@link org.phonemirror.core.download.serve.FileServer},
 *     ending with a slash
 * @param parallel most files that are fetched at a time
 * @param parallelPerSubscriber most of them for one subscriber
 */
public record DownloadSettings(
    StoreSettings store,
    FetchSettings fetch,
    Retries retries,
    URI publicUri,
    int parallel,
    int parallelPerSubscriber) {
  /**
   * When it is tried again.
   *
   * @param first pause, which doubles with each attempt that brings nothing new
   * @param longest pause
   * @param attempts how many in turn may bring nothing new
   */
  public record Retries(Duration first, Duration longest, int attempts) {
    Duration pause(int failed) {
      long millis = first.toMillis() << Math.min(failed, 20);
      return Duration.ofMillis(Math.min(millis, longest.toMillis()));
    }
  }

  public DownloadSettings {
    if (!publicUri.isAbsolute() || !publicUri.toString().endsWith("/")) {
      throw new IllegalArgumentException(
          "downloads are at '" + publicUri + "' for phones, must be like https://host:port/");
    }
    if (publicUri.toString().length() > 255) {
      throw new IllegalArgumentException(
          "the URI of downloads has more than 255 characters: " + publicUri);
    }
    if (parallel < 1 || parallelPerSubscriber < 1) {
      throw new IllegalArgumentException("at least one file must be fetched at a time");
    }
  }

  /** The values to use where there is no reason for others. */
  public static DownloadSettings defaults(Path directory, URI publicUri) {
    return new DownloadSettings(
        StoreSettings.in(directory),
        FetchSettings.defaults(),
        new Retries(Duration.ofSeconds(5), Duration.ofMinutes(10), 8),
        publicUri,
        8,
        2);
  }
}
