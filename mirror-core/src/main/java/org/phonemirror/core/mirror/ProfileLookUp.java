package org.phonemirror.core.mirror;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ProfileSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks a subscriber's mirror profile up, and asks to be told of its changes from then on. */
final class ProfileLookUp {
  private static final Logger LOG = LoggerFactory.getLogger(ProfileLookUp.class);

  private final ProfileSource source;
  private final Impu subscriber;

  ProfileLookUp(ProfileSource source, Impu subscriber) {
    this.source = source;
    this.subscriber = subscriber;
  }

  /**
   * The profile, if there is one. There is nothing to watch where there is none. What changes
   * before the watch begins is seen by looking again after that.
   */
  CompletionStage<Optional<MirrorProfile>> run() {
    return source
        .profile(subscriber)
        .thenCompose(
            profile ->
                profile.isEmpty() ? CompletableFuture.completedFuture(profile) : watch(profile));
  }

  private CompletionStage<Optional<MirrorProfile>> watch(Optional<MirrorProfile> profile) {
    return source
        .subscribe(subscriber)
        .handle((done, failure) -> Optional.ofNullable(failure))
        .thenCompose(
            failure -> {
              if (failure.isEmpty()) {
                return source.profile(subscriber);
              }
              LOG.warn(
                  "{}: changes of its profile are seen at its next registration only: {}",
                  subscriber,
                  failure.get().getMessage());
              return CompletableFuture.completedFuture(profile);
            });
  }
}
