package org.phonemirror.hss.mm10;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdiameter.api.Answer;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.NetworkReqListener;
import org.jdiameter.api.Request;
import org.jdiameter.api.ResultCode;
import org.phonemirror.core.mms.MessagePolicy;
import org.phonemirror.core.mms.MmsLimits;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.DiameterNode;
import org.phonemirror.hss.diameter.NodeConfig;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.diameter.Tbcd;
import org.phonemirror.hss.sh.Sh;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers MMS relays. It is a node of its own beside that of Sh, so that a relay does not lose its
 * connection when the one to the HSS is made anew.
 */
public final class Mm10Server implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Mm10Server.class);
  private static final Duration IDLE = Duration.ofSeconds(12);
  private static final Duration WATCHDOG = Duration.ofSeconds(5);

  private final DiameterNode node;

  private Mm10Server(DiameterNode node) {
    this.node = node;
  }

  /**
   * Starts to listen for relays; takes all that connect.
   *
   * @param host own Origin-Host
   * @param realm own Origin-Realm
   * @param policy is asked on the thread of the relay's connection
   * @throws IOException if it cannot listen; the text names the address
   */
  public static Mm10Server start(
      String host, String realm, InetSocketAddress listen, MessagePolicy policy)
      throws IOException {
    NodeConfig config =
        new NodeConfig(
            host,
            realm,
            listen,
            List.of(Mm10.APPLICATION),
            Optional.empty(),
            new NodeConfig.Timers(WATCHDOG, IDLE, WATCHDOG));
    return new Mm10Server(DiameterNode.start(config, new Listener(host, realm, policy)));
  }

  /** Says goodbye to the relays. */
  @Override
  public void close() {
    node.close();
  }

  private record Listener(String host, String realm, MessagePolicy policy)
      implements NetworkReqListener {
    @Override
    public Answer processRequest(Request request) {
      Answer answer = request.createAnswer();
      Answers.complete(answer, host, realm, process(request, answer.getAvps()));
      return answer;
    }

    private Result process(Request request, AvpSet answer) {
      if (request.getCommandCode() != Mm10.MPR) {
        log.warn("command {} of a relay is not supported", request.getCommandCode());
        return new Result(ResultCode.COMMAND_UNSUPPORTED, false);
      }
      try {
        Optional<MessagePolicy.Passage> passage = passage(request.getAvps());
        if (passage.isEmpty()) {
          return new Result(ResultCode.MISSING_AVP, false);
        }
        if (policy.decide(passage.get()) instanceof MessagePolicy.Decision.Refuse refusal) {
          AvpSet status = Avps.addGroup(answer, Mm10.STATUS, Avps.VENDOR_3GPP);
          Avps.add(status, Mm10.STATUS_CODE, Avps.VENDOR_3GPP, Mm10.SERVICE_DENIED);
          Avps.add(status, Mm10.STATUS_TEXT, Avps.VENDOR_3GPP, refusal.why());
          return new Result(ResultCode.AUTHORIZATION_REJECTED, false);
        }
        return Result.SUCCESS;
      } catch (AvpDataException | IllegalArgumentException e) {
        log.warn("a relay's question cannot be read: {}", e.getMessage());
        return new Result(ResultCode.INVALID_AVP_VALUE, false);
      } catch (RuntimeException e) {
        log.error("the policy for multimedia messages failed", e);
        return new Result(ResultCode.UNABLE_TO_COMPLY, false);
      }
    }

    /** Empty if something is missing. */
    private static Optional<MessagePolicy.Passage> passage(AvpSet avps) throws AvpDataException {
      OptionalLong trigger = Avps.number(avps, Mm10.TRIGGER_EVENT, Avps.VENDOR_3GPP);
      Optional<AvpSet> served = Avps.group(avps, Mm10.SERVED_USER_IDENTITY, Avps.VENDOR_3GPP);
      Optional<Avp> msisdn =
          served.isEmpty()
              ? Optional.empty()
              : Avps.find(served.get(), Sh.MSISDN, Avps.VENDOR_3GPP);
      List<String> recipients = recipients(avps);
      if (trigger.isEmpty() || msisdn.isEmpty() || recipients.isEmpty()) {
        log.warn("a relay's question lacks its event, its subscriber's number or all recipients");
        return Optional.empty();
      }
      return Optional.of(
          new MessagePolicy.Passage(
              point(trigger.getAsLong()),
              Tbcd.decode(msisdn.get().getOctetString()),
              Avps.text(avps, Mm10.SENDER_ADDRESS, Avps.VENDOR_3GPP),
              recipients,
              Avps.number(avps, Mm10.DELIVERY_REPORT, Avps.VENDOR_3GPP).orElse(0) == 1));
    }

    private static List<String> recipients(AvpSet avps) throws AvpDataException {
      List<String> recipients = new ArrayList<>();
      for (Avp avp : avps) {
        if (avp.getCode() == Mm10.INITIAL_RECIPIENT_ADDRESS
            && avp.getVendorId() == Avps.VENDOR_3GPP) {
          if (recipients.size() == MmsLimits.RECIPIENTS) {
            throw new IllegalArgumentException("more than " + recipients.size() + " recipients");
          }
          Avps.text(avp.getGrouped(), Mm10.RECIPIENT_ADDRESS, Avps.VENDOR_3GPP)
              .ifPresent(recipients::add);
        }
      }
      return recipients;
    }

    private static MessagePolicy.Point point(long trigger) {
      if (trigger == Mm10.SUBMISSION_BY_PROFILE || trigger == Mm10.SUBMISSION_BY_ADDRESS) {
        return MessagePolicy.Point.SUBMISSION;
      } else if (trigger == Mm10.DELIVERY) {
        return MessagePolicy.Point.DELIVERY;
      }
      // MM7 has no phone at its end
      throw new IllegalArgumentException("trigger event " + trigger + " is not one of MM1");
    }
  }
}
