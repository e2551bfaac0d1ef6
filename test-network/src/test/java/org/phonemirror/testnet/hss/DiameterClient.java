package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdiameter.api.Answer;
import org.jdiameter.api.ApplicationId;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.EventListener;
import org.jdiameter.api.NetworkReqListener;
import org.jdiameter.api.Request;
import org.jdiameter.api.Session;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.DiameterNode;
import org.phonemirror.hss.diameter.NodeConfig;
import org.phonemirror.hss.sh.Sh;

/** A node that asks the HSS whatever a test wants, right or wrong. */
final class DiameterClient implements AutoCloseable {
  private static final long DEADLINE_MILLIS = 20_000;

  private static final String HSS = "hss.ims.test";

  private final DiameterNode node;

  DiameterClient(String host, InetSocketAddress hss) throws Exception {
    this(
        host,
        hss,
        request -> {
          throw new AssertionError("the HSS asks " + request);
        });
  }

  DiameterClient(String host, InetSocketAddress hss, NetworkReqListener asked) throws Exception {
    this(host, HSS, hss, asked);
  }

  /** One that reaches the HSS by a peer, which may be a relay. */
  DiameterClient(String host, String peer, InetSocketAddress address, NetworkReqListener asked)
      throws Exception {
    this.node =
        DiameterNode.start(
            new NodeConfig(
                host,
                "ims.test",
                Loopback.free(),
                List.of(
                    Cx.APPLICATION, Sh.APPLICATION, org.phonemirror.testnet.s6d.S6d.APPLICATION),
                Optional.of(new NodeConfig.Peer(peer, address, List.of("ims.test"))),
                new NodeConfig.Timers(
                    Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(1))),
            asked);
    Loopback.await("connection of " + host, () -> node.isConnected(peer));
  }

  AvpSet ask(ApplicationId application, int command, Consumer<AvpSet> fill) throws Exception {
    Session session = node.newSession();
    try {
      Request request =
          DiameterNode.request(session, command, application, "ims.test", Optional.of(HSS));
      Avps.add(request.getAvps(), Avp.AUTH_SESSION_STATE, Avps.BASE, Answers.NO_STATE_MAINTAINED);
      fill.accept(request.getAvps());
      Waiting waiting = new Waiting();
      DiameterNode.send(session, request, waiting, DEADLINE_MILLIS);
      return waiting.answer.get(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    } finally {
      session.release();
    }
  }

  @Override
  public void close() {
    node.close();
  }

  private static final class Waiting implements EventListener<Request, Answer> {
    private final CompletableFuture<AvpSet> answer = new CompletableFuture<>();

    @Override
    public void receivedSuccessMessage(Request request, Answer received) {
      answer.complete(received.getAvps());
    }

    @Override
    public void timeoutExpired(Request request) {
      answer.completeExceptionally(new IOException("no answer"));
    }
  }
}
