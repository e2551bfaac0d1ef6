package org.phonemirror.testnet.mms;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.phonemirror.testnet.sip.SipEndpoint;
import org.phonemirror.testnet.sip.SipMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pushes by SIP MESSAGE (RFC 3428), as a server of the home network: by I-CSCF and S-CSCF to the
 * phone, and so past the application servers that its filter criteria name.
 */
public final class SipPush implements Push {
  private static final Logger log = LoggerFactory.getLogger(SipPush.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** 404 Not Found, 410 Gone, 604 Does Not Exist Anywhere. */
  private static final Set<Integer> NOBODY = Set.of(404, 410, 604);

  private final SipEndpoint endpoint;
  private final InetSocketAddress icscf;
  private final String home;

  /** Binds to a UDP address. */
  public SipPush(InetSocketAddress local, InetSocketAddress icscf, String home) throws IOException {
    this.icscf = icscf;
    this.home = home;
    this.endpoint = new SipEndpoint(local, TIMEOUT, this::received);
  }

  private void received(SipMessage request, InetSocketAddress from) {
    endpoint.respond(request, request.response(405, "Method Not Allowed"), from);
  }

  @Override
  public CompletionStage<Outcome> push(String number, byte[] pdu) {
    String to = "sip:" + number + "@" + home;
    String us = "sip:mms@" + home;
    return endpoint
        .request(
            SipMessage.request("MESSAGE", to)
                .with("Max-Forwards", "70")
                .with("From", "<" + us + ">;tag=" + SipEndpoint.token())
                .with("To", "<" + to + ">")
                .with("Call-ID", SipEndpoint.token())
                .with("CSeq", "1 MESSAGE")
                .with("P-Asserted-Identity", "<" + us + ">")
                .withMultimedia(pdu),
            icscf)
        .thenApply(answer -> outcome(to, answer))
        .exceptionally(
            failure -> {
              log.info("{} is not reached: {}", to, failure.getMessage());
              return Outcome.UNREACHABLE;
            });
  }

  private static Outcome outcome(String to, SipMessage answer) {
    if (answer.status() / 100 == 2) {
      return Outcome.ARRIVED;
    }
    log.info("{} is not reached: {}", to, answer.startLine());
    return NOBODY.contains(answer.status()) ? Outcome.UNKNOWN : Outcome.UNREACHABLE;
  }

  @Override
  public void close() {
    endpoint.close();
  }
}
