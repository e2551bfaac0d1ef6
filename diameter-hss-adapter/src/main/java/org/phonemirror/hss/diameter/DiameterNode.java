package org.phonemirror.hss.diameter;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jdiameter.api.ApplicationId;
import org.jdiameter.api.DisconnectCause;
import org.jdiameter.api.IllegalDiameterStateException;
import org.jdiameter.api.InternalException;
import org.jdiameter.api.LocalAction;
import org.jdiameter.api.Network;
import org.jdiameter.api.NetworkReqListener;
import org.jdiameter.api.OverloadException;
import org.jdiameter.api.Peer;
import org.jdiameter.api.PeerState;
import org.jdiameter.api.PeerStateListener;
import org.jdiameter.api.PeerTable;
import org.jdiameter.api.Request;
import org.jdiameter.api.RouteException;
import org.jdiameter.api.Session;
import org.jdiameter.api.SessionFactory;
import org.jdiameter.client.api.IMessage;
import org.jdiameter.client.api.controller.IRealm;
import org.jdiameter.client.api.io.IConnection;
import org.jdiameter.common.api.concurrent.IConcurrentFactory;
import org.jdiameter.server.api.IPeer;
import org.jdiameter.server.api.agent.IAgentConfiguration;
import org.jdiameter.server.impl.NetworkImpl;
import org.jdiameter.server.impl.StackImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Diameter node: one jDiameter stack with its threads. It says when it cannot listen, and
 * takes all its threads with it when it is closed; jDiameter does neither.
 */
