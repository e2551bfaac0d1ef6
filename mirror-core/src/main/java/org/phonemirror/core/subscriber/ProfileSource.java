package org.phonemirror.core.subscriber;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Port: where mirror profiles come from. Calls return at once; answers come later. */
public interface ProfileSource {
  /**
   * The subscriber's profile.
   *
   * @return the profile; empty if the network does not know the subscriber or it has no mirror; or
   *     failed with a {@link ProfileUnavailableException} when asking again later may help
   */
  CompletionStage<Optional<MirrorProfile>> profile(Impu subscriber);

  /**
   * Asks to be told of changes of the subscriber's profile from now on. Asking again is harmless.
   *
   * @return done when the network has agreed; fails as {@link #profile} does
   */
  CompletionStage<Void> subscribe(Impu subscriber);

  /** Who is told of changes. */
  @FunctionalInterface
  interface Listener {
    /** The profile is now this; empty means that the subscription to the mirror has ended. */
    void profileChanged(Impu subscriber, Optional<MirrorProfile> profile);
  }
}
