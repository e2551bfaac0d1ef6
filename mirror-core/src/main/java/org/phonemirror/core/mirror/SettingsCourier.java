package org.phonemirror.core.mirror;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.StorageScope;

/**
 * Brings a phone its synchronization settings, again and again until it has them. One message at a
 * time, as a newer one might overtake an older one, which the phone would then go by.
 */
final class SettingsCourier {
  private final ActorContext<MirrorCommand> context;
  private final TimerScheduler<MirrorCommand> timers;
  private final MirrorSurroundings surroundings;
  private final PhoneMessenger messenger;
  private final MachineDriver driver;
  private int failures;
  private boolean onItsWay;
  private boolean outdated;

  SettingsCourier(
      ActorContext<MirrorCommand> context,
      TimerScheduler<MirrorCommand> timers,
      MirrorSurroundings surroundings,
      MirrorPorts ports) {
    this.context = context;
    this.timers = timers;
    this.surroundings = surroundings;
    this.messenger = ports.messenger();
    this.driver = ports.driver();
  }

  /** There are new settings to bring. */
  void order() {
    failures = 0;
    context.getSelf().tell(new MirrorCommand.SendSettings());
  }

  /** Nobody is there to bring them to. */
  void cancel() {
    timers.cancel(MirrorCommand.SendSettings.class);
  }

  void send(MirrorState.Link link, MirrorProfile profile) {
    if (onItsWay) {
      outdated = true;
      return;
    }
    onItsWay = true;
    SyncKey key = new SyncKey(link.identity(), link.key());
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> scope(profile), surroundings.blocking())
            .thenCompose(
                scope ->
                    messenger.send(
                        surroundings.subscriber(),
                        SyncKey.CONTENT_TYPE,
                        key.settings(surroundings.settings(), profile, scope))),
        (done, failure) -> new MirrorCommand.SettingsSent(Optional.ofNullable(failure)));
  }

  private StorageScope scope(MirrorProfile profile) {
    try {
      return driver.storageScope(profile.phoneModel());
    } catch (MachineException e) {
      throw new CompletionException(e);
    }
  }

  /** The message went out or did not; whether the phone is still there to send another to. */
  void sent(Optional<Throwable> failure, boolean phoneIsOn) {
    onItsWay = false;
    boolean again = outdated;
    outdated = false;
    if (phoneIsOn && again) {
      order();
    } else if (phoneIsOn) {
      failure.ifPresent(this::retry);
    }
  }

  private void retry(Throwable cause) {
    Duration pause = surroundings.settings().retry(++failures);
    context
        .getLog()
        .warn(
            "{}: phone did not get its settings, sending them again in {}: {}",
            surroundings.subscriber(),
            pause,
            cause.getMessage());
    timers.startSingleTimer(
        MirrorCommand.SendSettings.class, new MirrorCommand.SendSettings(), pause);
  }
}
