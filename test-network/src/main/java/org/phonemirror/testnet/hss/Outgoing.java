package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdiameter.api.Answer;
import org.jdiameter.api.ApplicationId;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.EventListener;
import org.jdiameter.api.InternalException;
import org.jdiameter.api.Request;
import org.jdiameter.api.Session;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.DiameterNode;
import org.phonemirror.hss.diameter.Result;

/** Requests of the HSS to those that are connected to it. */
final class Outgoing {
  private static final long DEADLINE_MILLIS = 5_000;

  /** Nodes behind relays that are remembered. */
  private static final int MAX_RELAYED = 1_000;

  private final Map<String, String> relays = new ConcurrentHashMap<>();

  private final Supplier<Optional<DiameterNode>> node;
  private final Runnable changed;

  Outgoing(Supplier<Optional<DiameterNode>> node, Runnable changed) {
    this.node = node;
    this.changed = changed;
  }

  /** Remembers by which peer a node behind a relay is reached: the one that it asked through. */
  void learn(String host, String peer) {
    if (host.equals(peer)) {
      if (relays.remove(host) != null) {
        changed.run();
      }
    } else if (relays.containsKey(host) || relays.size() < MAX_RELAYED) {
      if (!peer.equals(relays.put(host, peer))) {
        changed.run();
      }
    }
  }

  /** Peers by the nodes behind them. */
  Map<String, String> relays() {
    return Map.copyOf(relays);
  }

  void load(Map<String, String> all) {
    relays.putAll(all);
  }

  /** Where a request goes. */
  record Destination(String host, String realm) {}

  /**
   * Sends a request, once.
   *
   * @return the outcome; or failed with an IOException that says why there is none
   */
  CompletionStage<Result> send(
      ApplicationId application, int command, Destination to, Consumer<AvpSet> fill) {
    // without this check the stack would give the request to any peer of the same realm
    String next = relays.getOrDefault(to.host(), to.host());
    Optional<DiameterNode> sender = node.get().filter(n -> n.isConnected(next));
    if (sender.isEmpty()) {
      return CompletableFuture.failedFuture(new IOException(next + " is not connected"));
    }
    if (next.equals(to.host())) {
      sender.get().addRealm(to.realm(), application);
    } else {
      sender.get().addRoute(to.realm(), application, next);
    }
    try {
      Session session = sender.get().newSession();
      Waiting waiting = new Waiting(session, to.host(), new CompletableFuture<>());
      Request request =
          DiameterNode.request(session, command, application, to.realm(), Optional.of(to.host()));
      Avps.add(request.getAvps(), Avp.AUTH_SESSION_STATE, Avps.BASE, Answers.NO_STATE_MAINTAINED);
      fill.accept(request.getAvps());
      DiameterNode.send(session, request, waiting, DEADLINE_MILLIS);
      return waiting.result;
    } catch (IOException | InternalException e) {
      return CompletableFuture.failedFuture(
          new IOException(to.host() + " cannot be asked: " + e.getMessage(), e));
    }
  }

  private record Waiting(Session session, String host, CompletableFuture<Result> result)
      implements EventListener<Request, Answer> {
    @Override
    public void receivedSuccessMessage(Request request, Answer answer) {
      session.release();
      try {
        result.complete(Result.of(answer.getAvps()));
      } catch (AvpDataException e) {
        result.completeExceptionally(new IOException(host + ": " + e.getMessage(), e));
      }
    }

    @Override
    public void timeoutExpired(Request request) {
      session.release();
      result.completeExceptionally(new IOException(host + " does not answer"));
    }
  }
}
