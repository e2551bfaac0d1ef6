package org.phonemirror.app.model;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file that the mirror server fetches for the phone.
 *
 * @param order names it in {@link MirrorControl#fetch} and {@link MirrorControl#cancel}
 * @param name of the file; may be empty until the server has told it
 * @param url where it is from
 * @param state how far it is
 * @param size in bytes, as soon as it is known
 * @param fetched bytes that the phone has
 * @param expires until when the server keeps it
 * @param text for people: what keeps it from going on
 */
public record Download(
    long order,
    String name,
    String url,
    State state,
    OptionalLong size,
    long fetched,
    Optional<Instant> expires,
    String text) {
  /** How far it is. */
  public enum State {
    /** The server does not have it yet. */
    ORDERED,
    /** The server has it; the phone fetches it on Wi-Fi or a charger, or when told. */
    CACHED,
    /** It is on its way to the phone. */
    FETCHING,
    /** It is in {@code Downloads}. */
    FETCHED,
    /** The server could not fetch it, or the phone could not. */
    FAILED,
    /** The server keeps it no longer. */
    EXPIRED,
    /** The owner does not want it any more. */
    CANCELLED
  }
}
