package org.phonemirror.sip;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.servlet.ServletException;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.subscriber.Impu;

/** Sends MESSAGEs (RFC 3428) to phones, each through the S-CSCF that serves it. */
final class SipPhoneMessenger implements PhoneMessenger {
  private static final int MAX_PENDING = 10_000;

  private final OwnRequests requests;
  private final ServingCscfs cscfs;
  private final Map<String, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();
  private final Semaphore room = new Semaphore(MAX_PENDING);

  SipPhoneMessenger(OwnRequests requests, ServingCscfs cscfs) {
    this.requests = requests;
    this.cscfs = cscfs;
  }

  @Override
  public CompletionStage<Void> send(Impu subscriber, String contentType, String body) {
    var scscf = cscfs.find(subscriber);
    if (scscf.isEmpty()) {
      return failed(
          "no S-CSCF is known for "
              + subscriber
              + ": it is not registered here, and sip.s-cscf is not set");
    }
    if (!room.tryAcquire()) {
      return failed(MAX_PENDING + " messages wait for an answer already");
    }
    try {
      return transmit(message(subscriber, scscf.orElseThrow(), contentType, body));
    } catch (ServletException | IOException | RuntimeException e) {
      room.release();
      return failed("MESSAGE to " + subscriber + " cannot be made: " + e);
    }
  }

  private CompletionStage<Void> transmit(SipServletRequest request) {
    String callId = request.getCallId();
    CompletableFuture<Void> answer = new CompletableFuture<>();
    pending.put(callId, answer);
    try {
      request.send();
    } catch (IOException | RuntimeException e) {
      answer.completeExceptionally(
          new IOException("MESSAGE to " + request.getTo().getURI() + " not sent: " + e, e));
    }
    return answer.whenComplete(
        (done, failure) -> {
          pending.remove(callId);
          room.release();
        });
  }

  private SipServletRequest message(Impu subscriber, String scscf, String contentType, String body)
      throws ServletException, IOException {
    SipServletRequest request = requests.create("MESSAGE", subscriber, scscf);
    request.setContent(body.getBytes(StandardCharsets.UTF_8), contentType);
    return request;
  }

  /** Takes the answer to a MESSAGE; the container makes a 408 of a time-out. */
  void answered(SipServletResponse response) {
    CompletableFuture<Void> answer = pending.get(response.getCallId());
    if (answer == null || response.getStatus() < 200) {
      return;
    }
    if (response.getStatus() < 300) {
      answer.complete(null);
    } else {
      answer.completeExceptionally(
          new IOException(
              "MESSAGE to "
                  + response.getTo().getURI()
                  + " failed with "
                  + response.getStatus()
                  + " "
                  + response.getReasonPhrase()));
    }
  }

  /** Fails what waits for an answer, as none will be heard any more. */
  void close() {
    for (CompletableFuture<Void> answer : List.copyOf(pending.values())) {
      answer.completeExceptionally(new IOException("the server stops"));
    }
  }

  private static CompletionStage<Void> failed(String why) {
    return CompletableFuture.failedFuture(new IOException(why));
  }
}
