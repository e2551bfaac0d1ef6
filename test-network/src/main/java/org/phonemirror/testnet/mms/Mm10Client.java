package org.phonemirror.testnet.mms;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jdiameter.api.Answer;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.EventListener;
import org.jdiameter.api.InternalException;
import org.jdiameter.api.Request;
import org.jdiameter.api.ResultCode;
import org.jdiameter.api.Session;
import org.phonemirror.core.mms.MessagePolicy;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.DiameterNode;
import org.phonemirror.hss.diameter.NodeConfig;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.diameter.Tbcd;
import org.phonemirror.hss.mm10.Mm10;
import org.phonemirror.hss.sh.Sh;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The relay's side of MM10. What nobody answers in time goes on. */
public final class Mm10Client implements Consultation, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Mm10Client.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofSeconds(6);

  private final DiameterNode node;
  private final NodeConfig.Peer server;
  private final Duration limit;
  private final Clock clock;
  private final LongAdder answered = new LongAdder();
  private final LongAdder unanswered = new LongAdder();

  private Mm10Client(DiameterNode node, NodeConfig.Peer server, Duration limit, Clock clock) {
    this.node = node;
    this.server = server;
    this.limit = limit;
    this.clock = clock;
  }

  /**
   * Starts to connect; does not wait for it.
   *
   * @param host own Origin-Host
   * @param realm own Origin-Realm
   * @param local own address and port
   * @param server whom it asks: Origin-Host, address and realm
   * @param limit how long a message waits for an answer
   * @throws IOException if it cannot listen
   */
  public static Mm10Client start(
      String host,
      String realm,
      InetSocketAddress local,
      NodeConfig.Peer server,
      Duration limit,
      Clock clock)
      throws IOException {
    NodeConfig config =
        new NodeConfig(
            host,
            realm,
            local,
            List.of(Mm10.APPLICATION),
            Optional.of(server),
            new NodeConfig.Timers(RETRY, IDLE, RETRY));
    DiameterNode node =
        DiameterNode.start(
            config,
            request -> {
              Answer answer = request.createAnswer();
              Result unsupported = new Result(ResultCode.COMMAND_UNSUPPORTED, false);
              Answers.complete(answer, host, realm, unsupported);
              return answer;
            });
    return new Mm10Client(node, server, limit, clock);
  }

  /** Whether it can ask now. */
  public boolean isConnected() {
    return node.isConnected(server.host());
  }

  /** Messages that were decided on. */
  public long answered() {
    return answered.sum();
  }

  /** Messages that went on without a decision. */
  public long unanswered() {
    return unanswered.sum();
  }

  @Override
  public CompletionStage<MessagePolicy.Decision> ask(MessagePolicy.Passage passage) {
    if (!isConnected()) {
      node.reconnect(server.host());
      return CompletableFuture.completedFuture(goesOn("no connection"));
    }
    try {
      Session session = node.newSession();
      Waiting waiting = new Waiting(session);
      try {
        Request request =
            DiameterNode.request(
                session,
                Mm10.MPR,
                Mm10.APPLICATION,
                server.realms().get(0),
                Optional.of(server.host()));
        fill(request.getAvps(), passage);
        DiameterNode.send(session, request, waiting, limit.toMillis());
      } catch (IOException | IllegalStateException e) {
        session.release();
        return CompletableFuture.completedFuture(goesOn(e.getMessage()));
      }
      // the stack's own timer is late when its threads are busy
      return waiting
          .decision
          .orTimeout(2 * limit.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionally(late -> goesOn("no answer within " + limit));
    } catch (InternalException e) {
      return CompletableFuture.completedFuture(goesOn(e.getMessage()));
    }
  }

  private MessagePolicy.Decision goesOn(String why) {
    unanswered.increment();
    log.warn("{} is not asked about a message, which goes on: {}", server.host(), why);
    return new MessagePolicy.Decision.Proceed();
  }

  private void fill(AvpSet avps, MessagePolicy.Passage passage) {
    Avps.add(avps, Avp.AUTH_SESSION_STATE, Avps.BASE, Answers.NO_STATE_MAINTAINED);
    avps.addAvp(Mm10.EVENT_TIMESTAMP, Date.from(clock.instant()), true, false);
    boolean submission = passage.point() == MessagePolicy.Point.SUBMISSION;
    long trigger = submission ? Mm10.SUBMISSION_BY_PROFILE : Mm10.DELIVERY;
    Avps.add(avps, Mm10.TRIGGER_EVENT, Avps.VENDOR_3GPP, trigger);
    AvpSet served = Avps.addGroup(avps, Mm10.SERVED_USER_IDENTITY, Avps.VENDOR_3GPP);
    Avps.add(served, Sh.MSISDN, Avps.VENDOR_3GPP, Tbcd.encode(passage.served()));
    passage
        .sender()
        .ifPresent(sender -> Avps.add(avps, Mm10.SENDER_ADDRESS, Avps.VENDOR_3GPP, sender));
    long sequence = 1;
    for (String recipient : passage.recipients()) {
      AvpSet group = Avps.addGroup(avps, Mm10.INITIAL_RECIPIENT_ADDRESS, Avps.VENDOR_3GPP);
      Avps.add(group, Mm10.SEQUENCE_NUMBER, Avps.VENDOR_3GPP, sequence++);
      Avps.add(group, Mm10.RECIPIENT_ADDRESS, Avps.VENDOR_3GPP, recipient);
    }
    Avps.add(avps, Mm10.ORIGINATING_INTERFACE, Avps.VENDOR_3GPP, Mm10.MM1);
    long report = passage.deliveryReport() ? 1 : 0;
    Avps.add(avps, Mm10.DELIVERY_REPORT, Avps.VENDOR_3GPP, report);
  }

  /** Only a clear no ends a message. */
  private MessagePolicy.Decision decision(AvpSet answer) {
    try {
      Result result = Result.of(answer);
      if (result.equals(new Result(ResultCode.AUTHORIZATION_REJECTED, false))) {
        answered.increment();
        Optional<AvpSet> status = Avps.group(answer, Mm10.STATUS, Avps.VENDOR_3GPP);
        Optional<String> text =
            status.isEmpty()
                ? Optional.empty()
                : Avps.text(status.get(), Mm10.STATUS_TEXT, Avps.VENDOR_3GPP);
        return new MessagePolicy.Decision.Refuse(text.orElse("refused"));
      }
      if (!result.equals(Result.SUCCESS)) {
        return goesOn("it answers " + result);
      }
      answered.increment();
      return new MessagePolicy.Decision.Proceed();
    } catch (AvpDataException e) {
      return goesOn(e.getMessage());
    }
  }

  @Override
  public void close() {
    node.close();
  }

  private final class Waiting implements EventListener<Request, Answer> {
    private final CompletableFuture<MessagePolicy.Decision> decision = new CompletableFuture<>();
    private final Session session;

    Waiting(Session session) {
      this.session = session;
    }

    @Override
    public void receivedSuccessMessage(Request request, Answer answer) {
      session.release();
      if (!decision.isDone()) {
        decision.complete(decision(answer.getAvps()));
      }
    }

    @Override
    public void timeoutExpired(Request request) {
      session.release();
      decision.completeExceptionally(new IOException("no answer"));
    }
  }
}
