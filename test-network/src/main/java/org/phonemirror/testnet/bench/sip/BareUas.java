package org.phonemirror.testnet.bench.sip;

import gov.nist.javax.sip.message.SIPRequest;
import java.util.Properties;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.ListeningPoint;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipFactory;
import javax.sip.SipListener;
import javax.sip.SipProvider;
import javax.sip.SipStack;
import javax.sip.TimeoutEvent;
import javax.sip.TransactionTerminatedEvent;

/**
 * The SIP stack alone: a user agent server that keeps a transaction for each request and answers it
 * with 200. {@code BareUas ADDRESS PORT} runs until it is stopped.
 */
public final class BareUas implements SipListener {
  private BareUas() {}

  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("javax.sip.STACK_NAME", "bare");
    properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
    properties.setProperty("gov.nist.javax.sip.TRACE_LEVEL", "0");
    properties.setProperty("gov.nist.javax.sip.THREAD_POOL_SIZE", "16");
    properties.setProperty("gov.nist.javax.sip.REENTRANT_LISTENER", "true");
    properties.setProperty("gov.nist.javax.sip.RECEIVE_UDP_BUFFER_SIZE", "65536");
    properties.setProperty("gov.nist.javax.sip.AGGRESSIVE_CLEANUP", "true");
    SipFactory factory = SipFactory.getInstance();
    factory.setPathName("gov.nist");
    SipStack stack = factory.createSipStack(properties);
    ListeningPoint point =
        stack.createListeningPoint(args[0], Integer.parseInt(args[1]), ListeningPoint.UDP);
    stack.createSipProvider(point).addSipListener(new BareUas());
    stack.start();
  }

  @Override
  public void processRequest(RequestEvent event) {
    SIPRequest request = (SIPRequest) event.getRequest();
    try {
      ServerTransaction transaction =
          event.getServerTransaction() == null
              ? ((SipProvider) event.getSource()).getNewServerTransaction(request)
              : event.getServerTransaction();
      transaction.sendResponse(request.createResponse(200));
    } catch (javax.sip.SipException | javax.sip.InvalidArgumentException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void processResponse(ResponseEvent event) {
    // it sends no requests
  }

  @Override
  public void processTimeout(TimeoutEvent event) {
    // nor has it anything to do then
  }

  @Override
  public void processIOException(IOExceptionEvent event) {
    System.err.println("cannot send to " + event.getHost() + ":" + event.getPort());
  }

  @Override
  public void processTransactionTerminated(TransactionTerminatedEvent event) {
    // it keeps nothing beside the transaction
  }

  @Override
  public void processDialogTerminated(DialogTerminatedEvent event) {
    // there are no dialogs
  }
}
