package org.phonemirror.core.mirror;

import java.util.Optional;
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
   * The profile, if there is one. The watch begins first, so that no change is missed between the
   * two; a network that has nothing to watch yet agrees, too.
   */
  CompletionStage<Optional<MirrorProfile>> run() {
    return source
        .subscribe(subscriber)
        .handle((done, failure) -> Optional.ofNullable(failure))
        .thenCompose(
            failure ->
                source
                    .profile(subscriber)
                    .thenApply(
                        profile -> {
                          if (profile.isPresent() && failure.isPresent()) {
                            LOG.warn(
                                "{}: changes of its profile are seen at its next registration only:"
                                    + " {}",
                                subscriber,
                                failure.get().getMessage());
                          }
                          return profile;
                        }));
  }
}
