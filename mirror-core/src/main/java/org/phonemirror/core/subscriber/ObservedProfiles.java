package org.phonemirror.core.subscriber;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Lets somebody see the profiles that another asks for, beside those that change. */
public final class ObservedProfiles implements ProfileSource {
  private final ProfileSource source;
  private final Listener listener;

  /**
   * Observes a source.
   *
   * @param listener is told of each profile that is read; it returns at once
   */
  public ObservedProfiles(ProfileSource source, Listener listener) {
    this.source = source;
    this.listener = listener;
  }

  @Override
  public CompletionStage<Optional<MirrorProfile>> profile(Impu subscriber) {
    return source
        .profile(subscriber)
        .thenApply(
            profile -> {
              listener.profileChanged(subscriber, profile);
              return profile;
            });
  }

  @Override
  public CompletionStage<Void> subscribe(Impu subscriber) {
    return source.subscribe(subscriber);
  }
}
