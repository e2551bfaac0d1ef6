package org.phonemirror.testnet.ims;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.phonemirror.testnet.sip.SipEndpoint;
import org.phonemirror.testnet.sip.SipMessage;

/** A call that somebody has taken: a dialog (RFC 3261 §12), seen from the caller. */
public final class Call {
  static final String SDP = "application/sdp";

  private final SipEndpoint endpoint;
  private final InetSocketAddress pcscf;
  private final SipMessage invite;
  private final SipMessage answer;

  private Call(
      SipEndpoint endpoint, InetSocketAddress pcscf, SipMessage invite, SipMessage answer) {
    this.endpoint = endpoint;
    this.pcscf = pcscf;
    this.invite = invite;
    this.answer = answer;
  }

  /** Acknowledges the 2xx that took it. */
  static CompletionStage<Call> taken(
      SipEndpoint endpoint, InetSocketAddress pcscf, SipMessage invite, SipMessage answer) {
    Call call = new Call(endpoint, pcscf, invite, answer);
    try {
      endpoint.acknowledge(call.within("ACK", 1), pcscf);
      return CompletableFuture.completedFuture(call);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The other party's session description. */
  public String answer() {
    return answer.body();
  }

  /** Who stays in the call's dialog between the two: values of Record-Route. */
  public List<String> recordRoutes() {
    return answer.values("Record-Route");
  }

  /** Hangs up; done when that is answered. */
  public CompletionStage<Void> end() {
    return endpoint
        .request(within("BYE", 2), pcscf)
        .thenCompose(
            bye ->
                bye.status() / 100 == 2
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(new IOException("BYE: " + bye.startLine())));
  }

  private SipMessage within(String method, int sequence) {
    String target = answer.value("Contact").orElse("").replaceAll(".*<|>.*", "");
    SipMessage request = SipMessage.request(method, target).with("Max-Forwards", "70");
    List<String> routes = new ArrayList<>();
    for (String recorded : recordRoutes()) {
      routes.addAll(List.of(recorded.split("\\s*,\\s*(?=<)", -1)));
    }
    Collections.reverse(routes);
    for (String route : routes) {
      request = request.with("Route", route);
    }
    return request
        .with("From", invite.value("From").orElseThrow())
        .with("To", answer.value("To").orElseThrow())
        .with("Call-ID", invite.value("Call-ID").orElseThrow())
        .with("CSeq", sequence + " " + method);
  }
}
