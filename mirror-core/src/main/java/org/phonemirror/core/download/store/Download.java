package org.phonemirror.core.download.store;

import java.time.Instant;
import java.util.Optional;
import org.phonemirror.core.download.fetch.Reason;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.ServicePolicies;

/**
 * An order of a subscriber, and what became of it.
 *
 * @param subscriber whose it is
 * @param order its id
 * @param url where from, in its normal form
 * @param wantedName how the subscriber wants to call the file
 * @param policy of the profile when it was ordered
 * @param state what became of it
 * @param file the file, if there is or was one
 * @param failure why there is none
 */
public record Download(
    Impu subscriber,
    long order,
    String url,
    Optional<String> wantedName,
    ServicePolicies.Download policy,
    State state,
    Optional<CachedFile> file,
    Optional<Failure> failure) {
  /** What became of an order. */
  public enum State {
    WAITING,
    CACHED,
    FAILED,
    EXPIRED
  }

  /**
   * A file that is kept for a subscriber.
   *
   * @param name without directories, safe to show and to store
   * @param digest SHA-256 in lower-case hexadecimal digits
   * @param size in bytes
   * @param token the capability to get it
   * @param expires until when
   */
  public record CachedFile(String name, String digest, long size, String token, Instant expires) {}

  /** Why there is no file, with a text for the phone's owner. */
  public record Failure(Reason reason, String text) {}
}