public final class DiameterNode implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DiameterNode.class);
  private static final long LISTEN_WITHIN_MILLIS = 5_000;
  private static final long STOP_WITHIN_MILLIS = 2_000;

  private final NodeConfig config;
  private final StackSettings settings;
  private final StackImpl stack = new StackImpl();
  private final SessionFactory sessions;
  private final IConcurrentFactory threads;
  private final PeerTable peers;
  private final Object life = new Object();
  private boolean closed;
  private boolean destroyed;

  private DiameterNode(NodeConfig config, Optional<SSLContext> security)
      throws IllegalDiameterStateException, InternalException {
    this.config = config;
    this.settings = new StackSettings(config, security);
    this.sessions = stack.init(settings);
    this.threads = stack.getConcurrentFactory();
    this.peers = component(PeerTable.class);
  }

  /**
   * Starts a node; it begins to connect to its peer, and goes on trying.
   *
   * @param requests takes what peers ask, on the thread of the peer's connection: it must not wait
   * @throws IOException if the node cannot listen, or its keys cannot be used; the text names the
   *     address or the file
   */
  public static DiameterNode start(NodeConfig config, NetworkReqListener requests)
      throws IOException {
    checkFree(config.listen());
    Optional<SSLContext> security =
        config.tls().isPresent() ? Optional.of(config.tls().get().context()) : Optional.empty();
    try {
      DiameterNode node = new DiameterNode(config, security);
      try {
        node.stack
            .unwrap(Network.class)
            .addNetworkReqListener(requests, config.applications().toArray(new ApplicationId[0]));
        node.stack.start();
        node.awaitListening();
        return node;
      } catch (IOException
          | RuntimeException
          | org.jdiameter.api.ApplicationAlreadyUseException e) {
        node.close();
        throw e;
      }
    } catch (IllegalDiameterStateException
        | InternalException
        | org.jdiameter.api.ApplicationAlreadyUseException e) {
      throw new IOException("Diameter node " + config.host() + " does not start", e);
    }
  }

  /** The node's own identity. */
  public NodeConfig config() {
    return config;
  }

  /** Whether capabilities have been exchanged with the peer and the connection stands. */
  public boolean isConnected(String peerHost) {
    return peer(peerHost)
        .map(p -> p.getState(PeerState.class) == PeerState.OKAY && p.hasValidConnection())
        .orElse(false);
  }

  /** Why there is no connection to the peer, as far as TLS is the reason. */
  public Optional<String> failure() {
    return settings.failure();
  }

  /**
   * Connects again to a peer that has said goodbye; jDiameter takes a DPR that does not say
   * "rebooting" for good (RFC 6733 §5.4.3). Does nothing in any other state.
   */
  public void reconnect(String peerHost) {
    peer(peerHost)
        .filter(p -> p.getState(PeerState.class) == PeerState.DOWN)
        .ifPresent(
            p -> {
              try {
                p.connect();
              } catch (InternalException | IOException | IllegalDiameterStateException e) {
                log.debug("no new attempt to connect to {}: {}", peerHost, e.toString());
              }
            });
  }

  /** Tells of each change of a peer's state, on a thread of the stack, just before it happens. */
  public void listen(String peerHost, PeerStateListener listener) {
    peer(peerHost).ifPresent(p -> p.addPeerStateListener(listener));
  }

  /** Makes a realm known, so that requests can be sent to hosts of it that are connected. */
  public void addRealm(String realm, ApplicationId application) {
    NetworkImpl network = (NetworkImpl) component(Network.class);
    if (network.getRealmTable().getRealm(realm, application) == null) {
      network.addRealm(
          realm, application, LocalAction.RELAY, (IAgentConfiguration) null, false, 0L);
    }
  }

  /** Makes it known that requests to a realm may go through a peer: a relay on the way there. */
  public void addRoute(String realm, ApplicationId application, String peerHost) {
    addRealm(realm, application);
    NetworkImpl network = (NetworkImpl) component(Network.class);
    if (network.getRealmTable().getRealm(realm, application) instanceof IRealm route
        && !route.hasPeerName(peerHost)) {
      route.addPeerName(peerHost);
    }
  }

  /** The peer that a request came from: its origin, or the last relay on the way. */
  public static Optional<String> previousHop(Request request) {
    return request instanceof IMessage message
        ? Optional.ofNullable(message.getPeer()).map(peer -> peer.getUri().getFQDN())
        : Optional.empty();
  }

  /** A new session; whoever asks for it releases it. */
  public Session newSession() throws InternalException {
    return sessions.getNewSession();
  }

  /** A new request with the P bit set, so that relays may pass it on. */
  public static Request request(
      Session session,
      int command,
      ApplicationId application,
      String realm,
      Optional<String> host) {
    Request request =
        host.map(h -> session.createRequest(command, application, realm, h))
            .orElseGet(() -> session.createRequest(command, application, realm));
    request.setProxiable(true);
    return request;
  }

  /**
   * Sends a request.
   *
   * @throws IOException if it could not even be queued; the text says why
   */
  public static void send(
      Session session,
      Request request,
      org.jdiameter.api.EventListener<Request, org.jdiameter.api.Answer> listener,
      long deadlineMillis)
      throws IOException {
    try {
      session.send(request, listener, deadlineMillis, TimeUnit.MILLISECONDS);
    } catch (InternalException
        | IllegalDiameterStateException
        | RouteException
        | OverloadException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Says goodbye to the peers and ends every thread; takes up to some seconds. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<IConnection> connections = connections();
    try {
      stack.stop(STOP_WITHIN_MILLIS, TimeUnit.MILLISECONDS, DisconnectCause.REBOOTING);
    } catch (InternalException | IllegalDiameterStateException e) {
      log.debug("{}: no orderly goodbye to all peers", config.host(), e);
    }
    for (IConnection connection : connections) {
      // the one that says goodbye first waits for the other to close, which may never happen
      connection.disconnect();
    }
    synchronized (life) {
      destroyed = true;
      stack.destroy();
    }
    threads.shutdownAllNow();
    endThreads();
  }

  private List<IConnection> connections() {
    List<IConnection> found = new ArrayList<>();
    for (Peer peer : peers.getPeerTable()) {
      if (peer instanceof IPeer server && server.getConnection() != null) {
        found.add(server.getConnection());
      }
    }
    return found;
  }

  /** A closed connection may wake a state machine that has ended, hence the repetition. */
  private void endThreads() {
    ThreadGroup group = threads.getThreadGroup();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_WITHIN_MILLIS);
    boolean interrupted = false;
    int quiet = 0;
    while (quiet < 2 && System.nanoTime() < deadline) {
      quiet = group.activeCount() == 0 ? quiet + 1 : 0;
      group.interrupt();
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (group.activeCount() > 0) {
      log.warn("{}: {} threads of the stack did not end", config.host(), group.activeCount());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<org.jdiameter.client.api.controller.IPeer> peer(String host) {
    List<Peer> known;
    synchronized (life) {
      // a destroyed stack has no table any more
      known = destroyed ? List.of() : peers.getPeerTable();
    }
    for (Peer peer : known) {
      if (peer instanceof org.jdiameter.client.api.controller.IPeer p
          && p.getUri().getFQDN().equals(host)) {
        return Optional.of(p);
      }
    }
    return Optional.empty();
  }

  private <T> T component(Class<T> type) {
    try {
      return stack.unwrap(type);
    } catch (InternalException e) {
      throw new IllegalStateException("the Diameter stack has no " + type.getSimpleName(), e);
    }
  }

  private static void checkFree(InetSocketAddress address) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(address);
    } catch (IOException e) {
      throw cannotListen(address, e);
    }
  }

  private void awaitListening() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LISTEN_WITHIN_MILLIS);
    while (true) {
      try (Socket probe = new Socket()) {
        probe.connect(config.listen(), (int) LISTEN_WITHIN_MILLIS);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw cannotListen(config.listen(), e);
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the Diameter node starts", e);
      }
    }
  }

  private static IOException cannotListen(InetSocketAddress address, IOException cause) {
    return new IOException(
        "Diameter cannot listen at "
            + address.getAddress().getHostAddress()
            + ":"
            + address.getPort()
            + " ("
            + cause.getMessage()
            + "); is another node running there?",
        cause);
  }
}
