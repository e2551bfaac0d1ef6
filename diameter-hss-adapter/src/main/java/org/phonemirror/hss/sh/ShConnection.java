package org.phonemirror.hss.sh;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdiameter.api.Answer;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.EventListener;
import org.jdiameter.api.InternalException;
import org.jdiameter.api.NetworkReqListener;
import org.jdiameter.api.PeerState;
import org.jdiameter.api.Request;
import org.jdiameter.api.Session;
import org.phonemirror.core.subscriber.ProfileUnavailableException;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.DiameterNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the HSS, kept up.
 *
 * <p>jDiameter 1.7 does not always come back by itself: after a goodbye that does not say
 * "rebooting" its peer stays down for good, an attempt that meets a silent host may hold its only
 * thread, and a lost watchdog answer may leave both sides with a different view (upstream reports
 * 70, 129, 154). So a supervisor looks at the connection often. It prods a peer that is down, and
 * if there is still no connection after half the reconnect time it throws the whole stack away and
 * starts a new one.
 */
final class ShConnection implements Exchange, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ShConnection.class);

  /** Requests without an answer at one time; more fail at once. */
  private static final int MAX_PENDING = 4096;

  private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);
  private static final long SETTLE_MILLIS = 20;

  private final ShConfig config;
  private final NetworkReqListener requests;
  private final Runnable onConnected;
  private final Duration rebuildAfter;
  private final ScheduledThreadPoolExecutor supervisor;
  private final Set<Pending> pending = ConcurrentHashMap.newKeySet();

  private volatile Optional<DiameterNode> node = Optional.empty();
  private volatile boolean closed;

  // only the supervisor's thread touches these
  private boolean connected;
  private boolean startFailed;
  private long downSince = System.nanoTime();

  ShConnection(ShConfig config, NetworkReqListener requests, Runnable onConnected) {
    this.config = config;
    this.requests = requests;
    this.onConnected = onConnected;
    this.rebuildAfter = config.reconnect().dividedBy(2);
    this.supervisor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "sh-supervisor-" + config.host());
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    supervisor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    supervisor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Begins to connect. */
  void start() {
    Duration look = config.reconnect().dividedBy(10);
    long every = (look.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : look).toMillis();
    ScheduledFuture<?> unused =
        supervisor.scheduleWithFixedDelay(this::look, 0, every, TimeUnit.MILLISECONDS);
  }

  boolean isConnected() {
    return node.map(n -> n.isConnected(config.peerHost())).orElse(false);
  }

  /** Why there is no connection, as far as TLS is the reason. */
  Optional<String> failure() {
    return node.flatMap(DiameterNode::failure);
  }

  @Override
  public CompletionStage<AvpSet> send(int command, String what, Consumer<AvpSet> fill) {
    Optional<DiameterNode> current = node;
    if (closed || current.isEmpty() || !current.get().isConnected(config.peerHost())) {
      return CompletableFuture.failedFuture(
          new ProfileUnavailableException(
              what
                  + " not asked: no Diameter connection to "
                  + config.peerHost()
                  + failure().map(why -> ": " + why).orElse("")));
    }
    if (pending.size() >= MAX_PENDING) {
      return CompletableFuture.failedFuture(
          new ProfileUnavailableException(
              what + " not asked: " + MAX_PENDING + " requests wait for " + config.peerHost()));
    }
    Pending request;
    try {
      request = new Pending(what, current.get().newSession());
    } catch (InternalException e) {
      return CompletableFuture.failedFuture(
          new ProfileUnavailableException(what + " not asked: the Diameter node stops", e));
    }
    request.send(command, fill);
    return request.answer;
  }

  /**
   * Runs a task after a while, on the supervisor's thread; not if the connection is closed then.
   */
  void later(Runnable task, Duration pause) {
    ScheduledFuture<?> unused = supervisor.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends the connection and every thread of it; what waits for an answer fails. */
  @Override
  public void close() {
    closed = true;
    supervisor.shutdown();
    try {
      if (!supervisor.awaitTermination(30, TimeUnit.SECONDS)) {
        log.warn("the supervisor of the connection to {} does not end", config.peerHost());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Optional<DiameterNode> last = node;
    node = Optional.empty();
    last.ifPresent(DiameterNode::close);
    failPending("the connection to " + config.peerHost() + " was closed");
  }

  private void look() {
    try {
      if (node.isEmpty()) {
        startNode();
      } else if (isConnected()) {
        if (!connected) {
          connected = true;
          log.info("connected to {}", config.peerHost());
          onConnected.run();
        }
      } else {
        if (connected) {
          connected = false;
          downSince = System.nanoTime();
          log.warn("connection to {} is lost", config.peerHost());
          failPending("the connection to " + config.peerHost() + " was lost");
        }
        if (System.nanoTime() - downSince > rebuildAfter.toNanos()) {
          DiameterNode old = node.get();
          node = Optional.empty();
          old.close();
          startNode();
        } else {
          node.get().reconnect(config.peerHost());
        }
      }
    } catch (RuntimeException e) {
      log.error("looking after the connection to {} failed", config.peerHost(), e);
    }
  }

  private void startNode() {
    downSince = System.nanoTime();
    if (closed) {
      return;
    }
    try {
      DiameterNode started = DiameterNode.start(config.node(), requests);
      if (closed) {
        started.close();
        return;
      }
      started.listen(config.peerHost(), this::stateChanged);
      node = Optional.of(started);
      startFailed = false;
    } catch (IOException e) {
      if (!startFailed) {
        log.error("no Diameter node: {}; trying again", e.getMessage());
        startFailed = true;
      }
    }
  }

  /** Called just before the change takes effect, hence the short delay. */
  private void stateChanged(PeerState oldState, PeerState newState) {
    if (!closed && (oldState == PeerState.OKAY || newState == PeerState.OKAY)) {
      ScheduledFuture<?> unused =
          supervisor.schedule(this::look, SETTLE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void failPending(String why) {
    for (Pending request : pending) {
      request.fail(why);
    }
  }

  private final class Pending implements EventListener<Request, Answer> {
    private final CompletableFuture<AvpSet> answer = new CompletableFuture<>();
    private final String what;
    private final Session session;

    Pending(String what, Session session) {
      this.what = what;
      this.session = session;
    }

    void send(int command, Consumer<AvpSet> fill) {
      pending.add(this);
      try {
        Request request =
            DiameterNode.request(
                session,
                command,
                Sh.APPLICATION,
                config.destinationRealm(),
                config.destinationHost());
        Avps.add(
            request.getAvps(),
            org.jdiameter.api.Avp.AUTH_SESSION_STATE,
            Avps.BASE,
            Answers.NO_STATE_MAINTAINED);
        fill.accept(request.getAvps());
        DiameterNode.send(session, request, this, config.requestTimeout().toMillis());
      } catch (IOException | IllegalStateException e) {
        finish();
        answer.completeExceptionally(
            new ProfileUnavailableException(what + " not asked: " + e.getMessage(), e));
      }
    }

    @Override
    public void receivedSuccessMessage(Request request, Answer received) {
      finish();
      answer.complete(received.getAvps());
    }

    @Override
    public void timeoutExpired(Request request) {
      fail("no answer from " + config.peerHost() + " within " + config.requestTimeout());
    }

    void fail(String why) {
      finish();
      answer.completeExceptionally(new ProfileUnavailableException(what + ": " + why));
    }

    private void finish() {
      if (pending.remove(this)) {
        session.release();
      }
    }
  }
}
