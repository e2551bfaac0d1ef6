package org.phonemirror.core.mirror;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.MailboxSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.phonemirror.core.placement.Placement;
import org.phonemirror.core.placement.PlacementFigures;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.sync.MessageSink;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All mirrors of this server, and the way in to them: signalling, the sync channel, the profile
 * source and the operator call here, and none of them waits.
 *
 * <p>A mirror's entity is made when it is first spoken to. At the start all that the journal knows
 * are, so that a mirror whose phone was on goes on without a new registration.
 */
public final class Mirrors
    implements PhonePresence, MessageSink, NoticeBoard, ProfileSource.Listener, AutoCloseable {
  static final String ENTITY = "mirror";

  private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);
  private static final Duration ASK = Duration.ofSeconds(10);
  private static final Duration STOP = Duration.ofSeconds(60);
  private static final int MAILBOX = 1000;

  private final ActorSystem<Routed> system;
  private final StateDirectory directory;
  private final Journal journal;
  private final Placement placement;

  /** A command and whom it is for. */
  private sealed interface Routed {
    record To(Impu subscriber, MirrorCommand command) implements Routed {}

    record List(ActorRef<java.util.List<ActorRef<MirrorCommand>>> replyTo) implements Routed {}

    record StopAll() implements Routed {}
  }

  /**
   * Opens the journal and goes on where it ends.
   *
   * @param state directory of the journal; no other process may use it
   * @throws java.io.IOException if it can't be used, or another process uses it
   */
  public static Mirrors open(Path state, MirrorPorts ports, MirrorSettings settings)
      throws java.io.IOException {
    StateDirectory directory = StateDirectory.lock(state);
    try {
      return new Mirrors(directory, ports, settings);
    } catch (RuntimeException | java.io.IOException e) {
      directory.close();
      throw e;
    }
  }

  private Mirrors(StateDirectory directory, MirrorPorts ports, MirrorSettings settings)
      throws java.io.IOException {
    this.directory = directory;
    this.journal = new Journal(directory.path());
    List<Impu> known = journal.prepare();
    Config config =
        journal
            .config()
            .withFallback(ConfigFactory.load(Mirrors.class.getClassLoader(), "phone-mirror"));
    this.placement = new Placement(settings.placement(), directory.path(), ports.clock());
    this.system =
        ActorSystem.create(
            Behaviors.setup(context -> new Registry(context, ports, settings, journal, placement)),
            "phone-mirror",
            ActorSystemSetup.create(
                BootstrapSetup.create(config).withClassloader(Mirrors.class.getClassLoader())));
    for (Impu subscriber : known) {
      tell(subscriber, new MirrorCommand.Look());
    }
  }

  @Override
  public void phoneOn(Impu subscriber) {
    tell(subscriber, new MirrorCommand.PhoneOn());
  }

  @Override
  public void phoneOff(Impu subscriber) {
    tell(subscriber, new MirrorCommand.PhoneOff());
  }

  @Override
  public void profileChanged(Impu subscriber, Optional<MirrorProfile> profile) {
    tell(subscriber, new MirrorCommand.ProfileKnown(profile));
  }

  private void tell(Impu subscriber, MirrorCommand command) {
    system.tell(new Routed.To(subscriber, command));
  }

  @Override
  public CompletionStage<Acknowledgement> accept(
      Impu subscriber, SyncMessage message, byte[] encoded) {
    return AskPattern.ask(
        system,
        (ActorRef<Acknowledgement> replyTo) ->
            new Routed.To(subscriber, new MirrorCommand.Accept(message, encoded, replyTo)),
        ASK,
        system.scheduler());
  }

  @Override
  public CompletionStage<Void> tell(Impu subscriber, Notice notice) {
    CompletionStage<Done> told =
        AskPattern.ask(
            system,
            (ActorRef<Done> replyTo) ->
                new Routed.To(subscriber, new MirrorCommand.Tell(notice, replyTo)),
            ASK,
            system.scheduler());
    return told.thenApply(done -> null);
  }

  /** The status of every mirror that this server has in hand. */
  public CompletionStage<List<MirrorStatus>> status() {
    CompletionStage<List<ActorRef<MirrorCommand>>> all =
        AskPattern.ask(system, Routed.List::new, ASK, system.scheduler());
    return all.thenCompose(
        mirrors -> {
          CompletionStage<List<MirrorStatus>> result =
              CompletableFuture.completedFuture(new ArrayList<>());
          for (ActorRef<MirrorCommand> mirror : mirrors) {
            CompletionStage<MirrorStatus> one =
                AskPattern.ask(mirror, MirrorCommand.Report::new, ASK, system.scheduler());
            result =
                result.thenCombine(
                    one,
                    (list, status) -> {
                      list.add(status);
                      return list;
                    });
          }
          return result;
        });
  }

  /** How the server's work is placed. */
  public PlacementFigures placement() {
    return placement.figures();
  }

  /**
   * How it goes to build a mirror again, from its base and the journal. Answers at once.
   *
   * @param order whether to begin with it
   */
  public CompletionStage<RebuildStatus> rebuild(Impu subscriber, boolean order) {
    return AskPattern.ask(
        system,
        (ActorRef<RebuildStatus> replyTo) ->
            new Routed.To(subscriber, new MirrorCommand.Rebuild(order, replyTo)),
        ASK,
        system.scheduler());
  }

  /**
   * Writes to the journal, as the mirrors do when they take something durably. Blocks.
   *
   * @throws java.io.IOException if it cannot be written, as on a full disk
   */
  public void checkJournal() throws java.io.IOException {
    journal.check();
  }

  /** Saves all mirrors and ends. Takes as long as the longest replay that is under way. */
  @Override
  public void close() {
    system.tell(new Routed.StopAll());
    try {
      system.getWhenTerminated().toCompletableFuture().get(STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.warn("mirrors were not all saved within {}: their journal will bring them back", STOP);
      terminate();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      terminate();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    } finally {
      placement.close();
      directory.close();
    }
  }

  private void terminate() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  /** Knows each mirror's entity, and makes it when needed. */
  private static final class Registry extends AbstractBehavior<Routed> {
    private final MirrorPorts ports;
    private final MirrorSettings settings;
    private final Journal journal;
    private final Placement placement;
    private final Executor blocking;
    private final Map<Impu, ActorRef<MirrorCommand>> mirrors = new HashMap<>();
    private boolean stopping;
    private int made;

    Registry(
        ActorContext<Routed> context,
        MirrorPorts ports,
        MirrorSettings settings,
        Journal journal,
        Placement placement) {
      super(context);
      this.ports = ports;
      this.settings = settings;
      this.journal = journal;
      this.placement = placement;
      this.blocking =
          context
              .getSystem()
              .dispatchers()
              .lookup(DispatcherSelector.fromConfig("phone-mirror.blocking-dispatcher"));
    }

    @Override
    public Receive<Routed> createReceive() {
      return newReceiveBuilder()
          .onMessage(Routed.To.class, this::route)
          .onMessage(Routed.List.class, this::list)
          .onMessage(Routed.StopAll.class, stop -> stopAll())
          .onSignal(Terminated.class, this::ended)
          .build();
    }

    private Behavior<Routed> route(Routed.To to) {
      if (to.command() instanceof MirrorCommand.Rebuild rebuild
          && !mirrors.containsKey(to.subscriber())) {
        rebuild.replyTo().tell(RebuildStatus.NONE);
      } else if (!stopping) {
        mirrors.computeIfAbsent(to.subscriber(), this::make).tell(to.command());
      }
      return this;
    }

    private ActorRef<MirrorCommand> make(Impu subscriber) {
      MirrorSurroundings surroundings =
          new MirrorSurroundings(subscriber, settings, journal, placement, blocking);
      ActorRef<MirrorCommand> mirror =
          getContext()
              .spawn(
                  Mirror.create(surroundings, ports),
                  "mirror-" + made++,
                  MailboxSelector.bounded(MAILBOX));
      getContext().watch(mirror);
      return mirror;
    }

    private Behavior<Routed> list(Routed.List list) {
      list.replyTo().tell(List.copyOf(mirrors.values()));
      return this;
    }

    private Behavior<Routed> stopAll() {
      stopping = true;
      mirrors.values().forEach(mirror -> mirror.tell(new MirrorCommand.Stop()));
      return mirrors.isEmpty() ? Behaviors.stopped() : this;
    }

    private Behavior<Routed> ended(Terminated terminated) {
      mirrors.values().removeIf(mirror -> mirror.path().equals(terminated.getRef().path()));
      return stopping && mirrors.isEmpty() ? Behaviors.stopped() : this;
    }
  }
}
