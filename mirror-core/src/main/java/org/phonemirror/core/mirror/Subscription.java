package org.phonemirror.core.mirror;

import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerBuilderByState;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EffectFactories;
import org.phonemirror.core.subscriber.MirrorProfile;

/**
 * The part of a mirror that signalling and the HSS speak to: whether the subscriber has a mirror,
 * whether the phone is on, its key, and the settings that it is sent.
 */
final class Subscription {
  private final ActorContext<MirrorCommand> context;
  private final TimerScheduler<MirrorCommand> timers;
  private final MirrorSurroundings surroundings;
  private final MirrorPorts ports;
  private final EffectFactories<MirrorEvent, MirrorState> effects;
  private final Life life;
  private final ProfileLookUp lookUp;
  private final SettingsCourier courier;
  private boolean lookingUp;
  private int lookUpFailures;
  private boolean wantedOn;

  /** What happens to the rest of the mirror. */
  interface Life {
    /** There may be something to do for the machine. */
    void look();

    /** The phone is on. */
    void turnedOn();

    /** Whether the server is stopping. */
    boolean isStopping();

    /** The mirror that there was is no more: ends its machine and forgets what came for it. */
    void retire();
  }

  Subscription(
      ActorContext<MirrorCommand> context,
      TimerScheduler<MirrorCommand> timers,
      MirrorSurroundings surroundings,
      MirrorPorts ports,
      EffectFactories<MirrorEvent, MirrorState> effects,
      Life life) {
    this.context = context;
    this.timers = timers;
    this.surroundings = surroundings;
    this.ports = ports;
    this.effects = effects;
    this.life = life;
    this.lookUp = new ProfileLookUp(ports.profiles(), surroundings.subscriber());
    this.courier = new SettingsCourier(context, timers, surroundings, ports);
  }

  /** Takes its commands. */
  void handle(
      CommandHandlerBuilderByState<MirrorCommand, MirrorEvent, MirrorState, MirrorState> builder) {
    builder
        .onCommand(MirrorCommand.PhoneOn.class, (state, command) -> phoneOn(state))
        .onCommand(MirrorCommand.PhoneOff.class, (state, command) -> phoneOff(state))
        .onCommand(MirrorCommand.ProfileKnown.class, this::profileKnown)
        .onCommand(MirrorCommand.ProfileUnknown.class, this::profileUnknown)
        .onCommand(MirrorCommand.TurnOn.class, (state, command) -> turnOn(state))
        .onCommand(
            MirrorCommand.LookUp.class,
            (state, command) -> {
              lookUp();
              return effects.none();
            })
        .onCommand(MirrorCommand.SendSettings.class, (state, command) -> sendSettings(state))
        .onCommand(MirrorCommand.SettingsSent.class, this::settingsSent);
  }

  /** Goes on from the journal: a phone that was on when the server went down is taken to be on. */
  void recovered(MirrorState state) {
    wantedOn = state.link().on();
    enableKey(state);
    if (wantedOn) {
      // it may not have got its settings, and its profile may have changed meanwhile
      courier.order();
      lookUp();
    }
  }

  private Effect<MirrorEvent, MirrorState> phoneOn(MirrorState state) {
    boolean wasOn = wantedOn;
    wantedOn = true;
    if (!wasOn || state.profile().isEmpty()) {
      lookUpFailures = 0;
      lookUp();
    }
    // with a profile known from before the phone need not wait for the HSS
    return state.profile().isPresent() ? turnOn(state) : effects.none();
  }

  private Effect<MirrorEvent, MirrorState> turnOn(MirrorState state) {
    boolean mayHave = state.profile().isPresent() && !state.retiring();
    if (state.link().on() || !wantedOn || life.isStopping() || !mayHave) {
      return effects.none();
    }
    SyncKey key = SyncKey.random();
    return effects
        .persist(new MirrorEvent.PhoneTurnedOn(key.identity(), key.secret()))
        .thenRun(
            (MirrorState after) -> {
              if (!state.link().identity().isEmpty()) {
                ports.keys().remove(state.link().identity());
              }
              enableKey(after);
              log("phone is on");
              courier.order();
            })
        .thenRun(life::turnedOn);
  }

