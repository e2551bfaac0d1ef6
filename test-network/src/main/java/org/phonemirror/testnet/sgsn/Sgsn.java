package org.phonemirror.testnet.sgsn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jdiameter.api.Answer;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.EventListener;
import org.jdiameter.api.InternalException;
import org.jdiameter.api.Request;
import org.jdiameter.api.ResultCode;
import org.jdiameter.api.Session;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.DiameterNode;
import org.phonemirror.hss.diameter.NodeConfig;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.testnet.s6d.S6d;
import org.phonemirror.testnet.s6d.SubscriptionData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An SGSN as the HSS sees it (S6d): attached subscribers, and what they may do. */
public final class Sgsn implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sgsn.class);
  private static final long DEADLINE_MILLIS = 5_000;

  /** Mobile country code 001, network code 01: of tests (TS 23.003 §2.2). */
  private static final byte[] TEST_PLMN = {0x00, (byte) 0xf1, 0x10};

  private static final Result USER_UNKNOWN = new Result(5001, true);

  private final String host;
  private final String realm;
  private final String hss;
  private final DiameterNode node;
  private final Map<String, SubscriptionData> attached = new ConcurrentHashMap<>();
  private volatile Listener listener = Listener.NOBODY;

  /** Who is told when the HSS changes what an attached phone may do; by a thread of Diameter's. */
  public interface Listener {
    /** Takes no notice of anything. */
    Listener NOBODY =
        new Listener() {
          @Override
          public void changed(String imsi, SubscriptionData data) {}

          @Override
          public void cancelled(String imsi) {}
        };

    /** IDR: is in effect when this returns. */
    void changed(String imsi, SubscriptionData data);

    /** CLR: the phone is no longer here. */
    void cancelled(String imsi);
  }

  /**
   * Starts it; it begins to connect to the HSS.
   *
   * @throws IOException if it cannot listen
   */
  public Sgsn(
      String host, String realm, InetSocketAddress listen, String hss, InetSocketAddress hssAddress)
      throws IOException {
    this.host = host;
    this.realm = realm;
    this.hss = hss;
    this.node =
        DiameterNode.start(
            new NodeConfig(
                host,
                realm,
                listen,
                List.of(S6d.APPLICATION),
                Optional.of(new NodeConfig.Peer(hss, hssAddress, List.of(realm))),
                new NodeConfig.Timers(
                    Duration.ofSeconds(2), Duration.ofSeconds(12), Duration.ofSeconds(5))),
            this::asked);
  }

  /** Tells this one, in place of whom it told before. */
  public void tell(Listener told) {
    listener = told;
  }

  /** Whether the HSS can be asked. */
  public boolean isConnected() {
    return node.isConnected(hss);
  }

  /**
   * A phone attaches: the HSS is asked what it may do (ULR).
   *
   * @return what it may do; fails with an IOException that says why it may not attach
   */
  public CompletionStage<SubscriptionData> attach(String imsi) {
    try {
      Session session = node.newSession();
      Request request =
          DiameterNode.request(session, S6d.ULR, S6d.APPLICATION, realm, Optional.of(hss));
      Avps.add(request.getAvps(), Avp.AUTH_SESSION_STATE, Avps.BASE, Answers.NO_STATE_MAINTAINED);
      Avps.add(request.getAvps(), Avp.USER_NAME, Avps.BASE, imsi);
      Avps.add(request.getAvps(), S6d.RAT_TYPE, Avps.VENDOR_3GPP, S6d.UTRAN);
      Avps.add(request.getAvps(), S6d.ULR_FLAGS, Avps.VENDOR_3GPP, 0);
      Avps.add(request.getAvps(), S6d.VISITED_PLMN_ID, Avps.VENDOR_3GPP, TEST_PLMN);
      Attaching attaching = new Attaching(imsi, session);
      DiameterNode.send(session, request, attaching, DEADLINE_MILLIS);
      return attaching.result;
    } catch (IOException | InternalException e) {
      return CompletableFuture.failedFuture(new IOException(e.getMessage(), e));
    }
  }

  /** What an attached phone may do; empty for one that is not attached here. */
  public Optional<SubscriptionData> subscription(String imsi) {
    return Optional.ofNullable(attached.get(imsi));
  }

  private Answer asked(Request request) {
    Answer answer = request.createAnswer();
    Answers.complete(answer, host, realm, process(request));
    return answer;
  }

  private Result process(Request request) {
    try {
      Optional<String> imsi = Avps.text(request.getAvps(), Avp.USER_NAME, Avps.BASE);
      if (imsi.isEmpty()) {
        return new Result(ResultCode.MISSING_AVP, false);
      }
      switch (request.getCommandCode()) {
        case S6d.IDR -> {
          Optional<SubscriptionData> data = SubscriptionData.of(request.getAvps());
          if (data.isEmpty()) {
            return new Result(ResultCode.MISSING_AVP, false);
          }
          if (attached.computeIfPresent(imsi.get(), (key, old) -> data.get()) == null) {
            return USER_UNKNOWN;
          }
          listener.changed(imsi.get(), data.get());
          return Result.SUCCESS;
        }
        case S6d.CLR -> {
          // to cancel what is not there is a success, too (TS 29.272 §5.2.1.2.2)
          attached.remove(imsi.get());
          listener.cancelled(imsi.get());
          return Result.SUCCESS;
        }
        default -> {
          return new Result(ResultCode.COMMAND_UNSUPPORTED, false);
        }
      }
    } catch (AvpDataException e) {
      log.warn("request {} cannot be read: {}", request.getCommandCode(), e.getMessage());
      return new Result(ResultCode.INVALID_AVP_VALUE, false);
    }
  }

  @Override
  public void close() {
    node.close();
  }

  private final class Attaching implements EventListener<Request, Answer> {
    private final CompletableFuture<SubscriptionData> result = new CompletableFuture<>();
    private final String imsi;
    private final Session session;

    Attaching(String imsi, Session session) {
      this.imsi = imsi;
      this.session = session;
    }

    @Override
    public void receivedSuccessMessage(Request request, Answer answer) {
      session.release();
      try {
        Result outcome = Result.of(answer.getAvps());
        Optional<SubscriptionData> data = SubscriptionData.of(answer.getAvps());
        if (outcome.equals(Result.SUCCESS) && data.isPresent()) {
          attached.put(imsi, data.get());
          result.complete(data.get());
        } else {
          result.completeExceptionally(new IOException(imsi + " may not attach: " + outcome));
        }
      } catch (AvpDataException e) {
        result.completeExceptionally(new IOException(hss + ": " + e.getMessage(), e));
      }
    }

    @Override
    public void timeoutExpired(Request request) {
      session.release();
      result.completeExceptionally(new IOException(hss + " does not answer"));
    }
  }
}
