package org.phonemirror.container;

import gov.nist.javax.sip.header.RetryAfter;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPTransaction;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.servlet.sip.SipSession;
import javax.sip.InvalidArgumentException;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipProvider;
import javax.sip.Transaction;
import javax.sip.TransactionState;
import javax.sip.TransactionTerminatedEvent;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.apache.log4j.Logger;
import org.mobicents.servlet.sip.core.SipApplicationDispatcherImpl;
import org.mobicents.servlet.sip.core.session.SipSessionImpl;
import org.mobicents.servlet.sip.message.TransactionApplicationData;

/**
 * The container's dispatcher behind a gate. While no application is there to serve it, a request is
 * refused with 503 instead of forwarded without it (RFC 3261 §21.5.4), and so are those that the
 * container would fail to serve. Refusing takes neither a transaction nor a session (§8.2.7). What
 * is refused under overload does not come so far: {@link ReceptionQueue}. And it lets go of
 * requests as soon as they are answered.
 */
public final class GatedDispatcher extends SipApplicationDispatcherImpl {
  private static final Logger LOG = Logger.getLogger(GatedDispatcher.class);
  private static final Set<String> OF_TRANSACTIONS = Set.of(Request.ACK, Request.CANCEL);

  private final OpenTransactions transactions = new OpenTransactions();
  private volatile boolean open;

  @Override
  public void processRequest(RequestEvent event) {
    SIPRequest request = (SIPRequest) event.getRequest();
    boolean begins = !OF_TRANSACTIONS.contains(request.getMethod());
    if (begins && !open) {
      refuse(event, Response.SERVICE_UNAVAILABLE, "Not In Service");
    } else if (begins && !isComplete(request)) {
      refuse(event, Response.BAD_REQUEST, "Mandatory Header Missing");
    } else if (!isAckOfRefusal(request)) {
      super.processRequest(event);
      if (begins) {
        transaction(event).ifPresent(this::served);
      }
    }
  }

  @Override
  public void processResponse(ResponseEvent event) {
    Optional<ServerTransaction> proxied = proxied(event);
    super.processResponse(event);
    if (proxied.isPresent() && endIfAnswered(proxied.get())) {
      ended(
          new TransactionTerminatedEvent(
              provider(event.getClientTransaction()), event.getClientTransaction()));
    }
  }

  /** The server transaction of a request, which the container has made. */
  private static Optional<ServerTransaction> transaction(RequestEvent event) {
    SIPRequest request = (SIPRequest) event.getRequest();
    if (request.getTransaction() instanceof ServerTransaction transaction) {
      return Optional.of(transaction);
    }
    // an answered request lets go of its transaction
    SIPTransactionStack stack =
        (SIPTransactionStack) ((SipProvider) event.getSource()).getSipStack();
    return Optional.ofNullable((ServerTransaction) stack.findTransaction(request, true));
  }

  /** The server transaction that a response of the next hop answers. */
  private static Optional<ServerTransaction> proxied(ResponseEvent event) {
    return event.getClientTransaction() != null
            && event.getClientTransaction().getApplicationData()
                instanceof TransactionApplicationData data
            && data.getProxyBranch() != null
            && data.getProxyBranch().getOriginalRequest() != null
            && data.getProxyBranch().getOriginalRequest().getTransaction()
                instanceof ServerTransaction transaction
        ? Optional.of(transaction)
        : Optional.empty();
  }

  private void served(ServerTransaction transaction) {
    transactions.add(transaction);
    var unused = endIfAnswered(transaction);
  }

  /**
   * Tells the container that a transaction has ended when it is answered, unless it began a dialog.
   * The stack goes on with it for 32 s, in which it sends the answer again when it has to (RFC 3261
   * §17.2.2, Timer J); but it needs no more than the answer's bytes for that, while the container
   * would hold all of request and answer, some 30 KB, for the collector to carry from space to
   * space. A transaction whose request is still being served is not ended, but by the thread that
   * serves it.
   *
   * @return whether it has ended now
   */
  private boolean endIfAnswered(ServerTransaction transaction) {
    boolean ends = isAnswered(transaction) && transactions.remove(transaction);
    if (ends) {
      ended(new TransactionTerminatedEvent(provider(transaction), transaction));
    }
    return ends;
  }

  private static boolean isAnswered(ServerTransaction transaction) {
    SIPTransaction own = (SIPTransaction) transaction;
    return TransactionState.COMPLETED.equals(transaction.getState())
        && !own.getMethod().equals(Request.INVITE)
        && own.getDialog() == null;
  }

  private static SipProvider provider(Transaction transaction) {
    return ((SIPTransaction) transaction).getSipProvider();
  }

  /** Without one of its mandatory headers the container would answer it with 500. */
  private static boolean isComplete(SIPRequest request) {
    try {
      request.checkHeaders();
      return true;
    } catch (ParseException e) {
      LOG.debug(request.getMethod() + " refused: " + e.getMessage());
      return false;
    }
  }

  private boolean isAckOfRefusal(SIPRequest request) {
    return request.getMethod().equals(Request.ACK)
        && (!open || (request.getToTag() != null && request.getToTag().startsWith(Refusal.TAG)));
  }

  private static void refuse(RequestEvent event, int status, String reason) {
    SIPRequest request = (SIPRequest) event.getRequest();
    SIPResponse response = request.createResponse(status, reason);
    try {
      if (response.getToTag() == null) {
        // the same for every retransmission, though nothing is remembered
        String branch = String.valueOf(request.getTopmostVia().getBranch());
        response.setToTag(Refusal.TAG + Integer.toHexString(branch.hashCode()));
      }
      if (status == Response.SERVICE_UNAVAILABLE) {
        RetryAfter later = new RetryAfter();
        later.setRetryAfter(Refusal.RETRY_AFTER_SECONDS);
        response.addHeader(later);
      }
      ((SipProvider) event.getSource()).sendResponse(response);
    } catch (SipException | InvalidArgumentException e) {
      LOG.warn(request.getMethod() + " could not be refused: " + e);
    }
  }

  @Override
  public void processTransactionTerminated(TransactionTerminatedEvent event) {
    if (event.isServerTransaction()) {
      transactions.remove(event.getServerTransaction());
    }
    ended(event);
  }

  private void ended(TransactionTerminatedEvent event) {
    if (event.isServerTransaction()) {
      release(event.getServerTransaction());
    }
    super.processTransactionTerminated(event);
  }

  /**
   * Lets the session of a request that began no dialog end with its transaction. JSR 289 (§6.2.4)
   * knows no end of such a session but the application session's time, 3 minutes, for which it
   * would hold all of the request.
   */
  private static void release(ServerTransaction transaction) {
    if (transaction.getApplicationData() instanceof TransactionApplicationData data
        && data.getSipServletMessage() != null
        && data.getSipServletMessage().getSipSession() instanceof SipSessionImpl session
        && session.isValidInternal()
        && session.getStateInternal() == SipSession.State.INITIAL
        && session.getSessionCreatingDialog() == null) {
      session.setReadyToInvalidate(true);
    }
  }

  /** Lets requests in: an application is there. */
  void open() {
    open = true;
  }

  /**
   * Lets no new request in, and waits for the answers to those that are inside.
   *
   * @return how many are left without one after the time
   */
  long close(Duration limit) throws InterruptedException {
    open = false;
    return transactions.awaitNone(limit) ? 0 : transactions.count();
  }
}
