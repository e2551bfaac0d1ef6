package org.phonemirror.container;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.BoundedProcessors;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.InvalidArgumentException;
import javax.sip.ListeningPoint;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipFactory;
import javax.sip.SipListener;
import javax.sip.SipProvider;
import javax.sip.SipStack;
import javax.sip.TimeoutEvent;
import javax.sip.TransactionTerminatedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SIP stack on a real socket while its threads are busy for too long. */
class OverloadTest {
  private static final String HOST = "127.17.0.21";
  private static final int THREADS = 2;

  private final CountDownLatch busy = new CountDownLatch(1);
  private final BlockingQueue<String> served = new LinkedBlockingQueue<>();
  private SipStack stack;
  private DatagramSocket sender;
  private InetSocketAddress server;

  @BeforeEach
  void start() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("javax.sip.STACK_NAME", "overload");
    properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
    properties.setProperty("gov.nist.javax.sip.THREAD_POOL_SIZE", Integer.toString(THREADS));
    properties.setProperty("gov.nist.javax.sip.REENTRANT_LISTENER", "true");
    properties.setProperty(
        "gov.nist.javax.sip.MESSAGE_PROCESSOR_FACTORY", BoundedProcessors.class.getName());
    SipFactory.getInstance().setPathName("gov.nist");
    stack = SipFactory.getInstance().createSipStack(properties);
    sender = new DatagramSocket(0, InetAddress.getByName(HOST));
    ListeningPoint point = stack.createListeningPoint(HOST, freePort(), ListeningPoint.UDP);
    server = new InetSocketAddress(HOST, point.getPort());
    stack.createSipProvider(point).addSipListener(new BusyServer());
    stack.start();
  }

  private static int freePort() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    }
  }

  @AfterEach
  void stop() {
    busy.countDown();
    sender.close();
    stack.stop();
    ScannerStop.interruptScanner();
    SipFactory.getInstance().resetFactory();
  }

  @Test
  void whatWaitedTooLongIsRefusedWithoutTheStackAndWhatHasBegunIsFinished() throws Exception {
    send("MESSAGE", "first", "");
    send("MESSAGE", "second", "");
    for (int i = 0; i < THREADS; i++) {
      assertThat(served.poll(10, TimeUnit.SECONDS)).isIn("first", "second");
    }
    for (int i = 0; i < 5; i++) {
      send("MESSAGE", "late" + i, "");
    }
    send("MESSAGE", "first", ""); // sent again
    send("BYE", "bye", ";tag=2");
    TimeUnit.NANOSECONDS.sleep(Admission.LIMIT_NANOS + 200_000_000);
    busy.countDown();

    Set<String> answers = new HashSet<>(); // "first 200" comes again when sent again
    while (answers.size() < 8) {
      String answer = receive();
      String line = answer.substring(0, answer.indexOf('\r'));
      String who = answer.replaceFirst("(?s).*Call-ID: (\\w+).*", "$1");
      answers.add(who + " " + line.split(" ", 3)[1]);
      if (line.contains("503")) {
        assertThat(answer).contains("Retry-After: 5\r\n").contains("tag=" + Refusal.TAG);
      }
    }
    assertThat(answers)
        .containsExactlyInAnyOrder(
            "first 200",
            "second 200",
            "bye 200",
            "late0 503",
            "late1 503",
            "late2 503",
            "late3 503",
            "late4 503");
    assertThat(served.poll(10, TimeUnit.SECONDS)).isEqualTo("bye");
    assertThat(served).as("the refused never came to the application").isEmpty();
  }

  private void send(String method, String who, String toTag) throws Exception {
    String text =
        """
        %1$s sip:b@h SIP/2.0
        Via: SIP/2.0/UDP %2$s:%3$d;branch=z9hG4bK%4$s
        Max-Forwards: 70
        From: <sip:a@h>;tag=1
        To: <sip:b@h>%5$s
        Call-ID: %4$s
        CSeq: 1 %1$s
        Content-Length: 0

        """
            .formatted(method, HOST, sender.getLocalPort(), who, toTag)
            .replace("\n", "\r\n");
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    sender.send(new DatagramPacket(bytes, bytes.length, server));
  }

  private String receive() throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    sender.setSoTimeout(10_000);
    try {
      sender.receive(packet);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer", e);
    }
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
  }

  /** Answers with 200 once it has time. */
  private final class BusyServer implements SipListener {
    @Override
    public void processRequest(RequestEvent event) {
      SIPRequest request = (SIPRequest) event.getRequest();
      try {
        ServerTransaction transaction =
            ((SipProvider) event.getSource()).getNewServerTransaction(request);
        served.add(request.getCallId().getCallId());
        busy.await();
        transaction.sendResponse(request.createResponse(200));
      } catch (SipException | InvalidArgumentException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void processResponse(ResponseEvent event) {}

    @Override
    public void processTimeout(TimeoutEvent event) {}

    @Override
    public void processIOException(IOExceptionEvent event) {}

    @Override
    public void processTransactionTerminated(TransactionTerminatedEvent event) {}

    @Override
    public void processDialogTerminated(DialogTerminatedEvent event) {}
  }
}