  private Effect<MirrorEvent, MirrorState> phoneOff(MirrorState state) {
    wantedOn = false;
    timers.cancel(MirrorCommand.LookUp.class);
    courier.cancel();
    if (!state.link().on()) {
      return state.profile().isEmpty() && !lookingUp ? effects.stop() : effects.none();
    }
    log("phone is off");
    return effects.persist(new MirrorEvent.PhoneTurnedOff()).thenRun(life::look);
  }

  private void lookUp() {
    if (!lookingUp && wantedOn && !life.isStopping()) {
      lookingUp = true;
      context.pipeToSelf(
          lookUp.run(),
          (profile, failure) ->
              failure == null
                  ? new MirrorCommand.ProfileKnown(profile)
                  : new MirrorCommand.ProfileUnknown(failure));
    }
  }

  private Effect<MirrorEvent, MirrorState> profileUnknown(
      MirrorState state, MirrorCommand.ProfileUnknown unknown) {
    lookingUp = false;
    if (!wantedOn) {
      return state.profile().isEmpty() ? effects.stop() : effects.none();
    }
    Duration pause = surroundings.settings().retry(++lookUpFailures);
    warn(
        "mirror profile is not to be had, asking again in {}: {}",
        pause,
        unknown.cause().getMessage());
    timers.startSingleTimer(MirrorCommand.LookUp.class, new MirrorCommand.LookUp(), pause);
    return effects.none();
  }

  private Effect<MirrorEvent, MirrorState> profileKnown(
      MirrorState state, MirrorCommand.ProfileKnown known) {
    lookingUp = false;
    if (known.profile().isEmpty()) {
      return unsubscribed(state);
    }
    lookUpFailures = 0;
    MirrorProfile profile = known.profile().get();
    boolean modelChanged =
        state.profile().filter(old -> !old.phoneModel().equals(profile.phoneModel())).isPresent();
    if (modelChanged) {
      warn("phone model changed to {}: the mirror begins anew", profile.phoneModel());
      return retire(List.of(new MirrorEvent.Unsubscribed(), new MirrorEvent.Subscribed(profile)));
    }
    if (state.profile().equals(known.profile())) {
      return turnOn(state);
    }
    boolean tellPhone = state.link().on();
    return effects
        .persist(new MirrorEvent.Subscribed(profile))
        .thenRun(
            () -> {
              log("{}", profile);
              if (tellPhone) {
                courier.order();
              }
              // the profile is known now: this is where the phone's key is made
              context.getSelf().tell(new MirrorCommand.TurnOn());
            });
  }

  private Effect<MirrorEvent, MirrorState> unsubscribed(MirrorState state) {
    if (state.profile().isPresent()) {
      log("mirror is retired");
      return retire(List.of(new MirrorEvent.Unsubscribed()));
    }
    if (!wantedOn) {
      return effects.stop();
    }
    // one may come while the phone is on, and an HSS need not tell of data that is new to it
    Duration pause = surroundings.settings().retryAbsent(++lookUpFailures);
    log("registered, but has no mirror profile: no mirror; asking again in {}", pause);
    timers.startSingleTimer(MirrorCommand.LookUp.class, new MirrorCommand.LookUp(), pause);
    return effects.none();
  }

  private Effect<MirrorEvent, MirrorState> retire(List<MirrorEvent> events) {
    return effects
        .persist(events)
        .thenRun(
            (MirrorState after) -> {
              life.retire();
              ports.keys().removeAll(surroundings.subscriber());
            })
        .thenRun(life::look);
  }

  private void enableKey(MirrorState state) {
    MirrorState.Link link = state.link();
    if (state.profile().isPresent() && !link.identity().isEmpty()) {
      ports.keys().put(link.identity(), surroundings.subscriber(), link.key());
    }
  }

  private Effect<MirrorEvent, MirrorState> sendSettings(MirrorState state) {
    if (state.link().on() && !life.isStopping()) {
      state.profile().ifPresent(profile -> courier.send(state.link(), profile));
    }
    return effects.none();
  }

  private Effect<MirrorEvent, MirrorState> settingsSent(
      MirrorState state, MirrorCommand.SettingsSent sent) {
    courier.sent(sent.failure(), state.link().on());
    return effects.none();
  }

  private void log(String what, Object... arguments) {
    context.getLog().info(surroundings.subscriber() + ": " + what, arguments);
  }

  private void warn(String what, Object... arguments) {
    context.getLog().warn(surroundings.subscriber() + ": " + what, arguments);
  }
}
